// Without script, everything works that the door offers.

import assert from "node:assert/strict";
import { DEMO, PLAIN, fact } from "../harness.js";
import {
  ADA,
  accept,
  anotherBrowser,
  becomeAdministrator,
  changePassword,
  comeInAs,
  enter,
  signIn,
} from "../people.js";

const off = { javaScriptEnabled: false };

fact("without script one click signs in and leads to where one wanted", DEMO, async ({ visitor }) => {
  const page = await visitor(off);
  await page.open("/settings");
  await page.arrives("/sign-in?next=/settings");
  await enter(page, "reviewer");
  await page.arrives("/settings");
  await page.getByRole("heading", { name: "You are reviewer." }).waitFor();
});

fact("without script the one-time link makes an administrator", PLAIN, async ({ link, visitor }) => {
  const page = await visitor(off);
  await page.open(link);
  await accept(page, ADA);
  await page.arrives("/");
});

fact("without script a wrong password is said beside its field", PLAIN, async (assent) => {
  await becomeAdministrator(assent);
  const page = await assent.visitor(off);
  await page.open("/sign-in?next=/settings");
  await signIn(page, { ...ADA, password: "not this one" });
  await page
    .locator("#password-said")
    .getByText("This name and password do not belong together.")
    .waitFor();
  await signIn(page, ADA);
  await page.arrives("/settings");
});

fact("without script people sign out, here and everywhere", PLAIN, async (assent) => {
  await becomeAdministrator(assent);
  for (const button of ["Sign out", "Sign out everywhere"]) {
    const page = await anotherBrowser(assent, off);
    await page.open("/settings");
    await page.getByRole("button", { name: button, exact: true }).click();
    await page.arrives("/sign-in");
    await page.open("/");
    await page.arrives("/sign-in");
  }
});

fact("without script a session is ended from another browser", DEMO, async (assent) => {
  const there = await comeInAs(assent, "author", off);
  const here = await comeInAs(assent, "author", off);
  await here.open("/settings");
  await here.getByRole("button", { name: "End session" }).click();
  await here.locator("tbody tr").filter({ hasText: "This one" }).waitFor();
  assert.equal(await here.locator("tbody tr").count(), 1);
  await there.open("/");
  await there.arrives("/sign-in");
});

fact("without script a theme is chosen", DEMO, async (assent) => {
  const page = await comeInAs(assent, "author", off);
  await page.open("/settings");
  await page.getByLabel("Dark").check();
  await page.getByRole("button", { name: "Use this theme" }).click();
  await page.locator("html[data-theme=dark]").waitFor();
  assert.equal(new URL(page.url()).pathname, "/settings");
});

fact("without script a password is changed, also at the second try", PLAIN, async (assent) => {
  await becomeAdministrator(assent);
  const page = await anotherBrowser(assent, off);
  const renewed = { ...ADA, password: "staple on a quiet river" };
  await page.open("/settings");
  await changePassword(page, "not this one", renewed.password);
  await page.locator("#current-said").getByText("This is not your password.").waitFor();
  await changePassword(page, ADA.password, renewed.password);
  await page.getByText("The password is changed; your other sessions have ended.").waitFor();

  const there = await assent.visitor(off);
  await there.open("/sign-in");
  await signIn(there, renewed);
  await there.arrives("/");
});
