// One running server, with a database of its own that goes with it.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { request } from "playwright-core";

const LINK = "Become administrator (works once, for 15 minutes): ";

/**
 * Starts `assent serve` on a free port and waits until it is ready. `flags` gets the port and a folder
 * that lasts as long as the server.
 */
export async function serve(flags) {
  assert.ok(process.env.ASSENT, "the variable ASSENT names the server's binary");
  const folder = await mkdtemp(join(tmpdir(), "assent-"));
  const port = await freePort();
  const listen = `127.0.0.1:${port}`;
  const data = join(folder, "data");
  const child = spawn(
    process.env.ASSENT,
    ["serve", "--listen", listen, "--data", data, ...flags(port, folder)],
    // Without environment, so that no setting comes from there.
    { env: {}, stdio: ["ignore", "pipe", "pipe"] },
  );
  const ended = new Promise((resolve) => child.once("close", (code) => resolve(code)));
  const log = [];
  createInterface({ input: child.stderr }).on("line", (line) => log.push(line));

  const stop = async () => {
    child.kill();
    const code = await ended;
    await rm(folder, { recursive: true });
    assert.equal(code, 0, `the server stops in order\n${log.join("\n")}`);
  };
  try {
    const { origin, link } = await greeting(child);
    const scheme = new URL(origin).protocol;
    const asked = await request.newContext({ ignoreHTTPSErrors: true });
    const ready = await asked.get(`${scheme}//${listen}/readyz`);
    assert.equal(ready.status(), 200);
    await asked.dispose();
    return { origin, link, listen, data, log, stop };
  } catch (failed) {
    child.kill();
    await ended;
    await rm(folder, { recursive: true });
    throw new Error(`the server did not start: ${failed.message}\n${log.join("\n")}`);
  }
}

/** Reads what the server says first: where it is, and the link for the first administrator. */
async function greeting(child) {
  let origin;
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith("Assent is at ")) origin = line.slice("Assent is at ".length);
    if (line.startsWith(LINK)) return { origin, link: line.slice(LINK.length) };
  }
  throw new Error("it ended before it greeted");
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}
