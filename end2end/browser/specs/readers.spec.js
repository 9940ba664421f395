// What those see who may only read, and what nobody can write where nothing is written.

import assert from "node:assert/strict";
import { fact, DEMO } from "../harness.js";
import { CALLERS, RATINGS, field, propose, says, write } from "../paper.js";
import { comeInAs } from "../people.js";

const READ_ONLY = () => ["--demo", "--read-only"];
const WHY = "Assent runs read-only; nothing is written here.";

/** What can be pressed on a page, but for what frames it. */
async function buttons(page) {
  const all = await page.getByRole("main").getByRole("button", { disabled: false }).all();
  const shown = await Promise.all(all.map(async (one) => ((await one.isVisible()) ? one.textContent() : null)));
  return shown.filter((text) => text !== null);
}

fact("a viewer reads a draft and can write nothing into it", DEMO, async (assent) => {
  const author = await comeInAs(assent, "author");
  const draft = await write(author, CALLERS);
  const viewer = await comeInAs(assent, "viewer", {}, draft);
  await says(viewer, /^details-callers has 1 thing to mend\.$/);
  await viewer.getByText("Authors of shop write its intents; you are not one of them.").waitFor();
  assert.equal(await field(viewer, "Name").inputValue(), CALLERS.name);
  assert.ok(await field(viewer, "Name").isDisabled());
  assert.deepEqual(await buttons(viewer), []);
});

fact("a viewer reads a revision and can say nothing to it", DEMO, async (assent) => {
  const author = await comeInAs(assent, "author");
  const revision = await propose(author, RATINGS);
  const viewer = await comeInAs(assent, "viewer", {}, revision);
  await says(viewer, /0 of 1 approval/);
  const vote = viewer.getByRole("region", { name: "Your vote" });
  await vote.getByText("Reviewers of shop vote; you are not one of them.").waitFor();
  assert.deepEqual(await buttons(viewer), ["", "Copy", "Download"]);
});

fact("a viewer sees intents and is led nowhere to begin one", DEMO, async (assent) => {
  const viewer = await comeInAs(assent, "viewer", { answers: [403] }, "/c/shop/intents");
  await says(viewer, "shop has no intents yet. Everything on its 2 sites is as it was found.");
  await viewer.getByText("Authors of shop write its intents; you are not one of them.").waitFor();
  assert.deepEqual(await buttons(viewer), []);
  assert.equal(await viewer.getByRole("link", { name: "New intent" }).count(), 0);
  await viewer.keyboard.press("n");
  assert.equal((await viewer.open("/c/shop/new")).status(), 403);
  await says(viewer, /^This page takes the role author\./);
});

fact("where nothing is written, nobody is led to write", READ_ONLY, async (assent) => {
  const author = await comeInAs(assent, "author", { answers: [403] }, "/c/shop/intents");
  await author.getByText(WHY).waitFor();
  assert.deepEqual(await buttons(author), []);
  assert.equal(await author.getByRole("link", { name: "New intent" }).count(), 0);
  await author.keyboard.press("n");
  await author.open("/c/shop/new");
  await author.getByText(WHY).waitFor();
  assert.deepEqual(await buttons(author), []);
  const sent = await author.request.post("/api/begin_draft", {
    form: { cloud: "shop", kind: "mutual_tls" },
    headers: { origin: assent.origin },
  });
  assert.equal(sent.status(), 403);
  assert.match(await sent.text(), new RegExp(WHY));
});
