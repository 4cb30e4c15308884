/** `godiag holders` on a real program, and what it says of what it cannot read. */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { run } from "../../src/cli/main.js";
import type { HoldersJson } from "../../src/core/heap/holders-json.js";
import { builtHolders, type RunningHolders, startHolders } from "../support/holders-program.js";
import { testTerminal } from "../support/terminal.js";

const folder = mkdtempSync(join(tmpdir(), "holders-"));
let program: RunningHolders;
let target: string;

beforeAll(async () => {
  program = await startHolders(builtHolders("go1.26.8"));
  target = `pid:${program.account.pid}`;
}, 120_000);
afterAll(async () => {
  await program.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function godiag(...args: string[]) {
  const terminal = testTerminal({ cwd: folder });
  const code = await run(args, terminal);
  return { code, ...terminal.written };
}

const json = async (...args: string[]) => JSON.parse((await godiag("holders", ...args, "--json")).out) as HoldersJson;

test("people get a sentence for each holder, and what to do", async () => {
  const { code, out, err } = await godiag("holders", target, "--limit", "0");
  expect([code, err]).toEqual([0, ""]);
  expect(out).toMatch(
    /^\d.*MB in [\d,]+ objects reachable \(the runtime counts .*\), go1\.26\.8, paused for [\d.]+ ms\n/,
  );
  expect(out).toContain("`main.shop.store.items` (map[string]*main.item) keeps 2.6");
  expect(out).toContain("1,280 × *main.item → payload []uint8, allocated at main.bytesOf (main.go:");
  expect(out).toContain("It is a part of 16B of an array of 1MB, which stays whole: copy the part");
});

test("JSON is as the contract says, and so many as asked for", async () => {
  const reading = await json(target, "--limit", "3");
  expect(Object.keys(reading)).toEqual(["target", "goVersion", "pauseMs", "heap", "holders", "sites", "warnings"]);
  expect([reading.target, reading.goVersion, reading.holders.length]).toEqual([target, "go1.26.8", 3]);
  const [first] = reading.holders;
  expect(first).toMatchObject({ name: "main.queue", kind: "global", type: "chan []uint8" });
  expect(first.path).toEqual([
    { step: "main.queue", type: "chan []uint8" },
    { step: "[…]", type: "[]uint8", count: 200 },
  ]);
});

test("only what was allocated at a place", async () => {
  const reading = await json(target, "--at", "main.bytesOf", "--limit", "0");
  expect(reading.sites.map((site) => site.function)).toEqual(["main.bytesOf"]);
  const nothing = await json(target, "--at", "main.nowhere", "--limit", "0");
  expect([nothing.sites, nothing.holders]).toEqual([[], []]);
});

test("what has grown since an earlier reading", async () => {
  const base = await json(target, "--limit", "0");
  const smaller = base.holders.map((one) =>
    one.name === "main.queue" ? { ...one, retainedBytes: one.retainedBytes - 1_000_000 } : one,
  );
  writeFileSync(join(folder, "base.json"), JSON.stringify({ ...base, holders: smaller }));
  const reading = await json(target, "--base", "base.json", "--limit", "0");
  const grown = reading.holders.filter(({ grewBytes }) => grewBytes !== 0).map((one) => [one.name, one.grewBytes]);
  expect(grown).toEqual([["main.queue", 1_000_000]]);
});

test("the tree of holders is a profile, and captured as one", async () => {
  const { code, out } = await godiag("capture", target, "--profile", "holders", "-o", "h.pb.gz", "--json");
  expect([code, (JSON.parse(out) as { kind: string }).kind]).toEqual([0, "holders"]);
  const top = JSON.parse((await godiag("top", "h.pb.gz", "--sort", "cum", "--limit", "0", "--json")).out) as {
    total: number;
    rows: { name: string; cum: number }[];
  };
  const { heap } = await json(target);
  expect(Math.abs(top.total / heap.bytes - 1)).toBeLessThan(0.01);
  const items = top.rows.find(({ name }) => name === "items map[string]*main.item");
  expect(items?.cum).toBeGreaterThan(program.account.expected["main.shop.store.items"]);
});

test("the same beside the reading", async () => {
  const { code } = await godiag("holders", target, "-o", "g.pb.gz", "--json");
  expect(code).toBe(0);
  expect(readFileSync(join(folder, "g.pb.gz")).subarray(0, 2)).toEqual(Buffer.from([0x1f, 0x8b]));
});

test.each([
  ["pid:999999999", /no such process/],
  ["pid:0", /is no program whose memory can be read/],
  ["core:nothing", /it is no core file/],
  ["http://localhost:1", /is no program whose memory can be read/],
])("what cannot be read: %s", async (arg, says) => {
  const { code, err } = await godiag("holders", arg);
  expect(code).toBe(2);
  expect(err).toMatch(says);
});

test("a process of another language is left alone", async () => {
  const other = spawn("sleep", ["60"], { stdio: "ignore" });
  try {
    const { code, err } = await godiag("holders", `pid:${other.pid}`);
    expect([code, err]).toEqual([
      2,
      `godiag: cannot read the heap of pid:${other.pid}: it is no Go program. Name a process of a Go program\n`,
    ]);
  } finally {
    other.kill();
  }
});
