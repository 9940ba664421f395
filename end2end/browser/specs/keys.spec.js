// The keyboard.

import assert from "node:assert/strict";
import { DEMO, PLAIN, fact } from "../harness.js";
import { RATINGS, propose } from "../paper.js";
import { becomeAdministrator, comeInAs } from "../people.js";

fact("a question mark shows what the keys do, and Escape hides it", DEMO, async (assent) => {
  const page = await comeInAs(assent, "author");
  const keys = page.getByRole("dialog", { name: "Keys" });
  await page.keyboard.press("?");
  await keys.waitFor();
  await page.keyboard.press("Escape");
  await keys.waitFor({ state: "hidden" });
});

fact("g and a letter lead to a page", DEMO, async (assent) => {
  const page = await comeInAs(assent, "author");
  await page.keyboard.type("gs");
  await page.arrives("/settings");
  await page.getByRole("heading", { name: "You are author." }).waitFor();
  await page.keyboard.type("go");
  await page.arrives("/c/shop");
  await page.getByRole("heading", { name: /^shop is seen on/ }).waitFor();
  await page.keyboard.type("gv");
  await page.arrives("/c/shop/services");
});

fact("keys do nothing while somebody types", PLAIN, async (assent) => {
  const page = await becomeAdministrator(assent);
  await page.open("/settings");
  const field = page.getByLabel("Password now");
  await field.focus();
  await page.keyboard.type("go?");
  assert.equal(await field.inputValue(), "go?");
  assert.equal(await page.getByRole("dialog").count(), 0);
  await page.arrives("/settings");
});

fact("the first stop of the keyboard skips to the content", DEMO, async (assent) => {
  const page = await comeInAs(assent, "author");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.locator("#main:focus").waitFor();
});

fact("a key that leads to a page closes what lies over it", DEMO, async (assent) => {
  const page = await comeInAs(assent, "author");
  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: "Keys" }).waitFor();
  await page.keyboard.type("gs");
  await page.arrives("/settings");
  await page.getByRole("dialog", { name: "Keys" }).waitFor({ state: "hidden" });
});

fact("a new page has the focus", DEMO, async (assent) => {
  const page = await comeInAs(assent, "author");
  await page.keyboard.type("gs");
  await page.arrives("/settings");
  await page.locator("#main:focus").waitFor();
});

fact("j and k walk through a list and Enter opens", DEMO, async (assent) => {
  const page = await comeInAs(assent, "author");
  await page.open("/c/shop/services");
  const names = await page.locator("tbody th a").allTextContents();
  await page.keyboard.type("jjk");
  assert.equal(await page.locator(":focus").textContent(), names[0]);
  await page.keyboard.press("Enter");
  await page.arrives(`/c/shop/services/default/${names[0]}`);
});

fact("g and i, r or h lead to intents, reviews and history, and n to a new intent", DEMO, async (assent) => {
  const page = await comeInAs(assent, "author");
  for (const [keys, path] of [
    ["gi", "/c/shop/intents"],
    ["gr", "/c/shop/reviews"],
    ["gh", "/c/shop/history"],
    ["n", "/c/shop/new"],
  ]) {
    await page.keyboard.type(keys);
    await page.arrives(path);
    await page.locator("#main:focus").waitFor();
  }
});

fact("Ctrl K finds an intent and a revision", DEMO, async (assent) => {
  const page = await comeInAs(assent, "author");
  const revision = await propose(page, RATINGS);
  for (const [text, option, path] of [
    ["ratings-m", "ratings-mtls in shop", "/c/shop/intents/ratings-mtls"],
    ["revision", "Revision 1 in shop", revision],
  ]) {
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: "Find anything" }).fill(text);
    await page.getByRole("option", { name: option }).waitFor();
    await page.keyboard.press("Enter");
    await page.arrives(path);
  }
});
