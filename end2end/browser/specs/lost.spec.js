// Nothing that somebody typed is lost.

import assert from "node:assert/strict";
import { DEMO, fact } from "../harness.js";
import { RATINGS, field, foot, kept, propose, saved, says, write } from "../paper.js";
import { comeInAs, enter, give } from "../people.js";

const OFFLINE = "net::ERR_INTERNET_DISCONNECTED";

/** What says that something was put back. */
const putBack = (page) => page.getByText("What you typed before and was not saved yet is back.").waitFor();

/** Waits for the notice that somebody else saved meanwhile. */
const conflict = (page, says) => page.getByRole("alert").getByText(says).waitFor();

fact("what is typed without a network is back in a new document, and is saved", DEMO, async (assent) => {
  const page = await comeInAs(assent, "author", { answers: [OFFLINE] });
  await write(page, RATINGS);
  await page.context().setOffline(true);
  await field(page, "Name").fill("typed-offline");
  await foot(page).getByText("Not saved: The server did not answer.").waitFor();
  assert.equal((await kept(page)).length, 1);
  await page.context().setOffline(false);
  await page.reload();
  await putBack(page);
  await saved(page);
  assert.equal(await field(page, "Name").inputValue(), "typed-offline");
  await page.reload();
  await page.woken();
  assert.equal(await field(page, "Name").inputValue(), "typed-offline");
  assert.deepEqual(await kept(page), []);
});

fact("what could not be saved is saved at a press once the network is there", DEMO, async (assent) => {
  const page = await comeInAs(assent, "author", { answers: [OFFLINE] });
  await write(page, RATINGS);
  await page.context().setOffline(true);
  await field(page, "Name").fill("typed-offline");
  await foot(page).getByText("Not saved:").waitFor();
  await page.context().setOffline(false);
  await foot(page).getByRole("button", { name: "Try again" }).click();
  await saved(page);
  assert.deepEqual(await kept(page), []);
});

fact("who was signed out elsewhere while typing signs in again and goes on", DEMO, async (assent) => {
  const page = await comeInAs(assent, "author", { answers: [401] });
  const draft = await write(page, RATINGS);
  const elsewhere = await comeInAs(assent, "author", {}, "/settings");
  await elsewhere.getByRole("button", { name: "Sign out everywhere" }).click();
  await elsewhere.arrives("/sign-in");

  await field(page, "Name").fill("typed-signed-out");
  await foot(page).getByText("You are signed out.").waitFor();
  await field(page, "Name").fill("typed-after-that");
  await foot(page).getByRole("link", { name: "Sign in and go on" }).click();
  await enter(page, "author");
  await page.arrives(draft);
  await putBack(page);
  await saved(page);
  assert.equal(await field(page, "Name").inputValue(), "typed-after-that");
});

fact("what was typed before the page was awake stays", DEMO, async (assent) => {
  const page = await comeInAs(assent, "author");
  const draft = await write(page, RATINGS);
  const wake = await fallAsleep(page);
  await page.goto(draft, { waitUntil: "commit" });
  await field(page, "Name").fill("typed-early");
  assert.equal(await page.locator("html[data-awake]").count(), 0);
  wake();
  await page.woken();
  await saved(page);
  assert.equal(await field(page, "Name").inputValue(), "typed-early");
  await page.reload();
  await page.woken();
  assert.equal(await field(page, "Name").inputValue(), "typed-early");
});

fact("a comment typed before the page was awake stays", DEMO, async (assent) => {
  const author = await comeInAs(assent, "author");
  const revision = await propose(author, RATINGS);
  const page = await comeInAs(assent, "reviewer");
  const wake = await fallAsleep(page);
  await page.goto(revision, { waitUntil: "commit" });
  await page.getByLabel("Comment").fill("typed early");
  wake();
  await page.woken();
  assert.equal(await page.getByLabel("Comment").inputValue(), "typed early");
});

