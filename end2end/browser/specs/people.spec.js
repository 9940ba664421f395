// Who may come in, and what they may do: the page of people.

import assert from "node:assert/strict";
import { DEMO, PLAIN, fact } from "../harness.js";
import { ADA, becomeAdministrator, comeInAs } from "../people.js";

const PEOPLE = "/settings/people";
const PASSWORD = "staple on a quiet river";

/** Invites somebody, with roles as the page names them, and answers with the link. */
async function invite(page, name, roles = []) {
  await page.open(`${PEOPLE}?invite`);
  await page.getByLabel("Name", { exact: true }).fill(name);
  for (const role of roles) await page.getByRole("checkbox", { name: role }).check();
  await page.getByRole("button", { name: "Invite", exact: true }).click();
  return page.getByLabel("Hand it over yourself").inputValue();
}

/** Comes in by an invitation, in a new browser. */
async function comeBy({ visitor }, link, options) {
  const page = await visitor(options);
  await page.open(new URL(link).pathname);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByLabel("Password again", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Create my account" }).click();
  await page.arrives("/");
  return page;
}

const row = (page, name) =>
  page.getByRole("row").filter({ has: page.getByRole("rowheader", { name, exact: false }) }).first();

fact("whoever is invited comes in by the link, once", PLAIN, async (assent) => {
  const ada = await becomeAdministrator(assent);
  const link = await invite(ada, "ben");
  const ben = await comeBy(assent, link);
  await ben.getByRole("heading", { name: "There is no cloud for you to see." }).waitFor();
  const late = await assent.visitor();
  await late.open(new URL(link).pathname);
  await late.getByRole("heading", { name: "This link does not work any more." }).waitFor();
});

fact("a second administrator makes every change wait for the other", PLAIN, async (assent) => {
  const ada = await becomeAdministrator(assent);
  const ben = await comeBy(assent, await invite(ada, "ben", [/^administrator/]));
  const link = await invite(ada, "cy");
  const cy = await comeBy(assent, link, { answers: [403] });
  const refused = await cy.open(PEOPLE);
  assert.equal(refused.status(), 403);
  await cy.getByRole("heading", { name: "This page takes an administrator." }).waitFor();

  await ada.open(PEOPLE);
  await row(ada, "cy").getByRole("link", { name: "Edit cy" }).click();
  await ada.getByRole("checkbox", { name: /^administrator/ }).check();
  await ada.getByRole("button", { name: "Propose for cy" }).click();
  await ada.getByText("You proposed it; another administrator decides.").waitFor();
  await cy.open(PEOPLE);
  await cy.getByRole("heading", { name: "This page takes an administrator." }).waitFor();

  await ben.open(PEOPLE);
  await ben.getByRole("heading", { name: "1 change waits for you." }).waitFor();
  await ben.getByRole("button", { name: "Accept" }).click();
  await ben.getByText("Done, and written down.").waitFor();
  await cy.open(PEOPLE);
  await cy.getByRole("heading", { name: "3 people may sign in; 3 administer." }).waitFor();
});

fact("somebody who is disabled is signed out at once", PLAIN, async (assent) => {
  const ada = await becomeAdministrator(assent);
  const ben = await comeBy(assent, await invite(ada, "ben"));
  await ada.open(PEOPLE);
  await row(ada, "ben").getByRole("link", { name: "Edit ben" }).click();
  await ada.getByRole("button", { name: "Disable ben" }).click();
  await ada.getByText("Done, and written down.").waitFor();
  await ben.open("/");
  await ben.arrives("/sign-in");
});

fact("an administrator who is alone stays one", PLAIN, async (assent) => {
  const ada = await becomeAdministrator(assent);
  await ada.open(PEOPLE);
  await row(ada, ADA.name).getByRole("link", { name: `Edit ${ADA.name}` }).click();
  const disable = ada.getByRole("button", { name: `Disable ${ADA.name}` });
  assert.equal(await disable.getAttribute("aria-disabled"), "true");
  await ada.getByText("Nobody would administer any more").waitFor();
});

fact("without script somebody is invited and comes in", DEMO, async (assent) => {
  const page = await comeInAs(assent, "administrator", { javaScriptEnabled: false });
  const link = await invite(page, "ben", [/^viewer/]);
  const ben = await assent.visitor({ javaScriptEnabled: false });
  await ben.open(new URL(link).pathname);
  await ben.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await ben.getByLabel("Password again", { exact: true }).fill(PASSWORD);
  await ben.getByRole("button", { name: "Create my account" }).click();
  await ben.arrives("/c/shop");
});
