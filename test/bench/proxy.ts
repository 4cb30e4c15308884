/**
 * What the proxy costs: wall time of requests to Delve and through the proxy in a process of its own, taking turns on
 * sessions that stand at the same line; and how much later a session stops at its first breakpoint.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { performance } from "node:perf_hooks";
import { median, ms, type Row } from "./measure.js";
import { atGoroutines } from "./proxy-goroutines.js";
import { type OpenSession, type Session, stoppedAt, type Way, WAYS } from "./proxy-session.js";

const SOURCE = resolve("test/fixtures/conversation/main.go");
/** Eleven hundred numbers: what is slow about other things is Delve's own work. */
const NUMBERS = "*(*[1100]uintptr)(uintptr(runtime.allgptr))";
/** Short turns: a machine that others use is another one from second to second. */
const ROUNDS = 200;
const STARTS = 8;

export async function proxyRows(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), "godiag-bench-"));
  const binary = join(folder, "program");
  execFileSync("go", ["build", "-gcflags=all=-N -l", "-o", binary, "."], {
    cwd: resolve("test/fixtures/conversation"),
  });
  try {
    return [...(await latencyRows(binary)), ...(await startRows(binary)), ...(await atGoroutines(binary))];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Asked {
  readonly name: string;
  /** In one turn. */
  readonly times: number;
  readonly wanted: number;
  readonly request: (frameId: number, list: number) => [string, object];
}

interface Taken {
  /** Of the answer. */
  bytes: number;
  readonly ms: Record<Way, number[]>;
}

const ASKED: readonly Asked[] = [
  {
    name: "evaluate",
    times: 20,
    wanted: 0.25,
    request: (frameId) => ["evaluate", { expression: "1+1", context: "watch", frameId }],
  },
  {
    name: "stackTrace",
    times: 20,
    wanted: 0.25,
    request: () => ["stackTrace", { threadId: 1, startFrame: 0, levels: 20 }],
  },
  {
    name: "variables, 1,100 of them",
    times: 1,
    wanted: 3,
    request: (_, list) => ["variables", { variablesReference: list, filter: "indexed", start: 0, count: 1100 }],
  },
];

async function latencyRows(binary: string): Promise<Row[]> {
  const sessions: { way: Way; session: Session; frameId: number; list: number }[] = [];
  for (const way of [...WAYS, "relay"] as const) {
    const session = await started(way, binary, "parked", ["park"]);
    const { body } = await session.ask("stackTrace", { threadId: 1, startFrame: 0, levels: 20 });
    const [{ id: frameId }] = body?.["stackFrames"] as { id: number }[];
    const shown = await session.ask("evaluate", { expression: NUMBERS, context: "repl", frameId });
    sessions.push({ way, session, frameId, list: shown.body?.["variablesReference"] as number });
  }
  const taken = ASKED.map((): Taken => ({ bytes: 0, ms: { direct: [], dap: [], rpc: [], relay: [] } }));
  for (let round = 0; round < ROUNDS; round++) {
    for (const { way, session, frameId, list } of sessions) {
      for (const [i, { times, request }] of ASKED.entries()) {
        const [command, args] = request(frameId, list);
        for (let turn = 0; turn < times; turn++) {
          const began = performance.now();
          const answer = await session.ask(command, args);
          taken[i].ms[way].push(performance.now() - began);
          taken[i].bytes = JSON.stringify(answer).length;
        }
      }
    }
  }
  for (const { session } of sessions) await session.end();
  return ASKED.flatMap(({ name, times, wanted }, i) => {
    const { bytes, ms: of } = taken[i];
    return (["dap", "rpc"] as const).map((way) => ({
      what: `Through the proxy, ${way} engine: added to ${name}, p50 of ${(ROUNDS * times).toLocaleString("en")}, wall time`,
      on: bytes > 10_000 ? `${Math.round(bytes / 1000)} kB` : "a small answer",
      figures: `${median(of.direct).toFixed(2)} ms direct, ${median(of[way]).toFixed(2)} ms through it, ${median(of.relay).toFixed(2)} ms through a bare relay`,
      measured: median(of[way]) - median(of.direct),
      unit: "ms",
      wanted,
      atMost: true,
    }));
  });
}

async function startRows(binary: string): Promise<Row[]> {
  const taken: Record<(typeof WAYS)[number], number[]> = { direct: [], dap: [], rpc: [] };
  for (let round = 0; round < STARTS; round++) {
    for (const way of WAYS) {
      const began = performance.now();
      const session = await started(way, binary, "work", []);
      taken[way].push(performance.now() - began - session.hostMs);
      await session.end();
    }
  }
  const direct = median(taken.direct);
  return (["dap", "rpc"] as const).map((way) => ({
    what: `Through the proxy, ${way} engine: added until the first breakpoint, wall time, median of ${STARTS}`,
    on: "a binary",
    figures: `${ms(direct)} direct, ${ms(median(taken[way]))} through it`,
    measured: median(taken[way]) - direct,
    unit: "ms",
    wanted: 150,
    atMost: true,
  }));
}

/** A session that stands at the marked line. */
function started(way: Way, binary: string, marker: string, args: readonly string[]): Promise<OpenSession> {
  const line =
    readFileSync(SOURCE, "utf8")
      .split("\n")
      .findIndex((text) => text.includes(`// #${marker}`)) + 1;
  return stoppedAt(way, binary, args, async (session) => {
    await session.ask("setBreakpoints", { source: { path: SOURCE }, breakpoints: [{ line }] });
  });
}
