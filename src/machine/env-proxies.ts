/**
 * Whether module proxies answer at all. Nothing else is contacted, nothing is fetched and no password is sent.
 *
 * A process of its own asks, since looking up a name cannot be given up: it would hold this one for long.
 */
import { askProgram } from "../process/run-to-end.js";
import type { Env } from "./env-variables.js";

/** More were not written by a person. */
const MAX_PROXIES = 8;

/** Any answer will do, with any certificate: whom to trust is go's own decision. */
const PROBE = `
const url = new URL(process.argv[1]);
const ask = require(url.protocol === "https:" ? "node:https" : "node:http").request;
ask(url, { method: "HEAD", rejectUnauthorized: false, agent: false })
  .on("response", () => process.exit(0))
  .on("error", (error) => { console.log(error.code || "failed"); process.exitCode = 1; })
  .end();
`;

/** By address: why it was not reached, undefined when it was. Empty when a web proxy stands between, which go would use. */
export async function probeProxies(
  urls: readonly string[],
  env: Env,
): Promise<ReadonlyMap<string, string | undefined>> {
  if (["HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"].some((name) => env[name])) return new Map();
  const asked = [...new Set(urls)].slice(0, MAX_PROXIES);
  return new Map(await Promise.all(asked.map(async (url) => [url, await probe(url)] as const)));
}

async function probe(url: string): Promise<string | undefined> {
  const answer = await askProgram(process.execPath, ["-e", PROBE, url], {
    env: { ...process.env, NODE_OPTIONS: "", ELECTRON_RUN_AS_NODE: "1" },
  });
  if (answer === "timed-out") return "no answer within 2 s";
  if (typeof answer === "string" || answer.exitCode === 0) return undefined;
  return answer.stdout.trim().split("\n")[0] || undefined;
}
