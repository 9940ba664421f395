// Every page in every state: how it looks, and whether everybody can use it.

import { DEMO, PLAIN, fact } from "../harness.js";
import { look } from "../look.js";
import { ADA, accept, becomeAdministrator, changePassword, comeInAs, signIn } from "../people.js";

/** Comes in as a role of the demo and goes to a page. */
async function comeTo(assent, path, options) {
  const page = await comeInAs(assent, "author", options);
  await page.open(path);
  return page;
}

const PAGES = [
  {
    name: "sign-in-demo",
    flags: DEMO,
    async show({ visitor }) {
      const page = await visitor();
      await page.open("/sign-in");
      return page;
    },
  },
  {
    name: "sign-in-again",
    flags: DEMO,
    show: (assent) => comeTo(assent, "/sign-in"),
  },
  {
    name: "sign-in-plain",
    flags: PLAIN,
    async show({ visitor }) {
      const page = await visitor();
      await page.open("/sign-in");
      return page;
    },
  },
  {
    name: "sign-in-error",
    flags: PLAIN,
    async show({ visitor }) {
      const page = await visitor({ answers: [422] });
      await page.open("/sign-in");
      await signIn(page, { name: "ada", password: "wrong" });
      await page.locator(".finding").waitFor();
      return page;
    },
  },
  {
    name: "welcome",
    flags: PLAIN,
    async show({ link, visitor }) {
      const page = await visitor();
      await page.open(link);
      return page;
    },
  },
  {
    name: "welcome-error",
    flags: PLAIN,
    async show({ link, visitor }) {
      const page = await visitor({ answers: [422] });
      await page.open(link);
      await accept(page, { name: "ada", password: "short" });
      await page.locator(".finding").waitFor();
      return page;
    },
  },
  {
    name: "welcome-no-longer",
    flags: PLAIN,
    async show({ visitor }) {
      const page = await visitor();
      await page.open("/welcome/0");
      return page;
    },
  },
  {
    name: "welcome-again",
    flags: DEMO,
    show: (assent) => comeTo(assent, assent.link),
  },
  {
    name: "overview",
    flags: DEMO,
    async show(assent) {
      const page = await comeInAs(assent, "author");
      await page.getByRole("heading", { name: "shop is seen on 2 of 2 sites." }).waitFor();
      return page;
    },
  },
  {
    name: "overview-empty",
    flags: PLAIN,
    show: (assent) => becomeAdministrator(assent),
  },
  {
    name: "services",
    flags: DEMO,
    show: (assent) => comeTo(assent, "/c/shop/services"),
  },
  {
    name: "services-none",
    flags: DEMO,
    show: (assent) => comeTo(assent, "/c/shop/services?q=nowhere"),
  },
  {
    name: "service",
    flags: DEMO,
    show: (assent) => comeTo(assent, "/c/shop/services/default/reviews"),
  },
  {
    name: "service-bare",
    flags: DEMO,
    show: (assent) => comeTo(assent, "/c/shop/services/guestbook/redis-slave"),
  },
  {
    name: "settings-clouds",
    flags: DEMO,
    show: (assent) => comeTo(assent, "/settings/clouds"),
  },
  {
    name: "people",
    flags: DEMO,
    async show(assent) {
      const page = await comeInAs(assent, "administrator");
      await page.open("/settings/people");
      return page;
    },
  },
  {
    name: "people-edit",
    flags: DEMO,
    async show(assent) {
      const page = await comeInAs(assent, "administrator");
      await page.open("/settings/people?invite");
      await page.getByRole("link", { name: "Edit author" }).click();
      await page.locator("tr.editing").waitFor();
      return page;
    },
  },
  {
    name: "people-denied",
    flags: DEMO,
    show: (assent) => comeTo(assent, "/settings/people", { answers: [403] }),
  },
  {
    name: "find",
    flags: DEMO,
    async show(assent) {
      const page = await comeInAs(assent, "author");
      await page.keyboard.press("Control+k");
      await page.keyboard.type("r");
      await page.getByRole("option", { name: "reviews default in shop" }).waitFor();
      return page;
    },
  },
  {
    name: "settings",
    flags: DEMO,
    async show(assent) {
      await comeInAs(assent, "author");
      const page = await comeTo(assent, "/settings");
      await page.getByRole("button", { name: "End session" }).waitFor();
      return page;
    },
  },
  {
    name: "settings-changed",
    flags: PLAIN,
    async show(assent) {
      const page = await becomeAdministrator(assent);
      await page.open("/settings");
      await changePassword(page, ADA.password, "staple on a quiet river");
      await page.getByText("The password is changed").waitFor();
      return page;
    },
  },
  {
    name: "settings-error",
    flags: PLAIN,
    async show(assent) {
      const page = await becomeAdministrator(assent, { answers: [422] });
      await page.open("/settings");
      await changePassword(page, "wrong", "staple on a quiet river");
      await page.locator(".finding").waitFor();
      return page;
    },
  },
  {
    name: "more",
    flags: DEMO,
    async show(assent) {
      const page = await comeInAs(assent, "author", { viewport: { width: 390, height: 844 } });
      await page.getByText("More").click();
      await page.locator("details[open]").waitFor();
      return page;
    },
  },
  {
    name: "keys",
    flags: DEMO,
    async show(assent) {
      const page = await comeInAs(assent, "author");
      await page.keyboard.press("?");
      await page.getByRole("dialog", { name: "Keys" }).waitFor();
      return page;
    },
  },
  {
    name: "not-found",
    flags: DEMO,
    show: (assent) => comeTo(assent, "/nowhere", { answers: [404] }),
  },
];

for (const { name, flags, show } of PAGES) {
  fact(`everybody can read and use ${name} in every size and theme`, flags, async (assent) => {
    await look(await show(assent), name);
  });
}
