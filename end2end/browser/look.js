// Looks at a page: as a picture and by the rules of accessibility.

import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import axe from "axe-core";

const SIZES = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
];
const SHOTS = fileURLToPath(new URL("shots", import.meta.url));

/**
 * Takes a picture of the page in every size and theme, and asserts that axe finds nothing in any. `take` is
 * how the picture is taken: of the whole page, or of what a window shows of it.
 */
export async function look(page, name, take = whole) {
  await page.evaluate(axe.source);
  const found = [];
  for (const size of SIZES) {
    await page.setViewportSize(size);
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      const place = `${name}-${size.width}-${colorScheme}`;
      await take(page, size, place);
      const { violations } = await page.evaluate(() => globalThis.axe.run());
      for (const { id, help, nodes } of violations) {
        for (const { html, failureSummary } of nodes) {
          found.push(`${place}: ${id}, ${help}\n  ${html}\n  ${failureSummary}`);
        }
      }
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      if (wide > size.width) found.push(`${place}: scrolls sideways, ${wide} px wide`);
    }
  }
  await page.setViewportSize(SIZES[0]);
  await page.emulateMedia({ colorScheme: null });
  assert.deepEqual(found, []);
}

/** Takes a picture of what the window shows. */
export async function first(page, _, place) {
  await page.screenshot({ path: join(SHOTS, `${place}.png`) });
}

/**
 * Takes a picture of the whole page, in a window that grows as high as the page is: what is fixed to the
 * foot of a lower window would lie across the middle of the picture.
 */
async function whole(page, size, place) {
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.setViewportSize({ ...size, height: Math.max(size.height, height) });
  await first(page, size, place);
  await page.setViewportSize(size);
}
