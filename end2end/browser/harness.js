// What every spec stands on: a server per fact, a browser per file, and visitors whose browsers may not
// complain.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { chromium } from "playwright-core";
import { serve } from "./server.js";

/** How Assent is started. */
export const PLAIN = () => [];
export const DEMO = () => ["--demo"];

const FLAGS = [
  "--use-angle=swiftshader",
  "--font-render-hinting=none",
  "--disable-quic",
  "--no-first-run",
  "--no-proxy-server",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--host-resolver-rules=MAP assent.test 127.0.0.1",
];

let browser;
after(() => browser?.close());

/** Tells one fact about a server of its own. */
export function fact(name, flags, tell) {
  test(name, async () => {
    browser ??= await chromium.launch({
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      args: FLAGS,
    });
    const server = await serve(flags);
    const visitors = [];
    const complaints = [];
    const visitor = async (options = {}) => {
      const page = await visit(server.origin, options, complaints);
      visitors.push(page);
      return page;
    };
    try {
      const { origin, link, listen, data } = server;
      await tell({ origin, link, listen, data, visitor });
      assert.deepEqual(complaints, []);
    } catch (failed) {
      const pages = visitors.map((page) => page.url());
      console.error([`At ${pages.join(", ")}`, ...complaints, ...server.log].join("\n"));
      throw failed;
    } finally {
      for (const page of visitors) await page.context().close();
      await server.stop();
    }
  });
}

/**
 * Opens a browser that nobody has used before, with one page. `answers` are the statuses of failure that
 * it will meet and may write to its console, or what stands there for none; the other options are those of
 * a Playwright context.
 */
async function visit(origin, { answers = [], ...options }, complaints) {
  const context = await browser.newContext({
    baseURL: origin,
    viewport: { width: 1440, height: 900 },
    reducedMotion: "reduce",
    ignoreHTTPSErrors: true,
    ...options,
  });
  context.setDefaultTimeout(10_000);
  const page = await context.newPage();
  const hasScript = options.javaScriptEnabled !== false;
  // Without script nothing uses what was preloaded for it, which a browser warns of.
  const kinds = hasScript ? ["error", "warning"] : ["error"];
  const failures = answers.map((answer) =>
    typeof answer === "number" ? `the server responded with a status of ${answer} ` : answer,
  );
  const expected = failures.map((failure) => `Failed to load resource: ${failure}`);
  page.on("pageerror", (error) => complaints.push(`page error: ${error.message}`));
  // A broken content security policy is an error on the console too.
  page.on("console", (message) => {
    const says = message.text();
    if (kinds.includes(message.type()) && !expected.some((start) => says.startsWith(start))) {
      complaints.push(`console: ${says} (${message.location().url})`);
    }
  });

  /** Waits until the page answers to clicks and keys; without script it always does. */
  page.woken = async () => {
    if (hasScript) await page.locator("html[data-awake=true]").waitFor({ state: "attached" });
  };
  /** Goes to an address and answers with what the server sent. */
  page.open = async (path) => {
    const response = await page.goto(path);
    await page.woken();
    return response;
  };
  /** Waits until the page is at exactly this address. */
  page.arrives = async (path) => {
    await page.waitForURL((url) => url.href === origin + path);
    await page.woken();
  };
  return page;
}
