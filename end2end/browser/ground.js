// The ground that a spec stands on: the sandbox of the demo, or the real control plane in the folder that the variable
// ASSENT_GROUND names. On both there is the same shop.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { request } from "node:https";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { DEMO } from "./harness.js";
import { becomeAdministrator, comeInAs } from "./people.js";

const folder = process.env.ASSENT_GROUND;

/** How Assent is started on it. */
export const GROUND = folder
  ? () => ["--kubeconfig", join(folder, "kubeconfig"), "--clouds", join(folder, "clouds.toml")]
  : DEMO;

export const SITES = ["eu-west", "us-east"];

const KINDS = ["authorizationpolicies", "peerauthentications"];
const POLICIES = "/apis/security.istio.io/v1/namespaces/default";
const LABEL = "assent/intent";
const ROLES = ["author", "reviewer", "operator"];
const PASSWORD = "staple on a quiet river";

/** Has an author, a reviewer and an operator come in, each in a browser of their own; who looks on sees both sites. */
export async function company(assent) {
  await clear();
  const admin = folder && (await becomeAdministrator(assent));
  const pages = {};
  for (const role of ROLES) {
    const page = admin ? await invited(assent, admin, role) : await comeInAs(assent, role);
    await page.getByRole("heading", { level: 1, name: /2 of 2 sites/ }).waitFor();
    pages[role] = page;
  }
  return pages;
}

/** Waits until a site has, of what one intent made, exactly what this YAML says. */
export async function has(assent, site, intent, yaml) {
  let is;
  for (let looks = 0; looks < 50; looks += 1) {
    is = await made(assent, site, intent);
    if (is === yaml) return;
    // A sandbox is written down once a second.
    await setTimeout(100);
  }
  assert.equal(is, yaml, site);
}

/** Somebody with kubectl turns the mode of a policy of mutual TLS that an intent made. */
export async function turnByHand({ origin }, page, site, intent) {
  if (!folder) {
    const form = { act: "drift", site };
    const response = await page.request.post("/demo", { form, headers: { origin } });
    assert.equal(response.status(), 200);
    return;
  }
  const [policy] = (await objects(site, intent)).filter(({ kind }) => kind === "PeerAuthentication");
  const mode = policy.spec.mtls.mode === "STRICT" ? "PERMISSIVE" : "STRICT";
  const path = `${POLICIES}/peerauthentications/${policy.metadata.name}?fieldManager=kubectl-edit`;
  await ask(site, "PATCH", path, { spec: { mtls: { mode } } });
}

/** What an intent made on a site, as Assent writes YAML. */
async function made({ data }, site, intent) {
  const ours = folder ? await objects(site, intent) : await kept(data, site, intent);
  const documents = ours.map(({ apiVersion, kind, metadata, spec }) => {
    const { name, namespace, labels } = metadata;
    const whose = ["metadata:", ...lines({ name, namespace }).map(inner), "  labels:"];
    const head = [`apiVersion: ${apiVersion}`, `kind: ${kind}`, ...whose];
    return [...head, ...lines(sorted(labels)).map(inner).map(inner), ...lines({ spec: sorted(spec) })].join("\n");
  });
  return documents.join("\n---\n");
}

/** What an intent made on a site of the demo. */
async function kept(data, site, intent) {
  const saved = await readFile(join(data, `${site}.json`), "utf8").catch(() => '{"objects":[]}');
  return JSON.parse(saved).objects.filter(({ metadata }) => metadata.labels?.[LABEL] === intent);
}

/** What an intent made on a site of the control plane. */
async function objects(site, intent) {
  const lists = KINDS.map((kind) => ask(site, "GET", `${POLICIES}/${kind}?labelSelector=${LABEL}%3D${intent}`));
  return (await Promise.all(lists)).flatMap(({ items }) => items);
}

/** Removes from the control plane what another Assent left there. */
async function clear() {
  if (!folder) return;
  for (const site of SITES) {
    for (const kind of KINDS) await ask(site, "DELETE", `${POLICIES}/${kind}?labelSelector=${LABEL}`);
  }
}

/** Has somebody come in by an invitation to a role in the shop. */
async function invited({ visitor }, admin, role) {
  await admin.open("/settings/people?invite");
  await admin.getByLabel("Name", { exact: true }).fill(role);
  await admin.getByRole("group", { name: "Roles in shop" }).getByRole("checkbox", { name: role }).check();
  await admin.getByRole("button", { name: "Invite", exact: true }).click();
  const link = await admin.getByLabel("Hand it over yourself").inputValue();
  const page = await visitor();
  await page.open(new URL(link).pathname);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByLabel("Password again", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Create my account" }).click();
  await page.arrives("/c/shop");
  return page;
}

/** Asks an API server of the control plane, as its administrator. */
async function ask(site, method, path, body) {
  const { server, ca, token } = await access(site);
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/merge-patch+json" };
  const answer = await new Promise((resolve, reject) => {
    const sent = request(server + path, { method, headers, ca }, resolve);
    sent.on("error", reject);
    sent.end(body && JSON.stringify(body));
  });
  const text = (await answer.toArray()).join("");
  assert.equal(answer.statusCode, 200, text);
  return JSON.parse(text);
}

/** How the administrator of a site comes to its API server. */
async function access(site) {
  const kubeconfig = await readFile(join(folder, `kubeconfig-${site}`), "utf8");
  const entry = kubeconfig.split(`- name: ${site}\n  cluster:\n`)[1];
  const value = (text, field) => text.match(new RegExp(`^ *${field}: (.*)$`, "m"))[1];
  const ca = await readFile(value(entry, "certificate-authority"));
  return { server: value(entry, "server"), ca, token: value(kubeconfig, "token") };
}

const inner = (line) => `  ${line}`;

/** The lines of a value in YAML; nothing here needs quotes. */
function lines(value) {
  if (Array.isArray(value)) {
    return value.flatMap((item) => lines(item).map((line, at) => (at === 0 ? `- ${line}` : inner(line))));
  }
  if (typeof value !== "object") return [String(value)];
  return Object.entries(value).flatMap(([field, value]) => {
    if (typeof value !== "object") return [`${field}: ${value}`];
    return [`${field}:`, ...lines(value).map(Array.isArray(value) ? (line) => line : inner)];
  });
}

/** The same with all fields in order. */
function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object") return value;
  const fields = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(fields.map(([field, value]) => [field, sorted(value)]));
}
