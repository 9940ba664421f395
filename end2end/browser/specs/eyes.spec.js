// What is seen of clouds.

import assert from "node:assert/strict";
import { DEMO, fact } from "../harness.js";
import { comeInAs } from "../people.js";

/** Opens the cloud of the demo once both of its sites were read. */
async function atTheShop(assent, options) {
  const page = await comeInAs(assent, "viewer", options);
  await page.getByRole("heading", { name: "shop is seen on 2 of 2 sites." }).waitFor();
  return page;
}

fact("a cloud says how many of its sites are seen and what they accept", DEMO, async (assent) => {
  const page = await atTheShop(assent);
  const sites = page.getByRole("region", { name: "Sites" });
  assert.equal(await sites.getByText("Live", { exact: true }).count(), 2);
  await sites.getByText("Istio 1.27.1").waitFor();
  await sites.getByText("Istio 1.26.4").waitFor();
  await page.getByRole("img", { name: /^Workloads: .* mTLS only/ }).waitFor();
});

fact("what to look at first leads to the service that it is about", DEMO, async (assent) => {
  const page = await atTheShop(assent);
  await page.getByRole("link", { name: /redis-slave on eu-west and us-east has no sidecar/ }).click();
  await page.arrives("/c/shop/services/guestbook/redis-slave");
  await page.getByText("plaintext only").first().waitFor();
});

fact("the list of services is asked by name, and what is asked is in the address", DEMO, async (assent) => {
  const page = await atTheShop(assent);
  await page.open("/c/shop/services");
  const rows = page.locator("tbody tr");
  const all = await rows.count();
  await page.getByRole("searchbox").fill("redis");
  await page.arrives("/c/shop/services?q=redis");
  await page.getByRole("status").getByText(`2 of ${all}`).waitFor();
  assert.equal(await rows.count(), 2);
  await page.reload();
  await page.woken();
  assert.equal(await rows.count(), 2);
  assert.equal(await page.getByRole("searchbox").inputValue(), "redis");
});

fact("a namespace narrows the list and is let go again", DEMO, async (assent) => {
  const page = await atTheShop(assent);
  await page.open("/c/shop/services");
  const all = await page.locator("tbody tr").count();
  await page.getByRole("search").getByRole("link", { name: "guestbook" }).click();
  await page.arrives("/c/shop/services?namespace=guestbook");
  const names = await page.locator("tbody tr td:nth-child(2)").allTextContents();
  assert.deepEqual([...new Set(names)], ["guestbook"]);
  await page.getByRole("search").getByRole("link", { name: "guestbook" }).click();
  await page.arrives("/c/shop/services");
  assert.equal(await page.locator("tbody tr").count(), all);
});

fact("a service says what decides on each site where it differs", DEMO, async (assent) => {
  const page = await atTheShop(assent);
  await page.open("/c/shop/services/default/reviews");
  const on = (site) => page.getByRole("region", { name: `On ${site}` });
  await on("eu-west").getByText("mTLS and plaintext").first().waitFor();
  await on("us-east").getByText("mTLS only").first().waitFor();
  await on("eu-west").getByText("PeerAuthentication default/reviews").first().waitFor();
});

fact("Ctrl K finds a service by a part of its name and opens it", DEMO, async (assent) => {
  const page = await atTheShop(assent);
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Find anything" }).fill("rat");
  await page.getByRole("option", { name: "ratings default in shop" }).waitFor();
  await page.keyboard.press("Enter");
  await page.arrives("/c/shop/services/default/ratings");
  await page.getByRole("dialog").waitFor({ state: "hidden" });
});

fact("a cloud that is not there and one of others answer alike", DEMO, async (assent) => {
  const page = await comeInAs(assent, "administrator", { answers: [404] });
  for (const cloud of ["shop", "nowhere"]) {
    const response = await page.open(`/c/${cloud}`);
    assert.equal(response.status(), 404);
    await page.getByRole("heading", { name: "There is no page at this address." }).waitFor();
  }
});

fact("clouds and sites are shown as configured, with the rights that were found", DEMO, async (assent) => {
  const page = await comeInAs(assent, "administrator");
  await page.open("/settings/clouds");
  await page.getByRole("heading", { name: "1 cloud on 2 sites." }).waitFor();
  assert.equal(await page.getByText(/^All \d+ found$/).count(), 2);
});

fact("without script a cloud, its services and one of them can be read", DEMO, async (assent) => {
  const page = await comeInAs(assent, "viewer", { javaScriptEnabled: false });
  await page.getByRole("link", { name: "Services", exact: true }).first().click();
  await page.getByRole("searchbox").fill("reviews");
  await page.keyboard.press("Enter");
  await page.getByRole("link", { name: "reviews", exact: true }).click();
  await page.getByRole("heading", { name: /^reviews has/ }).waitFor();
});
