// Intents are written, submitted, reviewed and approved.

import assert from "node:assert/strict";
import { DEMO, fact } from "../harness.js";
import {
  CALLERS,
  RATINGS,
  approve,
  begin,
  field,
  fillIn,
  foot,
  propose,
  readThrough,
  requestChanges,
  saved,
  says,
  submit,
  write,
} from "../paper.js";
import { comeInAs, give } from "../people.js";

/** What a draft would do, beside its form. */
const preview = (page) => page.getByRole("complementary", { name: "What this draft would do" });

/** Opens a tab of the preview. */
const tab = (page, name) =>
  page.getByRole("navigation", { name: "Preview" }).getByRole("link", { name }).click();

const rail = (page) => page.getByRole("navigation", { name: "Main" });

fact("what an author types is saved, said in words, and shown as changes of each site", DEMO, async (assent) => {
  const page = await comeInAs(assent, "author");
  await begin(page, "Mutual TLS");
  await says(page, "An unnamed draft is still empty.");
  await fillIn(page, RATINGS);
  await saved(page);
  await says(page, "ratings-mtls can be submitted.");
  await preview(page).getByText("ratings will accept mutual TLS only.").waitFor();
  const changes = "The same on eu-west and us-east: 1 created, none changed, none removed.";
  await preview(page).getByText(changes).waitFor();
  await tab(page, "YAML");
  await page.waitForURL(/\?tab=yaml$/);
  const yaml = preview(page).getByRole("group", { name: "YAML for eu-west and us-east" });
  await yaml.getByText("mode: STRICT").waitFor();
});

fact("what was typed is there again in a new document, and in the list of drafts", DEMO, async (assent) => {
  const page = await comeInAs(assent, "author");
  const draft = await write(page, RATINGS);
  await page.reload();
  await page.woken();
  assert.equal(await field(page, "Name").inputValue(), RATINGS.name);
  assert.equal(await field(page, "Service").inputValue(), "default/ratings");
  for (const name of RATINGS.choices) {
    assert.ok(await page.getByRole("radio", { name, exact: true }).isChecked());
  }
  await foot(page).getByText(/^Saved .* by you\.$/).waitFor();
  await page.open("/c/shop/intents");
  await page.getByRole("link", { name: RATINGS.name }).click();
  await page.arrives(draft);
});

fact("a revision waits for a reviewer, is read whole, approved, and both see that", DEMO, async (assent) => {
  const author = await comeInAs(assent, "author");
  const reviewer = await comeInAs(assent, "reviewer");
  await reviewer.getByRole("link", { name: "0 reviews wait for you" }).waitFor();
  const revision = await propose(author, RATINGS);
  await says(author, "ratings will accept mutual TLS only. 0 of 1 approval; 1 person may still approve.");

  await reviewer.open("/c/shop/reviews");
  await says(reviewer, "1 revision waits for you.");
  await rail(reviewer).getByRole("link", { name: "Reviews , 1 waiting for you" }).waitFor();
  assert.equal(await reviewer.title(), "(1) Reviews of shop · Assent");
  await reviewer.getByRole("link", { name: RATINGS.name }).click();
  await reviewer.arrives(revision);

  const approval = reviewer.getByRole("button", { name: "Approve revision 1" });
  await reviewer.getByText("Approve is reachable once the whole change was shown.").waitFor();
  assert.equal(await approval.getAttribute("aria-disabled"), "true");
  await approval.click({ force: true });
  await says(reviewer, /0 of 1 approval/);
  await readThrough(reviewer);
  await reviewer.getByText("4 of 4 parts seen").waitFor();
  assert.equal(await approval.getAttribute("aria-disabled"), null);
  await approve(reviewer);
  await says(reviewer, "ratings will accept mutual TLS only. Approved, with 1 of 1 approval.");
  await rail(reviewer).getByRole("link", { name: "Reviews", exact: true }).waitFor();

  await author.reload();
  await says(author, "ratings will accept mutual TLS only. Approved, with 1 of 1 approval.");
  const timeline = author.getByRole("region", { name: "Timeline" });
  await timeline.getByText("reviewer approved revision 1").waitFor();
});

