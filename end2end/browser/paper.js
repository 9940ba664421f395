// How intents are written and reviewed.

import assert from "node:assert/strict";

/** A form that can be submitted as it is; nobody in the shop holds its place. */
export const RATINGS = {
  kind: "Mutual TLS",
  name: "ratings-mtls",
  choices: ["One service", "STRICT"],
  fields: { Service: "default/ratings" },
};

/** One that says who may call, in two rules. */
export const CALLERS = {
  kind: "Client access",
  name: "details-callers",
  choices: ["Only these"],
  fields: { Service: "default/details" },
};

/** Begins a draft of a kind from any page of the shop and opens it. Answers with its path. */
export async function begin(page, kind) {
  await page.getByRole("link", { name: "New intent" }).click();
  await page.arrives("/c/shop/new");
  await page.getByRole("button", { name: kind }).click();
  return arrivesAt(page, "drafts");
}

/** Fills in the draft that is open. */
export async function fillIn(page, { name, choices = [], fields = {} }) {
  if (name) await field(page, "Name").fill(name);
  for (const choice of choices) await page.getByRole("radio", { name: choice, exact: true }).check();
  for (const [label, text] of Object.entries(fields)) await field(page, label).fill(text);
}

/** A line to type in, by its label; one that may not stay empty is marked as that. */
export const field = (within, label) => within.getByLabel(new RegExp(`^${label}( required)?$`));

/** The bar at the foot of the draft that is open. */
export const foot = (page) => page.getByRole("group", { name: "Draft", exact: true });

/** Waits until everything that was typed is saved. */
export const saved = (page) => foot(page).getByText(/^Saved /).waitFor();

/** Writes a whole draft and waits until it is saved. Answers with its path. */
export async function write(page, draft) {
  const path = await begin(page, draft.kind);
  await fillIn(page, draft);
  await saved(page);
  return path;
}

/** Submits the draft that is open. Answers with the path of the revision. */
export async function submit(page) {
  await page.getByRole("button", { name: "Submit for review" }).click();
  return arrivesAt(page, "revisions");
}

/** Writes a whole draft and submits it. Answers with the path of the revision. */
export async function propose(page, draft) {
  await write(page, draft);
  return submit(page);
}

/** Goes through the revision that is open to its end, as whoever reads it does. */
export async function readThrough(page) {
  const end = page.getByRole("heading", { name: "Your vote" });
  const isInSight = (element) => element.getBoundingClientRect().bottom < innerHeight - 120;
  while (!(await end.evaluate(isInSight))) {
    const before = await page.evaluate(() => scrollY);
    await page.mouse.wheel(0, 300);
    await page.waitForFunction((before) => scrollY > before, before);
  }
}

/** Approves the revision that is open. */
export async function approve(page) {
  await readThrough(page);
  await page.getByText(/^(\d) of \1 parts seen$/).waitFor();
  await page.getByRole("button", { name: /^Approve revision/ }).click();
  await page.getByText("Your vote is written down.").waitFor();
}

/** Requests changes of the revision that is open. */
export async function requestChanges(page, comment) {
  await page.getByLabel("Comment").fill(comment);
  await page.getByRole("button", { name: "Request changes" }).click();
}

/** Waits until the first heading of the page says this. */
export const says = (page, text) => page.getByRole("heading", { level: 1, name: text }).waitFor();

/** The items of a list, by the line that adds more. */
export const chips = (line) => line.locator("xpath=..").locator(".chip").allTextContents();

/** Waits until something has the focus. */
export async function hasFocus(control) {
  const element = await control.elementHandle();
  await control.page().waitForFunction((element) => document.activeElement === element, element);
}

/** What of what was typed is kept in the browser. */
export const kept = (page) =>
  page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith("assent:")));

async function arrivesAt(page, place) {
  const there = new RegExp(`^/c/shop/${place}/\\d+$`);
  await page.waitForURL((url) => there.test(url.pathname));
  await page.woken();
  const { pathname } = new URL(page.url());
  assert.match(pathname, there);
  return pathname;
}
