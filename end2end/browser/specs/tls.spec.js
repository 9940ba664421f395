// Over TLS, under a name of its own.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { request } from "playwright-core";
import { fact } from "../harness.js";
import { ADA, becomeAdministrator, signIn } from "../people.js";

/** Speaks TLS as assent.test, with a certificate that is made for the occasion. */
function tls(port, folder) {
  const [cert, key] = [join(folder, "cert.pem"), join(folder, "key.pem")];
  execFileSync(
    "openssl",
    [
      ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"],
      ["-days", "1", "-subj", "/CN=assent.test", "-addext", "subjectAltName=DNS:assent.test"],
      ["-keyout", key, "-out", cert],
    ].flat(),
    { stdio: "pipe" },
  );
  return ["--tls-cert", cert, "--tls-key", key, "--public-url", `https://assent.test:${port}`];
}

fact("over TLS the session's cookie is bound to this host and to https", tls, async (assent) => {
  const page = await becomeAdministrator(assent);
  const cookies = await page.context().cookies();
  assert.deepEqual(
    cookies.map(({ name, domain, path, secure, httpOnly, sameSite }) => {
      return { name, domain, path, secure, httpOnly, sameSite };
    }),
    [
      {
        name: "__Host-assent",
        domain: "assent.test",
        path: "/",
        secure: true,
        httpOnly: true,
        sameSite: "Lax",
      },
    ],
  );
});

fact("over TLS people sign in and a browser is told to come over TLS only", tls, async (assent) => {
  await becomeAdministrator(assent);
  const page = await assent.visitor();
  const response = await page.open("/sign-in");
  assert.equal(
    (await response.allHeaders())["strict-transport-security"],
    "max-age=31536000; includeSubDomains",
  );
  await signIn(page, ADA);
  await page.arrives("/");
});

fact("whoever asks for another host is refused", tls, async ({ listen }) => {
  const stranger = await request.newContext({ ignoreHTTPSErrors: true });
  const refused = await stranger.get(`https://${listen}/sign-in`);
  assert.equal(refused.status(), 421);
  await stranger.dispose();
});