fact("a change that somebody folds before they come to it was not seen", DEMO, async (assent) => {
  const author = await comeInAs(assent, "author");
  const revision = await propose(author, RATINGS);
  const reviewer = await comeInAs(assent, "reviewer", { viewport: { width: 1440, height: 500 } }, revision);
  const change = reviewer.getByRole("region", { name: "Change per site" });
  await reviewer.getByRole("link", { name: /^Show/ }).waitFor();
  // Without a scroll, which would show it.
  await change.locator("summary").dispatchEvent("click");
  await change.locator("details:not([open])").waitFor();
  await readThrough(reviewer);
  await reviewer.getByRole("region", { name: "YAML" }).getByText("Seen", { exact: true }).waitFor();
  await change.getByText("Not seen yet").waitFor();
});

fact("no line of a change goes beyond the edge of a phone", DEMO, async (assent) => {
  const phone = { viewport: { width: 390, height: 844 } };
  const page = await comeInAs(assent, "author", phone);
  await begin(page, CALLERS.kind);
  await fillIn(page, CALLERS);
  await page.getByRole("button", { name: "Add a rule" }).click();
  await field(page, "Service accounts").fill("default/bookinfo-productpage,");
  await field(page, "Paths").fill(`/${"a-long-way-".repeat(20)},`);
  await saved(page);
  await submit(page);
  await page.getByRole("group", { name: /^YAML/ }).waitFor();
  const beyond = (all) => all.map((one) => one.scrollWidth - one.clientWidth);
  assert.deepEqual(await page.locator(".diff").evaluateAll(beyond), [0, 0]);
});

fact("a link in the foot of a revision leads to the first part that was not seen", DEMO, async (assent) => {
  const author = await comeInAs(assent, "author");
  const revision = await propose(author, RATINGS);
  const reviewer = await comeInAs(assent, "reviewer");
  await reviewer.open(revision);
  await reviewer.getByRole("link", { name: "Show the YAML" }).click();
  await reviewer.getByRole("region", { name: "YAML" }).getByText("Seen", { exact: true }).waitFor();
});

fact("whoever requests changes says which", DEMO, async (assent) => {
  const author = await comeInAs(assent, "author");
  const revision = await propose(author, RATINGS);
  const reviewer = await comeInAs(assent, "reviewer", { answers: [422] });
  await reviewer.open(revision);
  await requestChanges(reviewer, "");
  await reviewer.getByText("Say what has to change.").waitFor();
  await reviewer.locator("#comment:focus").waitFor();
  await requestChanges(reviewer, "Why not all of default?");
  await says(reviewer, /A reviewer requests changes; 0 of 1 approval\.$/);
  await author.reload();
  await author.getByRole("region", { name: "Standing" }).getByText("Why not all of default?").waitFor();
});

fact("nobody votes on what they wrote, and they are told why", DEMO, async (assent) => {
  await give(assent, "author", "reviewer");
  const author = await comeInAs(assent, "author");
  await propose(author, RATINGS);
  await says(author, /0 of 1 approval; 1 person may still approve\.$/);
  const vote = author.getByRole("region", { name: "Your vote" });
  await vote.getByText("You wrote on this; someone else has to approve it.").waitFor();
  assert.equal(await author.getByRole("button", { name: /Approve|Request/ }).count(), 0);
});

