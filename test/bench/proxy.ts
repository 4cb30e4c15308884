/**
 * What the proxy costs: wall time of requests to Delve and through the proxy in a process of its own, taking turns on
 * three sessions that stand at the same line; and how much later a session stops at its first breakpoint.
 */
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { performance } from "node:perf_hooks";
import { frameOf, FrameReader, messageOf } from "../../src/delve/framing.js";
import { median, ms, type Row } from "./measure.js";

const WAYS = ["direct", "dap", "rpc"] as const;
type Way = (typeof WAYS)[number];

const DLV = resolve(".tools/bin/dlv");
const SOURCE = resolve("test/fixtures/conversation/main.go");
const ROUNDS = 5;
const REQUESTS = 200;
const STARTS = 8;

interface Answer {
  readonly type: string;
  readonly event?: string;
  readonly request_seq?: number;
  readonly body?: Readonly<Record<string, unknown>>;
}

interface Session {
  ask(command: string, args?: object): Promise<Answer>;
  event(name: string): Promise<Answer>;
  end(): Promise<void>;
}

export async function proxyRows(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), "godiag-bench-"));
  const binary = join(folder, "program");
  execFileSync("go", ["build", "-gcflags=all=-N -l", "-o", binary, "."], {
    cwd: resolve("test/fixtures/conversation"),
  });
  try {
    return [...(await latencyRows(binary)), ...(await startRows(binary))];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function latencyRows(binary: string): Promise<Row[]> {
  const sessions = new Map<Way, { session: Session; frameId: number; list: number }>();
  for (const way of WAYS) {
    const session = await started(way, binary, "parked", ["park"]);
    const { body } = await session.ask("stackTrace", { threadId: 1, startFrame: 0, levels: 20 });
    const [{ id: frameId }] = body?.["stackFrames"] as { id: number }[];
    const shown = await session.ask("evaluate", { expression: "runtime.allgs", context: "repl", frameId });
    sessions.set(way, { session, frameId, list: shown.body?.["variablesReference"] as number });
  }
  const rows: Row[] = [];
  const requests: readonly [string, number, number, (frameId: number, list: number) => [string, object]][] = [
    ["evaluate", REQUESTS, 0.25, (frameId) => ["evaluate", { expression: "1+1", context: "watch", frameId }]],
    ["stackTrace", REQUESTS, 0.25, () => ["stackTrace", { threadId: 1, startFrame: 0, levels: 20 }]],
    [
      "variables, 1,000 of them",
      20,
      3,
      (_, list) => ["variables", { variablesReference: list, start: 0, count: 1000 }],
    ],
  ];
  for (const [name, times, wanted, request] of requests) {
    const taken: Record<Way, number[]> = { direct: [], dap: [], rpc: [] };
    let bytes = 0;
    for (let round = 0; round < ROUNDS; round++) {
      for (const [way, { session, frameId, list }] of sessions) {
        const [command, args] = request(frameId, list);
        for (let i = 0; i < times; i++) {
          const began = performance.now();
          const answer = await session.ask(command, args);
          taken[way].push(performance.now() - began);
          bytes = JSON.stringify(answer).length;
        }
      }
    }
    const direct = median(taken.direct);
    for (const way of ["dap", "rpc"] as const) {
      const added = median(taken[way]) - direct;
      rows.push({
        what: `Through the proxy, ${way} engine: added to ${name}, p50, wall time`,
        on: bytes > 10_000 ? `${Math.round(bytes / 1000)} kB` : "a small answer",
        figures: `${direct.toFixed(2)} ms direct, ${(direct + added).toFixed(2)} ms through it`,
        measured: added,
        unit: "ms",
        wanted,
        atMost: true,
      });
    }
  }
  for (const { session } of sessions.values()) await session.end();
  return rows;
}

async function startRows(binary: string): Promise<Row[]> {
  const taken: Record<Way, number[]> = { direct: [], dap: [], rpc: [] };
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

/** A session that stands at the marked line. `hostMs` is what starting Node took, which an editor has done already. */
async function started(
  way: Way,
  binary: string,
  marker: string,
  args: readonly string[],
): Promise<Session & { readonly hostMs: number }> {
  const began = performance.now();
  const command: [string, string[]] =
    way === "direct"
      ? [DLV, ["dap", "--listen=127.0.0.1:0"]]
      : [process.execPath, ["dist/godiag.cjs", "dap", "--listen", "127.0.0.1:0", "--dlv", DLV, "--engine", way]];
  const child = spawn(...command, { stdio: ["ignore", "pipe", "ignore"] });
  const gone = new Promise<void>((done) => child.once("exit", () => done()));
  let said = "";
  const port = await new Promise<number>((done) =>
    child.stdout.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      const found = /listening at: [^\s]*:(\d+)/.exec(said)?.[1];
      if (found) done(Number(found));
    }),
  );
  const hostMs = way === "direct" ? 0 : performance.now() - began;
  const session = await client(port, async () => {
    child.kill("SIGTERM");
    await gone;
  });
  await session.ask("initialize", { adapterID: "go", pathFormat: "path", linesStartAt1: true, columnsStartAt1: true });
  const launched = session.ask("launch", { mode: "exec", program: binary, args, outputMode: "remote" });
  await session.event("initialized");
  const line =
    readFileSync(SOURCE, "utf8")
      .split("\n")
      .findIndex((text) => text.includes(`// #${marker}`)) + 1;
  await session.ask("setBreakpoints", { source: { path: SOURCE }, breakpoints: [{ line }] });
  await session.ask("configurationDone");
  await launched;
  await session.event("stopped");
  return { ...session, hostMs };
}

async function client(port: number, end: () => Promise<void>): Promise<Session> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  await new Promise<void>((done, fail) => socket.once("connect", done).once("error", fail));
  const reader = new FrameReader();
  const answers = new Map<number, (answer: Answer) => void>();
  const events: Answer[] = [];
  let look = () => {};
  socket.on("error", () => {});
  socket.on("data", (chunk: Buffer) => {
    for (const frame of reader.push(chunk)) {
      const message = messageOf<Answer>(frame);
      if (message?.type === "response") answers.get(message.request_seq ?? 0)?.(message);
      else if (message?.type === "event") events.push(message);
    }
    look();
  });
  let seq = 0;
  const session: Session = {
    ask: (command, args) =>
      new Promise((done) => {
        answers.set(++seq, done);
        socket.write(frameOf({ seq, type: "request", command, arguments: args }));
      }),
    event: (name) =>
      new Promise((done) => {
        look = () => {
          const at = events.findIndex(({ event }) => event === name);
          if (at < 0) return;
          look = () => {};
          done(events.splice(at, 1)[0]);
        };
        look();
      }),
    end: async () => {
      await Promise.race([
        session.ask("disconnect", { terminateDebuggee: true }),
        new Promise((done) => setTimeout(done, 5_000)),
      ]);
      socket.destroy();
      await end();
    },
  };
  return session;
}
