/**
 * Every kind of profile from the real program, and what it has not.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Shop, startShop } from "../../../src/capture/example-shop.js";
import { goVersion } from "../../../src/capture/go-program.js";
import { PROFILE_KINDS } from "../../../src/capture/pprof-endpoint.js";
import { run } from "../../../src/cli/main.js";
import { testTerminal } from "../../support/terminal.js";

const cwd = mkdtempSync(join(tmpdir(), "godiag-leaky-"));
let shop: Shop;
beforeAll(async () => {
  if ((await goVersion(process.env)) === undefined) {
    throw new Error(
      "Go was not found. Install it from https://go.dev/dl, put its bin folder on PATH, and run: npm test",
    );
  }
  const started = await startShop("examples/leaky", ["-healthy"], process.env, new AbortController().signal);
  if (!started.ok) throw new Error(started.problem.why);
  shop = started.value;
});
afterAll(async () => {
  await shop?.stop();
  rmSync(cwd, { recursive: true, force: true });
});

async function godiag(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const terminal = testTerminal({ cwd });
  const code = await run(args, terminal);
  return { code, ...terminal.written };
}

// goroutineleak is in Go 1.27, and in 1.26 for those who ask for it when building.
/** Of a newer Go, and of a program that keeps a flight recorder: each has a test of its own. */
const SPECIAL: ReadonlySet<string> = new Set(["goroutineleak", "flightrecorder"]);

test.each(PROFILE_KINDS.filter((kind) => !SPECIAL.has(kind)))("a %s profile is captured", async (kind) => {
  const recorded = kind === "cpu" || kind === "trace" ? ["--seconds", "1"] : [];
  const captured = await godiag("capture", shop.pprofUrl, "--profile", kind, ...recorded, "-o", `${kind}.pb.gz`);
  expect([captured.code, captured.err]).toEqual([0, ""]);
  if (kind === "trace") {
    expect(readFileSync(join(cwd, "trace.pb.gz"), "latin1").slice(0, 5)).toBe("go 1.");
    return;
  }
  const { code, out } = await godiag("info", `${kind}.pb.gz`, "--json");
  expect([code, (JSON.parse(out) as { format: string }).format]).toEqual([0, "pprof"]);
});

test.each([
  ["/debug/pprof/nonsense/heap", "unknown-profile", "there is no heap profile at this address (404)"],
  ["/wrong/prefix", "no-pprof", "the server has no such page (404)"],
])("a wrong path %s on the real program is told", async (path, code, why) => {
  const url = new URL(path, shop.pprofUrl).href;
  const answer = await godiag("capture", url, "--profile", "heap", "-o", "none.pb.gz", "--json");
  expect(answer.code).toBe(2);
  const { error } = JSON.parse(answer.out) as { error: { code: string; message: string } };
  expect(error.code).toBe(code);
  expect(error.message).toContain(why);
});

test("the shop's own port has no profiles", async () => {
  const { code, err } = await godiag("diagnose", shop.url, "--samples", "1");
  expect(code).toBe(2);
  expect(err).toContain("the server has no such page (404)");
});

test("pprof is not offered to other machines", async () => {
  const started = await startShop(
    "examples/leaky",
    ["-debug-addr", "0.0.0.0:0"],
    process.env,
    new AbortController().signal,
  );
  expect(!started.ok && started.problem.why).toBe('"leaky: -debug-addr 0.0.0.0:0 is not a loopback address"');
});

test("a leak that does not exist is refused", async () => {
  const started = await startShop("examples/leaky", ["-leaks", "cash"], process.env, new AbortController().signal);
  expect(!started.ok && started.problem.why).toBe(
    '"leaky: no leak is called "cash": there are cache, goroutine, ticker, body, mapkeys"',
  );
});
