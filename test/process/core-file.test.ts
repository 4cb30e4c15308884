/** Core files that Delve and the kernel write of real programs, and what is no core. */
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, expect, test } from "vitest";
import { run } from "../../src/cli/main.js";
import { decodeProfile } from "../../src/core/pprof/decode.js";
import { openCore } from "../../src/process/core-program.js";
import { readRetention } from "../../src/process/read-retention.js";
import { builtHolders } from "../support/holders-program.js";
import { NEW_MACHINE, pausedOverRpc } from "../support/paused-debuggee.js";
import { testTerminal } from "../support/terminal.js";

const folder = mkdtempSync(join(tmpdir(), "cores-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const binary = () => builtHolders(NEW_MACHINE.go);

async function dumped(): Promise<string> {
  const core = join(folder, "delve.core");
  const paused = await pausedOverRpc(NEW_MACHINE, ["break"], { binary: binary() });
  const { client } = paused;
  if (client === undefined) throw new Error("no connection to Delve");
  try {
    await client.call("DumpStart", { Destination: core });
    for (let isDone = false; !isDone;) {
      const { State } = await client.call<{ State: { Dumping: boolean; Err: string } }>("DumpWait", { Wait: 1_000 });
      isDone = !State.Dumping;
    }
  } finally {
    await paused.stop();
  }
  return core;
}

test("a core names its holders, without Delve; one that is cut off says so", async () => {
  const core = await dumped();
  const program = openCore(core, binary());
  const { retention, about } = readRetention(program);
  program.close();
  const bytesOf = (name: string) =>
    retention.holders
      .filter((holder) => holder.name === name)
      .reduce((sum, { retainedBytes }) => sum + retainedBytes, 0);
  expect(bytesOf("main.queue")).toBeGreaterThan(200 * 16_384);
  expect(bytesOf("main.shop.store.items")).toBeGreaterThan(1280 * 2_048);
  expect(bytesOf("main.stackHolder.local")).toBeGreaterThanOrEqual(4 * 1_048_576);
  expect(Math.abs(retention.bytes / (about.runtimeBytes ?? 0) - 1)).toBeLessThan(0.01);
  expect(about.pauseMs).toBe(0);

  truncateSync(core, Math.floor(readFileSync(core).length / 2));
  expect(() => {
    const cut = openCore(core, binary());
    try {
      expect(readRetention(cut).about.warnings.join()).toContain("is cut off");
    } finally {
      cut.close();
    }
  }).toThrow(/cannot read|not there|cut off/);
});

test.each([
  ["an empty file", Buffer.alloc(0), /no ELF file/],
  ["a text", Buffer.from("goroutine 1 [running]:\n".repeat(10)), /no ELF file/],
  ["a program", undefined, /it is no core file/],
])("%s is no core", (_, bytes, says) => {
  const file = join(folder, "not-a-core");
  writeFileSync(file, bytes ?? readFileSync(binary()));
  expect(() => openCore(file)).toThrow(says);
});

test("goroutines, leaks and a heap profile of a core, without Delve", async () => {
  const core = await dumped();
  const godiag = async (...args: string[]) => {
    const terminal = testTerminal({ env: { PATH: "/nowhere" }, cwd: folder });
    return { code: await run([...args, `core:${core}`, "--exe", binary(), "--json"], terminal), ...terminal.written };
  };
  const listed = await godiag("goroutines");
  const { goroutines, complete } = JSON.parse(listed.out) as {
    complete: boolean;
    goroutines: { stack: { function: string }[] }[];
  };
  const functions = goroutines.map(({ stack }) => stack.map((frame) => frame.function));
  expect([listed.code, complete, functions.filter((stack) => stack.includes("main.stackHolder")).length]).toEqual([
    0,
    true,
    4,
  ]);
  expect(functions).toContainEqual(expect.arrayContaining(["main.main", "runtime.main"]) as string[]);
  const judged = await godiag("leaks");
  expect([judged.code, (JSON.parse(judged.out) as { complete: boolean }).complete]).toEqual([0, true]);
  const captured = await godiag("capture", "--profile", "heap", "-o", "of-core.pb.gz");
  expect([captured.code, (JSON.parse(captured.out) as { kind: string }).kind]).toEqual([0, "heap"]);
  expect(decodeProfile(gunzipSync(readFileSync(join(folder, "of-core.pb.gz")))).samples.count).toBeGreaterThan(0);
});
