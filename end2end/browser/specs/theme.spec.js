// Light and dark.

import assert from "node:assert/strict";
import { DEMO, fact } from "../harness.js";
import { comeInAs } from "../people.js";

/** The colour of the page, and whether a theme was chosen. */
async function shown(page) {
  return page.evaluate(() => {
    const root = document.documentElement;
    return [getComputedStyle(root).backgroundColor, root.dataset.theme];
  });
}

/** Chooses a theme and waits until the server remembers it. */
async function remembered(page, choose) {
  const path = "/api/choose_theme";
  const answered = page.waitForResponse((response) => new URL(response.url()).pathname === path);
  await choose();
  await answered;
}

fact("the theme follows the system until one is chosen, which is remembered", DEMO, async (assent) => {
  const page = await comeInAs(assent, "author", { colorScheme: "light" });
  await page.open("/settings");
  const [light, none] = await shown(page);
  await page.emulateMedia({ colorScheme: "dark" });
  const [dark] = await shown(page);
  assert.notEqual(light, dark);
  assert.equal(none, undefined);

  await remembered(page, () => page.getByRole("radio", { name: "Light" }).check());
  assert.deepEqual(await shown(page), [light, "light"]);
  await page.reload();
  assert.deepEqual(await shown(page), [light, "light"]);
  await page.woken();
  assert.ok(await page.getByRole("radio", { name: "Light" }).isChecked());

  await remembered(page, () => page.getByRole("radio", { name: "System" }).check());
  assert.deepEqual(await shown(page), [dark, undefined]);
  await page.reload();
  assert.deepEqual(await shown(page), [dark, undefined]);
});

fact("the switch in the rail turns the theme over", DEMO, async (assent) => {
  const page = await comeInAs(assent, "author", { colorScheme: "dark" });
  const rail = page.getByRole("navigation", { name: "Main" });
  await remembered(page, () => rail.getByRole("link", { name: "Theme" }).click());
  assert.equal((await shown(page))[1], "light");
  await page.arrives("/c/shop");
  await page.reload();
  assert.equal((await shown(page))[1], "light");
});

fact("a stranger chooses a theme too", DEMO, async ({ visitor }) => {
  const page = await visitor({ colorScheme: "light" });
  await page.open("/sign-in");
  await remembered(page, () => page.getByRole("link", { name: "Theme" }).click());
  await page.reload();
  assert.equal((await shown(page))[1], "dark");
});
