/**
 * What it costs to have every goroutine of a stopped program through the proxy, each time for the first time at a stop,
 * beside Delve's own list over JSON-RPC; and what it takes of memory, the whole of each process at its highest.
 */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { performance } from "node:perf_hooks";
import { connectRpc } from "../../src/delve/dlv/json-rpc.js";
import { mb, median, ms, type Row } from "./measure.js";
import { dlvUnder, headless, type OpenSession, residentBytes, stoppedAt } from "./proxy-session.js";

const SOURCE = resolve("test/fixtures/conversation/main.go");
const MANY = 100_000;
const FEWER = 10_000;
const ROUNDS = 3;

interface Figures {
  readonly listMs: number;
  /** From the same question on: the stacks come after the list. */
  readonly stacksMs: number;
  readonly proxyBytes: number;
  readonly dlvBytes: number;
}

export async function atGoroutines(binary: string): Promise<Row[]> {
  const many: Figures[] = [];
  const fewer: Figures[] = [];
  const delves: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    many.push(await listed("rpc", binary, MANY));
    delves.push(await delvesOwn(binary, MANY));
    fewer.push(await listed("dap", binary, FEWER));
  }
  const of = (figures: readonly Figures[], name: keyof Figures) => median(figures.map((each) => each[name]));
  const list = of(many, "listMs");
  const own = median(delves);
  const what = (engine: string, more: string) => `Through the proxy, ${engine} engine: ${more}`;
  const on = `${MANY / 1000},000 goroutines`;
  const row = (name: string, figures: string, measured: number, unit: Row["unit"], wanted: number): Row => ({
    ...{ what: name, on, figures, measured, unit, wanted, atMost: unit !== "x" },
  });
  return [
    row(what("rpc", "all goroutines with wait and creator, wall time"), ms(list), list, "ms", 2000),
    row(what("rpc", "… with all their stacks"), ms(of(many, "stacksMs")), of(many, "stacksMs"), "ms", 8000),
    row(what("rpc", "the list against Delve's ListGoroutines"), `${ms(list)}, Delve ${ms(own)}`, own / list, "x", 5),
    row(what("rpc", "memory of dlv at most"), mb(of(many, "dlvBytes")), of(many, "dlvBytes") / 1e6, "MB", 100),
    row(
      what("rpc", "memory of the proxy at most"),
      mb(of(many, "proxyBytes")),
      of(many, "proxyBytes") / 1e6,
      "MB",
      200,
    ),
    {
      ...row(what("dap", "all goroutines with wait and creator, wall time"), "", of(fewer, "listMs"), "ms", 2000),
      on: `${FEWER / 1000},000 goroutines`,
      figures: `${ms(of(fewer, "listMs"))}; with all their stacks ${ms(of(fewer, "stacksMs"))}`,
    },
  ];
}

async function listed(way: "rpc" | "dap", binary: string, count: number): Promise<Figures> {
  const session = await parked(way, binary, count);
  try {
    const began = performance.now();
    await all(session, count, { stacks: false });
    const listMs = performance.now() - began;
    await all(session, count, {});
    const stacksMs = performance.now() - began;
    const bytes = (pid: number) => residentBytes(pid).most;
    return { listMs, stacksMs, proxyBytes: bytes(session.pid), dlvBytes: bytes(dlvUnder(session.pid)) };
  } finally {
    await session.end();
  }
}

async function all(session: OpenSession, count: number, how: object): Promise<void> {
  const { body, message } = await session.ask("goDiagnostics/goroutines", { ...how, count: 100 });
  if (!(Number(body?.["total"]) > count && body?.["complete"] === true))
    throw new Error(`not all were listed: ${message}`);
}

/** A headless dlv of its own, asked once for everything. */
async function delvesOwn(binary: string, count: number): Promise<number> {
  const { address, stop } = await headless(binary, ["park", String(count)]);
  const rpc = await connectRpc(address);
  try {
    await rpc.call("CreateBreakpoint", { Breakpoint: { file: SOURCE, line: parkedLine() } });
    await rpc.call("Command", { name: "continue" });
    const began = performance.now();
    const { Goroutines } = await rpc.call<{ Goroutines: unknown[] }>("ListGoroutines", { Start: 0, Count: 0 });
    if (!(Goroutines.length > count)) throw new Error(`Delve listed ${Goroutines.length} goroutines`);
    return performance.now() - began;
  } finally {
    rpc.close();
    await stop();
  }
}

function parked(way: "rpc" | "dap", binary: string, count: number): Promise<OpenSession> {
  return stoppedAt(way, binary, ["park", String(count)], async (session) => {
    await session.ask("setBreakpoints", { source: { path: SOURCE }, breakpoints: [{ line: parkedLine() }] });
  });
}

function parkedLine(): number {
  const lines = readFileSync(SOURCE, "utf8").split("\n");
  return lines.findIndex((text) => text.includes("// #parked")) + 1;
}
