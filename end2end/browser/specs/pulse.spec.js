// What is, as it changes: in every open browser, without a reload.

import assert from "node:assert/strict";
import { DEMO, fact } from "../harness.js";
import { RATINGS, approve, propose, says } from "../paper.js";
import { comeInAs } from "../people.js";
import { breaks, carriedOut, demo, hears } from "../rollouts.js";

const INTENT = "/c/shop/intents/ratings-mtls";

/** The row of a site on the page of an intent. */
const site = (page, name) => page.getByRole("listitem").filter({ hasText: name });

fact("a change by hand is seen in two browsers within a second, with the difference, and put back", DEMO, async (assent) => {
  const { author, operator } = await carriedOut(assent, RATINGS);
  await author.open(INTENT);
  await operator.open("/c/shop/intents");
  for (const page of [author, operator]) await hears(page);
  await operator.getByRole("row", { name: /ratings-mtls/ }).getByText("Synced").nth(1).waitFor();

  const since = Date.now();
  await breaks(author, "Change something by hand");
  await Promise.all([
    site(author, "us-east").getByText("Drifted").waitFor(),
    operator.getByRole("row", { name: /ratings-mtls/ }).getByText("Drifted").waitFor(),
  ]);
  const took = Date.now() - since;
  assert.ok(took < 1000, `${took} ms`);
  await demo(author).getByText(/now says|says mtls.mode: PERMISSIVE now/).waitFor();
  await site(author, "eu-west").getByText("Synced").waitFor();
  await says(operator, "1 intent for shop; 1 is not in sync.");

  // Whoever may not restore is told who can.
  await author.getByRole("heading", { name: "What differs" }).waitFor();
  await author.locator("del", { hasText: "mode: PERMISSIVE" }).waitFor();
  await author.locator("ins", { hasText: "mode: STRICT" }).waitFor();
  assert.equal(await author.getByRole("button", { name: /^Restore/ }).count(), 0);

  await operator.getByRole("link", { name: "ratings-mtls" }).click();
  await operator.getByRole("button", { name: "Restore on us-east" }).click();
  await operator.getByText("On us-east, everything is as revision 1 made it again.").waitFor();
  await site(author, "us-east").getByText("Synced").waitFor();
  await author.getByRole("heading", { name: "What differs" }).waitFor({ state: "detached" });
});

fact("what is removed by hand is missing, and the overview leads to it", DEMO, async (assent) => {
  const { author } = await carriedOut(assent, RATINGS);
  await author.open("/c/shop");
  await hears(author);
  await says(author, /shop is in sync on 2 of 2 sites/);
  await breaks(author, "Change something by hand");
  await says(author, /shop is in sync on 1 of 2 sites\. us-east has drifted\./);
  await breaks(author, "Change something by hand");
  await says(author, /us-east misses something\./);
  await author.getByRole("link", { name: "Show difference" }).click();
  await author.getByRole("heading", { name: "What differs" }).waitFor();
  await breaks(author, "Reset");
  await demo(author).getByText(/1 object is as it was/).waitFor();
  await author.getByRole("heading", { name: "What differs" }).waitFor({ state: "detached" });
  await site(author, "us-east").getByText("Synced").waitFor();
});

fact("what waits for a reviewer is counted while they look", DEMO, async (assent) => {
  const reviewer = await comeInAs(assent, "reviewer", {}, "/c/shop/reviews");
  await hears(reviewer);
  const author = await comeInAs(assent, "author");
  const path = await propose(author, RATINGS);
  await reviewer.getByRole("link", { name: /Reviews.*1.*waiting for you/ }).waitFor();
  await reviewer.waitForFunction(() => document.title.startsWith("(1) "));
  await reviewer.getByRole("row", { name: /ratings-mtls/ }).waitFor();
  await reviewer.open(path);
  await approve(reviewer);
  await author.open("/c/shop/intents");
  await author.getByRole("row", { name: /ratings-mtls/ }).getByText("approved").waitFor();
});

fact("a page that hears nothing says so, and goes on when it hears again", DEMO, async (assent) => {
  const page = await comeInAs(assent, "viewer", { answers: ["net::ERR", "WebSocket"] });
  await hears(page);
  await page.getByRole("status").getByText("live", { exact: true }).waitFor();
  await page.context().setOffline(true);
  await page.evaluate(() => window.dispatchEvent(new Event("offline")));
  await page.context().setOffline(false);
  await hears(page);
});

fact("whoever signs out everywhere is told so in their other browser", DEMO, async (assent) => {
  const one = await comeInAs(assent, "viewer");
  const other = await comeInAs(assent, "viewer", {}, "/settings");
  await hears(one);
  await other.getByRole("button", { name: "Sign out everywhere" }).click();
  await one.getByText("signed out").waitFor({ timeout: 3_000 });
  await one.getByRole("link", { name: "Sign in", exact: true }).waitFor();
});

fact("a site that is down is told in words, and the others stay true", DEMO, async (assent) => {
  const { author } = await carriedOut(assent, RATINGS);
  await author.open("/c/shop");
  await hears(author);
  await breaks(author, "Site down");
  await says(author, /us-east is not known/);
  await demo(author).getByRole("button", { name: "Site up" }).click();
  await says(author, /shop is in sync on 2 of 2 sites/);
});
