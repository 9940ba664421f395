// Characters that nobody sees fool nobody.

import assert from "node:assert/strict";
import { DEMO, fact } from "../harness.js";
import {
  CALLERS,
  RATINGS,
  begin,
  chips,
  field,
  fillIn,
  propose,
  requestChanges,
  saved,
  says,
  write,
} from "../paper.js";
import { comeInAs } from "../people.js";

const TURNED = "\u202e";

fact("a comment that turns its text around shows where", DEMO, async (assent) => {
  const author = await comeInAs(assent, "author");
  const revision = await propose(author, RATINGS);
  const reviewer = await comeInAs(assent, "reviewer", {}, revision);
  await requestChanges(reviewer, `Fine ${TURNED}ton`);
  await says(reviewer, /^ratings will accept mutual TLS only\. A reviewer requests changes/);
  const said = reviewer.getByRole("region", { name: "Standing" }).locator("blockquote");
  assert.equal(await said.textContent(), "Fine U+202Eton");
  assert.equal(await said.locator("mark").textContent(), "U+202E");
});

fact("a name that turns its text around is refused, and shows where to others", DEMO, async (assent) => {
  const page = await comeInAs(assent, "author");
  const draft = await write(page, { ...RATINGS, name: `ratings${TURNED}sltm` });
  const send = page.getByRole("button", { name: "Submit for review", description: "1 thing to mend" });
  assert.equal(await send.getAttribute("aria-disabled"), "true");
  await page.open("/c/shop/intents");
  await page.getByRole("link", { name: "ratingsU+202Esltm" }).waitFor();
  await page.open("/c/shop");
  await page.getByRole("link", { name: "ratingsU+202Esltm" }).waitFor();
  const viewer = await comeInAs(assent, "viewer", {}, draft);
  await says(viewer, "ratingsU+202Esltm has 1 thing to mend.");
});

fact("a path that turns its text around is refused, and shows where", DEMO, async (assent) => {
  const page = await comeInAs(assent, "author");
  await begin(page, CALLERS.kind);
  await fillIn(page, CALLERS);
  await page.getByRole("button", { name: "Add a rule" }).click();
  await field(page, "Service accounts").fill("default/bookinfo-productpage,");
  await field(page, "Paths").fill(`/a${TURNED}b,`);
  await saved(page);
  await says(page, "details-callers has 1 thing to mend.");
  assert.deepEqual(await chips(field(page, "Paths")), ["/aU+202Eb"]);
});
