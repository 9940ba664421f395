// How people come in.

/** The accounts of the demo. */
export const ROLES = ["viewer", "author", "reviewer", "operator", "administrator"];

/** Who administers a server that is no demo. */
export const ADA = { name: "ada", password: "correct horse battery" };

/** Where a role of the demo begins: its one cloud, or the list of clouds. */
export const home = (role) => (role === "administrator" ? "/" : "/c/shop");

/** Takes one of the roles that the sign-in of the demo offers. */
export async function enter(page, role) {
  await page.locator(`button[name=role][value=${role}]`).click();
}

/** Comes in as one of the roles of the demo, in a new browser, and opens a page; else where the role begins. */
export async function comeInAs({ origin, visitor }, role, options, path = home(role)) {
  const page = await visitor(options);
  // What the button of the sign-in sends.
  await page.request.post("/api/enter_demo", { form: { role }, headers: { origin } });
  await page.open(path);
  return page;
}

/** Gives an account of the demo one more role in its cloud. */
export async function give(assent, name, role) {
  const page = await comeInAs(assent, "administrator", {}, "/settings/people");
  await page.getByRole("link", { name: `Edit ${name}` }).click();
  await page.getByRole("group", { name: "Roles in shop" }).getByRole("checkbox", { name: role }).check();
  await page.getByRole("button", { name: `Save ${name}` }).click();
  await page.getByText("Done, and written down.").waitFor();
}

/** Fills in the sign-in and sends it. */
export async function signIn(page, { name, password }) {
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

/** Becomes the first administrator by the one-time link, in a new browser. */
export async function becomeAdministrator({ link, visitor }, options) {
  const page = await visitor(options);
  await page.open(link);
  await accept(page, ADA);
  await page.arrives("/");
  return page;
}

/** Fills in what the one-time link asks for and sends it. */
export async function accept(page, { name, password }) {
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByLabel("Password again", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Create my account" }).click();
}

/** Fills in a change of password and sends it. */
export async function changePassword(page, current, renewed) {
  await page.getByLabel("Password now").fill(current);
  await page.getByLabel("New password", { exact: true }).fill(renewed);
  await page.getByLabel("New password again").fill(renewed);
  await page.getByRole("button", { name: "Change password" }).click();
}

/** Signs in as the administrator, in a new browser. */
export async function anotherBrowser({ visitor }, options) {
  const page = await visitor(options);
  await page.open("/sign-in");
  await signIn(page, ADA);
  await page.arrives("/");
  return page;
}
