// Who comes in, how, and how they leave.

import assert from "node:assert/strict";
import { DEMO, PLAIN, fact } from "../harness.js";
import {
  ADA,
  ROLES,
  accept,
  anotherBrowser,
  becomeAdministrator,
  changePassword,
  comeInAs,
  enter,
  home,
  signIn,
} from "../people.js";

fact("a stranger is led to the sign-in and back to where they wanted", DEMO, async (assent) => {
  const page = await assent.visitor();
  await page.open("/settings?from=mail");
  await page.arrives("/sign-in?next=/settings%3Ffrom%3Dmail");
  await enter(page, "author");
  await page.arrives("/settings?from=mail");
});

fact("one click signs in as any role, and the rail says who", DEMO, async (assent) => {
  const page = await assent.visitor();
  for (const role of ROLES) {
    await page.open("/sign-in");
    await enter(page, role);
    await page.arrives(home(role));
    const rail = page.getByRole("navigation", { name: "Main" });
    const what = role === "administrator" ? role : `${role} in shop`;
    const me = rail.getByRole("link", { name: role, exact: true });
    assert.equal(await me.getAttribute("title"), `Signed in as ${role}, ${what}`);
  }
});

fact("a wrong password is said beside its field, and the name stays", PLAIN, async (assent) => {
  const page = await assent.visitor({ answers: [422] });
  await page.open("/sign-in?next=/settings");
  await signIn(page, { name: "ada", password: "not this one" });
  const field = page.getByLabel("Password", { exact: true });
  const said = page.locator(`#${await field.getAttribute("name")}-said`);
  await said.getByText("This name and password do not belong together.").waitFor();
  assert.deepEqual(
    {
      name: await page.getByLabel("Name", { exact: true }).inputValue(),
      invalid: await field.getAttribute("aria-invalid"),
      described: await field.getAttribute("aria-describedby"),
    },
    { name: "ada", invalid: "true", described: "password-said" },
  );
});

fact("the one-time link makes an administrator, once", PLAIN, async (assent) => {
  const page = await becomeAdministrator(assent);
  const rail = page.getByRole("navigation", { name: "Main" });
  const me = rail.getByRole("link", { name: ADA.name, exact: true });
  assert.equal(await me.getAttribute("title"), "Signed in as ada, administrator");

  const late = await assent.visitor();
  await late.open(assent.link);
  await late.getByRole("heading", { name: "This link does not work any more." }).waitFor();
  assert.equal(await late.locator("input").count(), 0);
});

fact("of two who hold the one-time link, the second comes too late", PLAIN, async (assent) => {
  const late = await assent.visitor({ answers: [403] });
  await late.open(assent.link);
  await becomeAdministrator(assent);
  await accept(late, { name: "eve", password: ADA.password });
  await late.getByRole("alert").getByText("This link does not work any more").waitFor();
  await late.open("/");
  await late.arrives("/sign-in");
});

fact("a new password signs out the other browsers and is the one that works", PLAIN, async (assent) => {
  const here = await becomeAdministrator(assent);
  const there = await anotherBrowser(assent);
  const renewed = { ...ADA, password: "staple on a quiet river" };

  await here.open("/settings");
  await changePassword(here, ADA.password, renewed.password);
  await here.arrives("/settings?password=changed");
  await here.getByText("The password is changed; your other sessions have ended.").waitFor();
  assert.equal(await here.getByLabel("Password now").inputValue(), "");

  await there.open("/settings");
  await there.arrives("/sign-in?next=/settings");
  await signIn(there, renewed);
  await there.arrives("/settings");
});

fact("whoever was signed out meanwhile is told so and led back", PLAIN, async (assent) => {
  const here = await becomeAdministrator(assent);
  const there = await anotherBrowser(assent, { answers: [401] });
  await there.open("/settings");
  await here.open("/settings");
  await here.getByRole("button", { name: "Sign out everywhere" }).click();
  await here.arrives("/sign-in");

  await changePassword(there, ADA.password, "staple on a quiet river");
  await there.getByRole("alert").getByText("You are signed out.").waitFor();
  await there.getByRole("link", { name: "Sign in again" }).click();
  await there.arrives("/sign-in?next=%2Fsettings");
});

fact("a session that is ended in one browser ends in the other", DEMO, async (assent) => {
  const there = await comeInAs(assent, "author");
  const here = await comeInAs(assent, "author");
  await here.open("/settings");
  const sessions = here.getByRole("table").locator("tbody tr");
  await sessions.nth(1).waitFor();
  assert.equal(await sessions.count(), 2);
  await here.getByRole("button", { name: "End session" }).click();
  await sessions.nth(1).waitFor({ state: "detached" });
  assert.equal(await sessions.count(), 1);

  await there.open("/");
  await there.arrives("/sign-in");
  await here.open("/");
  await here.arrives("/c/shop");
});

fact("signing out ends this session and no other, and the way back is shut", DEMO, async (assent) => {
  const there = await comeInAs(assent, "author");
  const here = await comeInAs(assent, "author");
  await here.open("/settings");
  await here.getByRole("button", { name: "Sign out", exact: true }).click();
  await here.arrives("/sign-in");
  await here.goBack();
  await here.arrives("/sign-in?next=/settings");
  await there.open("/");
  await there.arrives("/c/shop");
});

fact("signing out everywhere ends this session and every other", DEMO, async (assent) => {
  const there = await comeInAs(assent, "author");
  const here = await comeInAs(assent, "author");
  await here.open("/settings");
  await here.getByRole("button", { name: "Sign out everywhere" }).click();
  await here.arrives("/sign-in");
  for (const page of [here, there]) {
    await page.open("/");
    await page.arrives("/sign-in");
  }
});

fact("a form is sent once, however often its button is pressed", DEMO, async (assent) => {
  const page = await comeInAs(assent, "author");
  await page.open("/settings");
  const sent = [];
  page.on("request", (request) => {
    if (request.method() === "POST") sent.push(new URL(request.url()).pathname);
  });
  await page.getByRole("button", { name: "Sign out", exact: true }).dblclick();
  await page.arrives("/sign-in");
  assert.deepEqual(sent, ["/api/sign_out"]);
});

fact("an unknown address says so, with the number of the request", DEMO, async (assent) => {
  const page = await comeInAs(assent, "author", { answers: [404] });
  const response = await page.open("/nowhere");
  assert.equal(response.status(), 404);
  await page.getByRole("heading", { name: "There is no page at this address." }).waitFor();
  const number = await response.headerValue("x-request-id");
  assert.equal(await page.locator("main code").textContent(), number);
  await page.getByRole("link", { name: "Open the overview" }).click();
  await page.arrives("/c/shop");
});

fact("a stranger does not learn which addresses exist", DEMO, async (assent) => {
  const page = await assent.visitor();
  await page.open("/nowhere");
  await page.arrives("/sign-in?next=/nowhere");
});

const ELSEWHERE = [
  "https://elsewhere.test/",
  "//elsewhere.test/",
  "/\\elsewhere.test/",
  "/\t/elsewhere.test/",
  "javascript:alert(1)",
  "/api/sign_out",
];

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? "with script" : "without script";
  fact(`whatever stands in next, signing in never leads elsewhere, ${how}`, DEMO, async (assent) => {
    const page = await assent.visitor({ javaScriptEnabled });
    for (const next of ELSEWHERE) {
      await page.open(`/sign-in?next=${encodeURIComponent(next)}`);
      await enter(page, "viewer");
      await page.arrives("/c/shop");
    }
  });
}
