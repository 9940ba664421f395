// The whole river, on whatever ground there is: a change is written, reviewed, rolled out, and is there.

import assert from "node:assert/strict";
import { GROUND, SITES, company, has, turnByHand } from "../ground.js";
import { fact } from "../harness.js";
import { CALLERS, RATINGS, approve, begin, field, fillIn, propose, saved, says, submit } from "../paper.js";
import { hears, rollOut } from "../rollouts.js";

/** Writes who may call the details, and submits it. */
async function proposeCallers(author) {
  await begin(author, CALLERS.kind);
  await fillIn(author, CALLERS);
  await author.getByRole("button", { name: "Add a rule" }).click();
  await field(author, "Service accounts").fill("default/bookinfo-productpage,");
  await saved(author);
  return submit(author);
}

/** Has a revision approved and rolled out. Answers with the YAML that was approved. */
async function carryOut({ reviewer, operator }, revision) {
  await reviewer.open(revision);
  await approve(reviewer);
  await says(reviewer, /Approved, with 1 of 1 approval\.$/);
  const approved = await yaml(reviewer);
  await operator.open(revision);
  assert.equal(await yaml(operator), approved);
  await rollOut(operator);
  await operator.getByText(/is in force on every site\.$/).waitFor();
  return approved;
}

/** Somebody changes a policy by hand on one site; that is seen at once, and put back. */
async function putBack(assent, { author, operator }, site) {
  for (const page of [author, operator]) {
    await page.open(`/c/shop/intents/${RATINGS.name}`);
    await hears(page);
  }
  const status = (page) => page.getByRole("listitem").filter({ hasText: site });
  await turnByHand(assent, author, site, RATINGS.name);
  for (const page of [author, operator]) await status(page).getByText("Drifted").waitFor();
  await author.locator("del", { hasText: "mode: PERMISSIVE" }).waitFor();
  await operator.getByRole("button", { name: `Restore on ${site}` }).click();
  await operator.getByText(`On ${site}, everything is as revision 2 made it again.`).waitFor();
  await status(author).getByText("Synced").waitFor();
}

/** The YAML of the revision that is open, the same for both sites, without the numbers of its lines. */
async function yaml(page) {
  const lines = page.getByRole("group", { name: "YAML for eu-west and us-east" }).locator("code > span");
  const texts = await lines.evaluateAll((lines) =>
    lines.map((line) => line.textContent.slice(line.querySelector("i").textContent.length)),
  );
  return texts.join("").trimEnd();
}

fact("what an author writes and a reviewer approves is on both clusters as it was approved", GROUND, async (assent) => {
  const people = await company(assent);
  const callers = await carryOut(people, await proposeCallers(people.author));
  const ratings = await carryOut(people, await propose(people.author, RATINGS));
  for (const site of SITES) {
    await has(assent, site, CALLERS.name, callers);
    await has(assent, site, RATINGS.name, ratings);
  }

  await putBack(assent, people, "us-east");
  await has(assent, "us-east", RATINGS.name, ratings);
});