fact("who was signed out while writing a comment finds it again", DEMO, async (assent) => {
  const author = await comeInAs(assent, "author");
  const revision = await propose(author, RATINGS);
  const page = await comeInAs(assent, "reviewer", { answers: [401] }, revision);
  await page.getByLabel("Comment").fill("A long thought.");
  await page.context().clearCookies();
  await page.getByRole("button", { name: "Request changes" }).click();
  await page.getByRole("link", { name: "Sign in again" }).click();
  await enter(page, "reviewer");
  await page.arrives(revision);
  assert.equal(await page.getByLabel("Comment").inputValue(), "A long thought.");
});

fact("who leaves in the middle of a word finds it again", DEMO, async (assent) => {
  const page = await comeInAs(assent, "author");
  const draft = await write(page, RATINGS);
  await field(page, "Name").fill("left-early");
  const answer = page.waitForResponse("**/api/save_draft");
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Services" }).click();
  await page.arrives("/c/shop/services");
  await answer;
  await page.open(draft);
  await saved(page);
  assert.equal(await field(page, "Name").inputValue(), "left-early");
});

fact("the second of two who edit a draft is told who saved, and takes theirs", DEMO, async (assent) => {
  await give(assent, "reviewer", "author");
  const [one, two] = await twoAt(assent);
  await field(two, "Name").fill("mine");
  await conflict(two, /^reviewer saved this draft just now\./);
  await conflict(two, "It differs from what you typed in Name.");
  assert.equal(await field(two, "Name").inputValue(), "mine");
  await foot(two).getByText("Not saved: it was saved elsewhere meanwhile.").waitFor();
  await two.reload();
  await conflict(two, /^reviewer saved this draft/);
  assert.equal(await field(two, "Name").inputValue(), "mine");

  await two.getByRole("button", { name: "Take theirs" }).click();
  await saved(two);
  assert.equal(await field(two, "Name").inputValue(), "theirs");
  assert.deepEqual(await kept(two), []);
  await one.reload();
  await one.woken();
  assert.equal(await field(one, "Name").inputValue(), "theirs");
});

fact("the second of two who edit a draft saves theirs over it", DEMO, async (assent) => {
  await give(assent, "reviewer", "author");
  const [one, two] = await twoAt(assent);
  await field(two, "Name").fill("mine");
  await two.getByRole("button", { name: "Save mine over it" }).click();
  await saved(two);
  await says(two, /^mine can be submitted/);
  await one.reload();
  await one.woken();
  assert.equal(await field(one, "Name").inputValue(), "mine");
  await foot(one).getByText(/^Saved .* by author\.$/).waitFor();
});

fact("a draft that was discarded comes back as it was", DEMO, async (assent) => {
  const page = await comeInAs(assent, "author");
  const draft = await write(page, RATINGS);
  await page.getByRole("button", { name: "Discard draft" }).click();
  await page.waitForURL(/\/c\/shop\/intents\?discarded=\d+$/);
  await page.getByText("The draft was discarded.").waitFor();
  assert.equal(await page.getByRole("link", { name: RATINGS.name }).count(), 0);
  await page.getByRole("button", { name: "Undo" }).click();
  await page.arrives(draft);
  assert.equal(await field(page, "Name").inputValue(), RATINGS.name);

  await page.getByRole("button", { name: "Discard draft" }).click();
  await page.waitForURL(/discarded/);
  await page.open(draft);
  await says(page, "ratings-mtls was discarded.");
  await page.getByRole("button", { name: "Restore" }).click();
  await saved(page);
  await says(page, "ratings-mtls can be submitted.");
});

/** Holds back what wakes a page, until the answer is called. */
async function fallAsleep(page) {
  let wake;
  const asleep = new Promise((resolve) => {
    wake = resolve;
  });
  await page.route("**/*.wasm", async (route) => {
    await asleep;
    await route.continue();
  });
  return wake;
}

/** An author and a reviewer who also writes, at one draft that the reviewer then saved. */
async function twoAt(assent) {
  const two = await comeInAs(assent, "author", { answers: [409] });
  const draft = await write(two, RATINGS);
  const one = await comeInAs(assent, "reviewer", {}, draft);
  await field(one, "Name").fill("theirs");
  await saved(one);
  return [one, two];
}
