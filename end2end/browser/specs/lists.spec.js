// Lists of intents, revisions and acts.

import assert from "node:assert/strict";
import { DEMO, fact } from "../harness.js";
import { CALLERS, RATINGS, approve, propose, says, write } from "../paper.js";
import { comeInAs } from "../people.js";

const DETAILS = {
  kind: "Client access",
  name: "details-nobody",
  choices: ["Nobody"],
  fields: { Service: "default/details" },
};

/** The names in a table, in their order. */
const names = (table) => table.locator("tbody th a").allTextContents();

/** The acts on the page, without who did them and when. */
async function acts(page) {
  const all = await page.locator(".timeline > li > span").allTextContents();
  return all.map((text) => text.replace(/^.*?(?=began|submitted|approved|changed)/, ""));
}

fact("intents are asked for by words and by chips, and what is asked is in the address", DEMO, async (assent) => {
  const author = await comeInAs(assent, "author");
  const reviewer = await comeInAs(assent, "reviewer", {}, await propose(author, RATINGS));
  await approve(reviewer);
  await propose(author, DETAILS);
  await write(author, CALLERS);
  await author.open("/c/shop/intents");
  await says(author, "2 intents for shop. 1 revision waits for review.");
  const intents = author.getByRole("table").first();
  assert.deepEqual(await names(intents), ["details-nobody", "ratings-mtls"]);
  assert.deepEqual(await names(author.getByRole("region", { name: "Drafts" })), [CALLERS.name]);

  await author.getByRole("searchbox").fill("mutual TLS only");
  await author.arrives("/c/shop/intents?text=mutual%20TLS%20only");
  await author.getByRole("status").getByText("1 of 2").waitFor();
  assert.deepEqual(await names(intents), ["ratings-mtls"]);
  await author.getByRole("searchbox").fill("");
  await author.arrives("/c/shop/intents");
  await author.getByRole("link", { name: "In review" }).click();
  await author.arrives("/c/shop/intents?only=review");
  await author.reload();
  await author.woken();
  assert.deepEqual(await names(intents), ["details-nobody"]);
});

fact("reviews begin with what waits for whoever is here, and end with what is settled", DEMO, async (assent) => {
  const author = await comeInAs(assent, "author");
  await propose(author, RATINGS);
  await author.getByRole("button", { name: "Take out of review" }).click();
  await says(author, /Taken out of review\.$/);
  await propose(author, DETAILS);
  const reviewer = await comeInAs(assent, "reviewer", {}, "/c/shop/reviews");
  await says(reviewer, "1 revision waits for you.");
  const list = (name) => names(reviewer.getByRole("region", { name }));
  assert.deepEqual(await list("Waiting for you"), ["details-nobody"]);
  assert.deepEqual(await list("Settled"), ["ratings-mtls"]);
  await author.open("/c/shop/reviews");
  await says(author, "No revision waits for you. 1 is open.");
});

fact("history says what was done, the latest first", DEMO, async (assent) => {
  const author = await comeInAs(assent, "author");
  const reviewer = await comeInAs(assent, "reviewer", {}, await propose(author, RATINGS));
  await approve(reviewer);
  const viewer = await comeInAs(assent, "viewer", {}, "/c/shop/history");
  const [approved, submitted, ...others] = await acts(viewer);
  assert.match(approved, /^approved revision 1 [0-9a-f]{8}$/);
  assert.equal(submitted, approved.replace("approved", "submitted"));
  assert.deepEqual(others, ["began draft 1", "changed the review rule to 1 approval, version 1"]);
  await viewer.locator(".timeline summary").first().click();
  await viewer.getByText("127.0.0.1").first().waitFor();
});
