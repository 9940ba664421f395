// The forms of intents, by the keyboard.

import assert from "node:assert/strict";
import { DEMO, fact } from "../harness.js";
import { CALLERS, begin, chips, field, fillIn, hasFocus, saved } from "../paper.js";
import { comeInAs } from "../people.js";

/** A row of the rules of client access, by its number. */
const rule = (page, number) => page.getByRole("group", { name: `Rule ${number}`, exact: true });
const accounts = (page, number) => field(rule(page, number), "Service accounts");
const button = (page, word, number) =>
  page.getByRole("button", { name: `${word} rule ${number}`, exact: true });

fact("a list takes items by Enter and comma, and Backspace removes the last", DEMO, async (assent) => {
  const page = await comeInAs(assent, "author");
  await begin(page, "Client access");
  await fillIn(page, CALLERS);
  await page.getByRole("button", { name: "Add a rule" }).click();
  const methods = field(page, "Methods");
  await methods.focus();
  await page.keyboard.type("GET");
  await page.keyboard.press("Enter");
  await page.keyboard.type("POST,GET,HEAD");
  assert.deepEqual(await chips(methods), ["GET", "POST"]);
  await page.keyboard.press("Tab");
  assert.deepEqual(await chips(methods), ["GET", "POST", "HEAD"]);
  await methods.focus();
  await page.keyboard.press("Backspace");
  assert.deepEqual(await chips(methods), ["GET", "POST"]);
  await page.getByRole("button", { name: "Remove GET" }).press("Enter");
  await hasFocus(methods);
  await saved(page);
  await page.reload();
  await page.woken();
  assert.deepEqual(await chips(methods), ["POST"]);
});

fact("rows are added, moved and removed by the keyboard, and the focus goes along", DEMO, async (assent) => {
  const page = await comeInAs(assent, "author");
  await begin(page, "Client access");
  await fillIn(page, CALLERS);
  const add = page.getByRole("button", { name: "Add a rule" });
  for (const [at, name] of ["productpage", "reviews", "ratings"].entries()) {
    await add.focus();
    await page.keyboard.press("Enter");
    await hasFocus(accounts(page, at + 1));
    await page.keyboard.type(`default/bookinfo-${name},`);
  }
  const order = () => Promise.all([1, 2, 3].map(async (n) => (await chips(accounts(page, n)))[0]?.slice(17)));
  assert.deepEqual(await order(), ["productpage", "reviews", "ratings"]);

  await button(page, "Up", 3).press("Enter");
  assert.deepEqual(await order(), ["productpage", "ratings", "reviews"]);
  await hasFocus(button(page, "Up", 2));
  await page.keyboard.press("Enter");
  assert.deepEqual(await order(), ["ratings", "productpage", "reviews"]);
  // The first row has no button that leads further up.
  await hasFocus(button(page, "Down", 1));
  assert.equal(await button(page, "Up", 1).isVisible(), false);

  await button(page, "Remove", 2).press("Enter");
  await hasFocus(accounts(page, 2));
  assert.deepEqual(await chips(accounts(page, 2)), ["default/bookinfo-reviews"]);
  await button(page, "Remove", 2).press("Enter");
  await hasFocus(add);
  await saved(page);
  await page.reload();
  await page.woken();
  assert.deepEqual(await chips(accounts(page, 1)), ["default/bookinfo-ratings"]);
  assert.equal(await rule(page, 2).count(), 0);
});

fact("a port is offered only for what was chosen", DEMO, async (assent) => {
  const page = await comeInAs(assent, "author");
  await begin(page, "Mutual TLS");
  await fillIn(page, { choices: ["One service"], fields: { Service: "guestbook/guestbook" } });
  await page.getByRole("button", { name: "Add a port" }).click();
  const offered = await field(page, "Port").evaluate((input) => [...input.list.options].map((one) => one.value));
  assert.deepEqual(offered, ["3000"]);
});

fact("the form of every kind is filled in by the keyboard alone, from what it offers", DEMO, async (assent) => {
  const page = await comeInAs(assent, "author", {}, "/c/shop/new");
  const kinds = await page.locator(".pick b").allTextContents();
  assert.ok(kinds.length > 1);
  await page.open("/c/shop");
  for (const [at, kind] of kinds.entries()) {
    // Each choice of the first field may ask for other fields.
    for (let choice = 0, choices = 1; choice < choices; choice += 1) {
      await begin(page, kind);
      const first = page.locator("#draft").getByRole("radiogroup").first();
      choices = await first.getByRole("radio").count();
      await walk(page, `by-keyboard-${at}-${choice}`, choice);
      await saved(page);
      assert.ok(await first.getByRole("radio").nth(choice).isChecked());
      assert.deepEqual(await empty(page), [], `${kind}, choice ${choice}`);
    }
  }
});

/** Goes through the form by Tab and fills in each field that comes. In the first of a few, it takes this one. */
async function walk(page, name, choice) {
  await field(page, "Name").focus();
  await page.keyboard.type(name);
  let groups = 0;
  for (;;) {
    await page.keyboard.press("Tab");
    const stop = await page.evaluate(() => {
      const here = document.activeElement;
      if (!here.closest("#draft")) return "outside";
      if (here.type === "radio" || here.type === "checkbox") return here.type;
      if (here.value?.startsWith("add:")) return "add";
      if (here.tagName !== "INPUT") return "button";
      return { offered: here.list?.options[0]?.value ?? null };
    });
    if (stop === "outside") return;
    if (stop === "radio") {
      await page.keyboard.press("Space");
      for (let step = 0; groups === 0 && step < choice; step += 1) await page.keyboard.press("ArrowRight");
      groups += 1;
    } else if (stop === "checkbox") {
      await page.keyboard.press("Space");
    } else if (stop === "add" && (await rowsBefore(page)) === 0) {
      await page.keyboard.press("Enter");
      await page.waitForFunction(() => document.activeElement.closest(".row"));
      await page.keyboard.press("Shift+Tab");
    } else if (stop.offered !== undefined) {
      await page.keyboard.type(stop.offered ?? "/any/*");
      await page.keyboard.press("Enter");
    }
  }
}

/** How many rows stand above the button that has the focus. */
const rowsBefore = (page) =>
  page.evaluate(() => document.activeElement.closest(".rows").querySelectorAll(".row").length);

/** The labels of the fields in sight that nothing was filled into. */
const empty = (page) =>
  page.evaluate(() => {
    const isFilled = (field) => {
      const within = (what) => field.querySelector(`:scope ${what}`);
      if (field.classList.contains("rows")) return within(".row");
      if (within("input:checked, .chip")) return true;
      const lines = [...field.querySelectorAll("input:not([type=radio], [type=checkbox])")];
      return lines.some((line) => line.value);
    };
    const fields = [...document.querySelectorAll("#draft .field")].filter((field) => field.checkVisibility());
    const missing = fields.filter((field) => !isFilled(field));
    return missing.map((field) => field.querySelector("label, .label").textContent);
  });
