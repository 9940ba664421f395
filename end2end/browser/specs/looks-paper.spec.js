// The pages of intents and reviews in every state: how they look, and whether everybody can use them.

import { DEMO, fact } from "../harness.js";
import { first, look } from "../look.js";
import {
  CALLERS,
  RATINGS,
  approve,
  begin,
  field,
  fillIn,
  propose,
  requestChanges,
  saved,
  says,
  submit,
  write,
} from "../paper.js";
import { comeInAs, give } from "../people.js";

const GUESTBOOK = {
  kind: "Mutual TLS",
  name: "guestbook-mtls",
  choices: ["Whole namespace", "STRICT"],
  fields: { Namespace: "guestbook" },
};
const HELD = { ...GUESTBOOK, name: "default-mtls", fields: { Namespace: "default" } };

/** Adds two rules to the draft that is open, the second without a caller. */
async function addRules(page) {
  const add = page.getByRole("button", { name: "Add a rule" });
  await add.click();
  await field(page, "Service accounts").fill("default/bookinfo-productpage,default/bookinfo-reviews,");
  await field(page, "Methods").fill("GET,HEAD,");
  await field(page, "Paths").fill("/details/*,");
  await add.click();
  await page.getByRole("group", { name: "Rule 2", exact: true }).getByLabel("Methods").fill("POST,");
  await saved(page);
}

fact("everybody can read and use what is there before anything is", DEMO, async (assent) => {
  const page = await comeInAs(assent, "author", {}, "/c/shop/intents");
  await look(page, "intents-empty");
  await page.open("/c/shop/new");
  await look(page, "new");
  await page.open("/c/shop/reviews");
  await look(page, "reviews-empty");
});

fact("everybody can read and use intents, reviews and history", DEMO, async (assent) => {
  const author = await comeInAs(assent, "author");
  const reviewer = await comeInAs(assent, "reviewer");
  await reviewer.open(await propose(author, RATINGS));
  await approve(reviewer);
  await propose(author, GUESTBOOK);
  await write(author, CALLERS);
  await begin(author, "Mutual TLS");
  for (const [name, path] of [
    ["intents", "/c/shop/intents"],
    ["intents-filtered", "/c/shop/intents?text=ratings&only=review"],
    ["intent", "/c/shop/intents/ratings-mtls"],
    ["overview-work", "/c/shop"],
    ["history", "/c/shop/history"],
  ]) {
    await author.open(path);
    await look(author, name);
  }
  await reviewer.open("/c/shop/reviews");
  await look(reviewer, "reviews");
  const administrator = await comeInAs(assent, "administrator", {}, "/settings/history");
  await look(administrator, "settings-history");
});

fact("everybody can read and use a draft that is being written", DEMO, async (assent) => {
  const page = await comeInAs(assent, "author");
  await begin(page, "Mutual TLS");
  await look(page, "draft-empty");
  await fillIn(page, GUESTBOOK);
  await saved(page);
  await look(page, "draft");
  for (const name of ["Workloads", "YAML", "Findings"]) {
    await page.getByRole("navigation", { name: "Preview" }).getByRole("link", { name }).click();
    await page.waitForURL(new RegExp(`tab=${name.toLowerCase()}$`));
    await look(page, `draft-${name.toLowerCase()}`);
  }
  await write(page, CALLERS);
  await addRules(page);
  await look(page, "draft-rows");
});

fact("everybody can read and use a draft that cannot go on as it is", DEMO, async (assent) => {
  const page = await comeInAs(assent, "author");
  await write(page, HELD);
  await page.getByRole("link", { name: /^Findings/ }).click();
  await page.waitForURL(/tab=findings$/);
  await look(page, "draft-held");

  const draft = await write(page, CALLERS);
  const viewer = await comeInAs(assent, "viewer", {}, draft);
  await look(viewer, "draft-read-only");
  await page.getByRole("button", { name: "Discard draft" }).click();
  await page.waitForURL(/discarded/);
  await look(page, "intents-discarded");
  await page.open(draft);
  await look(page, "draft-discarded");
});

fact("everybody can read and use a draft that two edit, and one that is not saved", DEMO, async (assent) => {
  await give(assent, "reviewer", "author");
  const page = await comeInAs(assent, "author", { answers: [409, 401] });
  const draft = await write(page, RATINGS);
  const other = await comeInAs(assent, "reviewer", {}, draft);
  await field(other, "Name").fill("theirs");
  await saved(other);
  await field(page, "Name").fill("mine");
  await page.getByRole("button", { name: "Take theirs" }).waitFor();
  await look(page, "draft-conflict");

  await begin(other, "Mutual TLS");
  await page.open(new URL(other.url()).pathname);
  await page.context().clearCookies();
  await field(page, "Name").fill("signed-out");
  await page.getByRole("link", { name: "Sign in and go on" }).waitFor();
  await look(page, "draft-signed-out");
});

fact("everybody can read and use a revision on its way", DEMO, async (assent) => {
  const author = await comeInAs(assent, "author");
  const reviewer = await comeInAs(assent, "reviewer", { answers: [422] });
  const revision = await propose(author, GUESTBOOK);
  await look(author, "revision-author");
  await reviewer.open(revision);
  await look(reviewer, "revision-unseen", first);
  await look(reviewer, "revision");
  await requestChanges(reviewer, "");
  await reviewer.getByText("Say what has to change.").waitFor();
  await look(reviewer, "revision-error");
  await requestChanges(reviewer, "guestbook-v1 has a pod without a sidecar.\nWait until it is gone.");
  await says(reviewer, /A reviewer requests changes/);
  await look(reviewer, "revision-changes-requested");
  await approve(reviewer);
  await look(reviewer, "revision-approved");

  await author.open("/c/shop/intents/guestbook-mtls");
  await author.getByRole("button", { name: "Edit guestbook-mtls" }).click();
  await author.waitForURL(/drafts/);
  await author.woken();
  await fillIn(author, { choices: ["PERMISSIVE"] });
  await saved(author);
  await look(author, "draft-of-revision");
  await submit(author);
  await author.open(revision);
  await look(author, "revision-superseded");
});