fact("a new revision starts without approvals and takes the place of the one before", DEMO, async (assent) => {
  const author = await comeInAs(assent, "author");
  const reviewer = await comeInAs(assent, "reviewer");
  const first = await propose(author, RATINGS);
  await reviewer.open(first);
  await approve(reviewer);

  await author.open("/c/shop/intents/ratings-mtls");
  await author.getByRole("button", { name: "Edit ratings-mtls" }).click();
  await author.waitForURL(/drafts/);
  await author.woken();
  await author.getByRole("link", { name: "revision 1" }).waitFor();
  await fillIn(author, { choices: ["PERMISSIVE"] });
  await saved(author);
  const second = await submit(author);
  await says(author, /^ratings will accept mutual TLS and plaintext\. 0 of 1 approval;/);

  await reviewer.open(first);
  await says(reviewer, /No longer in review\. Revision 2 goes on from it\.$/);
  assert.equal(await reviewer.getByRole("button", { name: /Approve/ }).count(), 0);
  await reviewer.getByRole("link", { name: "Revision 2" }).click();
  await reviewer.arrives(second);
  await says(reviewer, /0 of 1 approval/);
  await approve(reviewer);
  await says(reviewer, /Approved, with 1 of 1 approval\.$/);
});

fact("a vote on what was taken out of review meanwhile is not written down", DEMO, async (assent) => {
  const author = await comeInAs(assent, "author");
  const revision = await propose(author, RATINGS);
  const reviewer = await comeInAs(assent, "reviewer", { answers: [409] }, revision);
  await readThrough(reviewer);
  await reviewer.getByText("4 of 4 parts seen").waitFor();
  await author.getByRole("button", { name: "Take out of review" }).click();
  await says(author, /Taken out of review\.$/);
  await reviewer.getByRole("button", { name: "Approve revision 1" }).click();
  await reviewer.getByText("This revision was recalled. Nothing was written down.").waitFor();
  await reviewer.getByRole("link", { name: "Look again" }).click();
  await says(reviewer, /Taken out of review\.$/);
});

fact("an author takes a revision out of review and submits another", DEMO, async (assent) => {
  const author = await comeInAs(assent, "author");
  const first = await propose(author, RATINGS);
  await author.getByRole("button", { name: "Take out of review" }).click();
  await says(author, /Taken out of review\.$/);
  const reviewer = await comeInAs(assent, "reviewer");
  await reviewer.getByRole("link", { name: "0 reviews wait for you" }).waitFor();
  await reviewer.open(first);
  assert.equal(await reviewer.getByRole("button", { name: /Approve/ }).count(), 0);
  await author.open("/c/shop/intents/ratings-mtls");
  await author.getByRole("button", { name: "Edit ratings-mtls" }).click();
  await author.waitForURL(/drafts/);
  await author.woken();
  await submit(author);
  await says(author, /0 of 1 approval; 1 person may still approve\.$/);
});

fact("a place that somebody holds is refused, with whoever holds it", DEMO, async (assent) => {
  const page = await comeInAs(assent, "author");
  await write(page, {
    kind: "Mutual TLS",
    name: "default-mtls",
    choices: ["Whole namespace", "STRICT"],
    fields: { Namespace: "default" },
  });
  await says(page, /^default-mtls has 1 thing to mend\./);
  const send = page.getByRole("button", { name: "Submit for review", description: "1 thing to mend" });
  assert.equal(await send.getAttribute("aria-disabled"), "true");
  await tab(page, "Findings");
  const holder = "PeerAuthentication default/default already decides what all of default accepts";
  await preview(page).getByText(holder).waitFor();
});

fact("mutual TLS for a namespace shows which workloads would accept something else", DEMO, async (assent) => {
  const page = await comeInAs(assent, "author");
  await write(page, {
    kind: "Mutual TLS",
    name: "guestbook-mtls",
    choices: ["Whole namespace", "STRICT"],
    fields: { Namespace: "guestbook" },
  });
  await tab(page, /^Workloads/);
  for (const workload of ["analyzer", "guestbook-v2", "redis-master"]) {
    const turn = `guestbook/${workload} Now mTLS and plaintext After mTLS only`;
    await preview(page).getByRole("row", { name: turn }).waitFor();
  }
});
