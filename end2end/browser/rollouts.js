// How approved revisions are carried out, and the demo broken.

import { approve, propose } from "./paper.js";
import { comeInAs } from "./people.js";

/** Rolls the revision that is open out. Answers with the path of the rollout. */
export async function rollOut(page) {
  await page.getByRole("button", { name: /^Roll out to/ }).click();
  return arrives(page);
}

/** Waits until a rollout is open. Answers with its path. */
export async function arrives(page) {
  await page.waitForURL(/\/rollouts\/\d+$/);
  await page.woken();
  return new URL(page.url()).pathname;
}

/** Has an intent written, approved and rolled out by three people. Answers with their pages. */
export async function carriedOut(assent, draft) {
  const author = await comeInAs(assent, "author");
  const path = await propose(author, draft);
  const reviewer = await comeInAs(assent, "reviewer", {}, path);
  await approve(reviewer);
  const operator = await comeInAs(assent, "operator", {}, path);
  await rollOut(operator);
  await operator.getByText(/is in force on every site\.$/).waitFor();
  return { author, reviewer, operator };
}

/** Waits until a page hears of its cloud. */
export const hears = (page) => page.locator("html[data-live=live]").waitFor({ state: "attached" });

/** The bar of the demo. */
export const demo = (page) => page.getByRole("complementary", { name: "Demo" });

/** Has the demo do something on the site that is chosen. */
export const breaks = (page, name) => demo(page).getByRole("button", { name }).click();
