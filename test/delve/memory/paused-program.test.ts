/**
 * Bytes and numbers of a real paused program: every way to Delve reads the same, and says the same when it cannot.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { dapProgram } from "../../../src/delve/memory/dap-program.js";
import { connectRpc } from "../../../src/delve/dlv/json-rpc.js";
import { MemoryProblem } from "../../../src/process/paused-program.js";
import { rpcProgram } from "../../../src/delve/memory/rpc-program.js";
import { MACHINES, type Paused, pausedOverDap, pausedOverRpc } from "../../support/paused-debuggee.js";

describe.each(MACHINES)("dlv $delveVersion", (machine) => {
  let rpc: Paused;
  let dap: Paused;
  beforeAll(async () => {
    [rpc, dap] = await Promise.all([pausedOverRpc(machine, ["park", "64"]), pausedOverDap(machine, ["park", "64"])]);
  });
  afterAll(() => Promise.all([rpc?.stop(), dap?.stop()]));

  test.each([
    ["an integer", "runtime.allgs[0].goid", 1],
    ["a named integer", "runtime._Gwaiting", 4],
    ["a boolean", "runtime.mainStarted", 1],
    ["a boolean that is false", "runtime.disableMemoryProfiling", 0],
    ["a length", "len(runtime.waitReasonStrings) > 30", 1],
    ["a nil pointer", "runtime.allgs[0].coroarg", 0],
    ["a field's offset", "uintptr(&((*runtime.stack)(4096)).hi)", 4104],
  ])("%s is a number", async (_, expression, value) => {
    expect(await rpc.program.number(expression)).toBe(value);
    expect(await dap.program.number(expression)).toBe(value);
  });

  test("pointers are their addresses", async () => {
    for (const { program } of [rpc, dap]) {
      expect(await program.number("runtime.allgs[0]")).toBe(await program.number("uintptr(runtime.allgs[0])"));
    }
  });

  test("all ways read the same bytes, split or not", async () => {
    const start = await rpc.program.number("uintptr(&runtime.waitReasonStrings)");
    expect(await dap.program.number("uintptr(&runtime.waitReasonStrings)")).toBe(start);
    const length = 3_003;
    const bytes = await rpc.program.read(start, length);
    expect(new Set(bytes).size).toBeGreaterThan(10);
    expect(await dap.program.read(start, length)).toEqual(bytes);
    expect(await rpcProgram(rpc.client!, [1, 23, 0]).read(start, length)).toEqual(bytes);
    const evaluate = async (expression: string, context: string) => {
      const answer = await dap.session!.request("evaluate", { expression, context });
      return String(answer.body?.["result"]);
    };
    expect(await dapProgram(evaluate, undefined).read(start, length)).toEqual(bytes);
    expect(await rpc.program.read(start, 0)).toEqual(new Uint8Array(0));
  });

  test("more than one piece of 64 KiB", async () => {
    const start = await rpc.program.number("runtime.firstmoduledata.text");
    const bytes = await rpc.program.read(start, 150_000);
    const end = await rpc.program.read(start + 149_000, 1_000);
    expect(bytes.subarray(149_000)).toEqual(end);
  });

  test("what cannot be read is said", async () => {
    for (const { program } of [rpc, dap]) {
      await expect(program.read(16, 8)).rejects.toMatchObject({ code: "unreadable" });
      await expect(program.number("runtime.nosuch")).rejects.toMatchObject({ code: "unreadable" });
      await expect(program.number("runtime.nosuch")).rejects.toThrow(/could not find symbol/);
      const given = AbortSignal.abort();
      await expect(program.read(16, 8, given)).rejects.toMatchObject({ code: "interrupted" });
      await expect(program.number("1", given)).rejects.toMatchObject({ code: "interrupted" });
    }
  });

  test("a connection that is cut ends every call", async () => {
    const cut = await pausedOverRpc(machine, ["park", "1"]);
    const running = cut.client!.call("Command", { name: "continue" });
    const behind = cut.program.number("1");
    cut.client!.close();
    await expect(running).rejects.toBeInstanceOf(MemoryProblem);
    await expect(behind).rejects.toMatchObject({ code: "disconnected" });
    await expect(cut.program.number("1")).rejects.toMatchObject({ code: "disconnected" });
    expect((await cut.client!.closed).message).toMatch(/closed/);
    await cut.stop();
  });
});

test("where nobody listens, the address is named", async () => {
  await expect(connectRpc({ host: "127.0.0.1", port: 1 })).rejects.toThrow(
    /no Delve at 127\.0\.0\.1:1: .*ECONNREFUSED/,
  );
  await expect(connectRpc({ path: "/nonexistent.sock" })).rejects.toThrow(/no Delve at \/nonexistent\.sock: .*ENOENT/);
});
