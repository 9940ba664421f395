// Without script, everything works that the door offers.

import assert from "node:assert/strict";
import { DEMO, PLAIN, fact } from "../harness.js";
import { CALLERS, RATINGS, begin, field, fillIn, propose, requestChanges, says, submit } from "../paper.js";
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

fact("without script a draft is begun, filled in row by row, and submitted", DEMO, async (assent) => {
  const page = await comeInAs(assent, "author", off);
  const draft = await begin(page, "Client access");
  await fillIn(page, CALLERS);
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.arrives(draft);
  await page.getByRole("button", { name: "Add a rule" }).click();
  await field(page, "Service accounts").fill("default/bookinfo-productpage, default/bookinfo-reviews");
  await field(page, "Methods").fill("GET");
  await page.getByRole("button", { name: "Add a rule" }).click();
  await page.getByRole("group", { name: "Rule 2", exact: true }).getByLabel("Namespaces").fill("guestbook");
  await page.getByRole("button", { name: "Up rule 2" }).click();
  await page.getByRole("button", { name: "Remove rule 1" }).click();
  assert.equal(await field(page, "Methods").inputValue(), "GET");
  await says(page, "details-callers can be submitted.");
  await submit(page);
  await says(page, /0 of 1 approval; 1 person may still approve\.$/);
});

fact("without script a revision is sent back and then approved", DEMO, async (assent) => {
  const author = await comeInAs(assent, "author");
  const revision = await propose(author, RATINGS);
  const page = await comeInAs(assent, "reviewer", off, revision);
  await requestChanges(page, "");
  await page.getByText("Say what has to change.").waitFor();
  await requestChanges(page, "Say why.");
  await page.arrives(revision);
  await says(page, /A reviewer requests changes/);
  await page.getByRole("button", { name: "Approve revision 1" }).click();
  await page.arrives(revision);
  await says(page, /Approved, with 1 of 1 approval\.$/);
});

fact("without script a draft is discarded and brought back", DEMO, async (assent) => {
  const page = await comeInAs(assent, "author", off);
  const draft = await begin(page, "Mutual TLS");
  await page.getByRole("button", { name: "Discard draft" }).click();
  await page.getByRole("button", { name: "Undo" }).click();
  await page.arrives(draft);
});
