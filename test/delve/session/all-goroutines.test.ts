/**
 * Every goroutine through the proxy: with either engine the numbers are those of Delve, and stacks are Delve's own.
 * A headless Delve stands behind both, so that it can be asked beside the proxy.
 */
import { expect, test } from "vitest";
import { startProxy } from "../../../src/delve/session/start-proxy.js";
import type { StatusBody } from "../../../src/delve/session/requests.js";
import type { FrameJson, GoroutineBody, GoroutinesBody } from "../../../src/core/goroutines/answer-bodies.js";
import { INITIALIZE, talkTo } from "../../support/conversation.js";
import { MACHINES, type Paused, type PausedMachine, pausedOverRpc } from "../../support/paused-debuggee.js";

const SAMPLES = 50;
const DEAD_EXTRA = 11;
/** One request over DAP brings 64 KiB of memory at most, from 1.24 only 512 bytes: no test waits for every stack then. */
const MAX_WITH_STACKS_OVER_DAP = 1_000;

/** Side by side: each dlv works on one thread. */
test.each([[1], [1_000], [10_000], [100_000]])(
  "%i goroutines",
  async (count) => {
    await Promise.all(MACHINES.map((machine) => compare(machine, count)));
  },
  300_000,
);

async function compare(machine: PausedMachine, count: number): Promise<void> {
  const paused = await pausedOverRpc(machine, ["park", String(count)]);
  try {
    const ids = await idsOfDelve(paused.client);
    expect(ids.length).toBeGreaterThan(count);
    const stacks = await stacksOfDelve(paused.client, ids);
    expect(stacks.size).toBe(Math.min(SAMPLES, ids.length));
    for (const engine of ["rpc", "dap"] as const) {
      const which = `dlv ${machine.delveVersion}, ${engine} engine`;
      const proxy = await startProxy({ connect: paused.address ?? { host: "", port: 0 }, engine });
      const talk = await talkTo(proxy.port ?? 0);
      await talk.ask("initialize", INITIALIZE);
      await talk.ask("attach", { mode: "remote", stopOnEntry: true });
      talk.send("configurationDone");
      await talk.event("goDiagnostics/stop");
      const body = async <T>(command: string, args: object = {}) => {
        const { success, message, body } = await talk.ask(command, args);
        if (!success) throw new Error(`${which}, ${command}: ${message}`);
        return body as T;
      };
      const withStacks = engine === "rpc" || count <= MAX_WITH_STACKS_OVER_DAP;
      const list = { count: 1000, ...(!withStacks && { stacks: false }) };
      const all: number[] = [];
      let page: GoroutinesBody;
      do {
        page = await body<GoroutinesBody>("goDiagnostics/goroutines", { ...list, start: all.length });
        all.push(...(page.goroutines ?? []).map(({ id }) => id));
      } while (page.goroutines?.length);
      expect(
        all.sort((a, b) => a - b),
        which,
      ).toEqual(ids);
      expect(page, which).toMatchObject({ total: ids.length, matched: ids.length, complete: true });
      expect(page.withoutStacks ?? false).toBe(!withStacks);
      expect((await body<StatusBody>("goDiagnostics/status")).engine).toBe(engine);

      const filter = "created:main.park";
      const { matched } = await body<GoroutinesBody>("goDiagnostics/goroutines", { ...list, filter });
      expect(matched, which).toBe(count);
      for (const [id, own] of stacks) {
        const { stack } = await body<GoroutineBody>("goDiagnostics/goroutine", { id, levels: 1000 });
        expect(linesOf(stack), `${which}, goroutine ${id}`).toEqual(linesOf(own));
      }
      await talk.ask("disconnect");
      await proxy.ended;
    }
  } finally {
    await paused.stop();
  }
}

/**
 * As Go prints stacks: without the wrappers that the compiler makes for `go f(x)` and the frame below all. The leaf's
 * line is that of the call for Go, that behind it for Delve.
 */
function linesOf(stack: readonly FrameJson[]): string[] {
  const shown = stack.filter((frame) => frame.function !== "runtime.goexit" && !/\.gowrap\d+$/.test(frame.function));
  return shown.map((frame, i) => `${frame.function} ${frame.file}${i === 0 ? "" : `:${frame.line}`}`);
}

interface Stacktrace {
  readonly Locations?: readonly {
    readonly file: string;
    readonly line: number;
    readonly function?: { readonly name: string };
  }[];
}

/** Of some of them, evenly, from the last on: Delve looks for a goroutine from the first one on, and remembers all that it passes. */
async function stacksOfDelve(client: Paused["client"], ids: readonly number[]): Promise<Map<number, FrameJson[]>> {
  const stacks = new Map<number, FrameJson[]>();
  const samples = Math.min(SAMPLES, ids.length);
  for (let i = samples; i >= 1; i--) {
    const id = ids[Math.floor((i * ids.length) / samples) - 1];
    const { Locations = [] } = (await client?.call<Stacktrace>("Stacktrace", { Id: id, Depth: 1000 })) ?? {};
    stacks.set(
      id,
      Locations.map(({ function: fn, file, line }) => ({ function: fn?.name ?? "", file, line })),
    );
  }
  return stacks;
}

/** In pages: one answer with all of 100,000 takes Delve a gigabyte. */
async function idsOfDelve(client: Paused["client"]): Promise<number[]> {
  const ids: number[] = [];
  let start = 0;
  while (start >= 0) {
    const answer = await client?.call<{ Goroutines: { id: number; status: number }[]; Nextg: number }>(
      "ListGoroutines",
      {
        Start: start,
        Count: 2000,
      },
    );
    // What is attached to a thread of C code that is not in Go is dead since Go 1.26, which Delve does not know yet.
    const alive = (answer?.Goroutines ?? []).filter(({ status }) => status !== DEAD_EXTRA);
    ids.push(...alive.map(({ id }) => id));
    start = answer?.Nextg || -1;
  }
  return [...new Set(ids)].sort((a, b) => a - b);
}
