/**
 * Every goroutine through the proxy: with either engine the numbers are those of Delve, and stacks are Delve's own.
 * A headless Delve stands behind both, so that it can be asked beside the proxy.
 */
import { describe, expect, test } from "vitest";
import { startProxy } from "../../src/delve/start-proxy.js";
import type { GoroutineBody, GoroutinesBody, StatusBody } from "../../src/delve/requests.js";
import { INITIALIZE, talkTo } from "../support/conversation.js";
import { MACHINES, pausedOverRpc } from "../support/paused-debuggee.js";

const SAMPLES = 50;
const DEAD_EXTRA = 11;

describe.each(MACHINES)("dlv $delveVersion", (machine) => {
  test.each([[1], [1_000], [10_000], [100_000]])(
    "%i goroutines",
    async (count) => {
      const paused = await pausedOverRpc(machine, ["park", String(count)]);
      try {
        const ids = await idsOfDelve(paused.client);
        expect(ids.length).toBeGreaterThan(count);
        for (const engine of ["rpc", "dap"] as const) {
          // 1.24 reads memory over DAP 512 bytes at a time.
          if (engine === "dap" && machine.delveVersion === "1.24.0" && count > 10_000) continue;
          const proxy = await startProxy({ connect: paused.address ?? { host: "", port: 0 }, engine });
          const talk = await talkTo(proxy.port ?? 0);
          await talk.ask("initialize", INITIALIZE);
          await talk.ask("attach", { mode: "remote", stopOnEntry: true });
          talk.send("configurationDone");
          await talk.event("goDiagnostics/stop");
          const body = async <T>(command: string, args: object = {}) => {
            const { success, message, body } = await talk.ask(command, args);
            if (!success) throw new Error(`${command}: ${message}`);
            return body as T;
          };
          const all: number[] = [];
          let page: GoroutinesBody;
          do {
            page = await body<GoroutinesBody>("goDiagnostics/goroutines", { start: all.length, count: 1000 });
            all.push(...(page.goroutines ?? []).map(({ id }) => id));
          } while (page.goroutines?.length);
          expect(all.sort((a, b) => a - b)).toEqual(ids);
          expect(page).toMatchObject({ total: ids.length, matched: ids.length, complete: true });
          expect((await body<StatusBody>("goDiagnostics/status")).engine).toBe(engine);

          const parked = await body<GoroutinesBody>("goDiagnostics/goroutines", {
            filter: "created:main.park",
            count: 1,
          });
          expect(parked.matched).toBe(count);
          // From the last: Delve looks for a goroutine from the first one on, and remembers all that it has passed.
          const samples = Math.min(SAMPLES, ids.length);
          for (let i = samples - 1; i >= 0; i--) {
            const id = ids[Math.floor(((i + 1) * ids.length) / samples) - 1];
            const { stack } = await body<GoroutineBody>("goDiagnostics/goroutine", { id, levels: 1000 });
            const { Locations = [] } =
              (await paused.client?.call<Stacktrace>("Stacktrace", { Id: id, Depth: 1000 })) ?? {};
            const own = Locations.map(({ function: fn, file, line }) => ({ function: fn?.name ?? "", file, line }));
            expect(linesOf(stack), `goroutine ${id}`).toEqual(linesOf(own));
          }
          await talk.ask("disconnect");
          await proxy.ended;
        }
      } finally {
        await paused.stop();
      }
    },
    300_000,
  );
});

/**
 * As Go prints stacks: without the wrappers that the compiler makes for `go f(x)` and the frame below all. The leaf's
 * line is that of the call for Go, that behind it for Delve.
 */
function linesOf(
  stack: readonly { readonly function: string; readonly file: string; readonly line: number }[],
): string[] {
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

/** In pages: one answer with all of 100,000 takes Delve a gigabyte. */
async function idsOfDelve(client: Awaited<ReturnType<typeof pausedOverRpc>>["client"]): Promise<number[]> {
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
