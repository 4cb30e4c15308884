/** Real programs of each version of Go, whose holders and their sizes are known, read from outside. */
import { describe, expect, onTestFinished, test } from "vitest";
import { openProcess } from "../../src/process/go-program.js";
import { readRetention, type ReadRetention } from "../../src/process/read-retention.js";
import type { Holder } from "../../src/core/heap/holder.js";
import { builtHolders, type HoldersAccount, startHolders } from "../support/holders-program.js";

const VERSIONS = ["go1.24.13", "go1.26.8", "go1.27.3"];

async function running(binary: string, ...args: string[]): Promise<HoldersAccount> {
  const started = await startHolders(binary, ...args);
  onTestFinished(() => started.stop());
  return started.account;
}

function readOf(pid: number, options?: Parameters<typeof readRetention>[1]): ReadRetention {
  const program = openProcess(pid);
  try {
    return readRetention(program, options);
  } finally {
    program.close();
  }
}

/** Holders of one name together: a program may have several goroutines that are alike. */
function bytesByName(holders: readonly Holder[]): Map<string, number> {
  const bytes = new Map<string, number>();
  for (const { name, retainedBytes } of holders) bytes.set(name, (bytes.get(name) ?? 0) + retainedBytes);
  return bytes;
}

/**
 * Expected are the payloads; slices, nodes, maps and interfaces around them are up to 7 % of the smallest of these. The
 * whole is exact, see below.
 */
function expectHolders({ retention }: ReadRetention, { expected }: HoldersAccount): void {
  const bytes = bytesByName(retention.holders);
  const wrong = Object.entries(expected).filter(([name, payload]) => {
    const found = bytes.get(name) ?? 0;
    return found < payload || found > payload * 1.07;
  });
  expect(wrong.map(([name, payload]) => `${name}: ${payload}, found ${bytes.get(name)}`)).toEqual([]);
}

describe.each(VERSIONS)("%s", (go) => {
  test("every holder has its name and its size", async () => {
    const account = await running(builtHolders(go));
    expectHolders(readOf(account.pid), account);
  });

  test("all of the heap is accounted for, and no local past its use is", async () => {
    const account = await running(builtHolders(go));
    const { retention } = readOf(account.pid);
    expect(Math.abs(retention.bytes / account.heapAlloc - 1)).toBeLessThan(0.01);
    expect(retention.holders.some(({ name }) => name.startsWith("main.pastUse"))).toBe(false);
  });

  test("a heap too large to be copied is walked while the program stands still", async () => {
    const account = await running(builtHolders(go));
    expectHolders(readOf(account.pid, { copyBytes: 0 }), account);
  });

  test("with a goroutine that never waits", async () => {
    const account = await running(builtHolders(go), "spin");
    expectHolders(readOf(account.pid), account);
  });

  test("where it was allocated", async () => {
    const account = await running(builtHolders(go));
    const { retention } = readOf(account.pid);
    const born = retention.sites.find(({ function: name }) => name === "main.bytesOf");
    expect(born?.file).toMatch(/main\.go$/);
    const held = born?.holders.find(({ name }) => name === "main.queue");
    expect(held?.share).toBeGreaterThan(0.04);
    const queue = retention.holders.findIndex(({ name }) => name === "main.queue");
    expect(retention.allocatedAt[queue].at(0)?.function).toBe("main.bytesOf");
  });
});

test("the path says what is in it, and how often", async () => {
  const account = await running(builtHolders("go1.26.8"));
  const { retention } = readOf(account.pid);
  const path = (name: string) =>
    retention.holders
      .find((holder) => holder.name === name)
      ?.path.map(({ step, count }) => (count === undefined ? step : `${step} × ${count}`))
      .join(" ");
  expect(path("main.shop.store.items")).toBe("main.shop store items […] × 1280 payload");
  expect(path("main.head")).toBe("main.head next × 6142");
  expect(path("main.anything")).toBe("main.anything […] × 250 payload");
  expect(path("main.callbacks")).toBe("main.callbacks […] × 100 b");
  expect(path("main.rawCache")).toBe("main.rawCache […] × 400");
});

test("a part of an array that keeps all of it", async () => {
  const account = await running(builtHolders("go1.26.8"));
  const { retention } = readOf(account.pid);
  expect(retention.holders.filter(({ reachBytes }) => reachBytes !== undefined).map(({ name }) => name)).toEqual([
    "main.window",
  ]);
});

test("what two hold is told with both, and belongs to neither", async () => {
  const account = await running(builtHolders("go1.26.8"));
  const { retention } = readOf(account.pid);
  const several = retention.holders.filter(({ kind }) => kind === "several");
  expect(several.map((holder) => [holder.name, holder.with])).toEqual([
    ["main.left.load.data and main.right.load.data", ["main.right.load"]],
  ]);
});

test.each([
  ["of a position-independent program", ["-buildmode=pie"]],
  ["of a program without debug information, as far as they have a name", ["-ldflags=-w"]],
])("holders %s", { timeout: 300_000 }, async (_, flags) => {
  const account = await running(builtHolders("go1.26.8", flags));
  const { retention, about } = readOf(account.pid);
  expect(Math.abs(retention.bytes / account.heapAlloc - 1)).toBeLessThan(0.01);
  const bytes = bytesByName(retention.holders);
  expect(bytes.get("main.queue")).toBeGreaterThan(account.expected["main.queue"]);
  expect(about.warnings.some((text) => text.includes("debug information"))).toBe(flags[0] === "-ldflags=-w");
});
