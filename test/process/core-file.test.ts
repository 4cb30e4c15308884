/** Core files that Delve and the kernel write of real programs, and what is no core. */
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { openCore } from "../../src/process/core-program.js";
import { readRetention } from "../../src/process/read-retention.js";
import { builtHolders } from "../support/holders-program.js";
import { NEW_MACHINE, pausedOverRpc } from "../support/paused-debuggee.js";

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
