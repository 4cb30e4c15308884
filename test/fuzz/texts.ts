/**
 * Broken goroutine texts and text profiles, as logs and terminals hand them on: pieces of dumps with prefixes, escapes
 * and colours, cut and mixed. Each must be read or refused with a FormatError, and never take long.
 */
import { FormatError } from "../../src/core/text/format-error.js";
import { openGoroutines } from "../../src/core/open.js";
import { type Random, randomFrom } from "../support/random.js";

/** CPU time, so long for a few kilobytes that something must be wrong with the algorithm. */
const MAX_MS = 2000;

const PIECES = [
  "goroutine 7 [chan send, 3 minutes]:",
  "goroutine 1 [running]:",
  "goroutine 12 gp=0xc1 m=nil [select]:",
  "goroutine 7 is tired:",
  "main.(*T).f(0xc000012345, {0x1, 0x2})",
  "main.f(...)",
  "\t/app/main.go:12 +0x1d",
  "/app/main.go:12 +0x1d",
  "created by main.main in goroutine 1",
  "[originating from goroutine 5]:",
  "...12 frames elided...",
  "panic: boom",
  "SIGQUIT: quit",
  "",
  "    ",
  "[Goroutine 7 in state chan send, with main.f on top of the stack:",
  "]",
  "==================",
  "WARNING: DATA RACE",
  "Read at 0x00c0000a4010 by goroutine 7:",
  "  main.g()",
  "      /app/main.go:3 +0x4",
  "Goroutine 7 (running) created at:",
  "2024/05/05 12:00:00 listening on :8080",
  "goroutine profile: total 3",
  "3 @ 0x10 0x20",
  "#\t0xf\tmain.f+0xf\t/src/a.go:12",
  "heap profile: 1: 512 [2: 1024] @ heap/1048576",
  "1: 512 [2: 1024] @ 0x10",
  "--- contention:",
  "heap_v2/524288",
  "  t*: 13: 6688 [0: 0]",
  "MAPPED_LIBRARIES:",
  "00400000-00500000 r-xp 00000000 fd:01 1 /bin/main",
];

const PREFIXES: readonly ((random: Random) => string)[] = [
  () => "",
  () => "api_1  | ",
  () => "> ",
  () => "\t",
  () => "        ",
  (random) => `2024-05-05T12:00:${10 + random.int(50)}.${random.int(1000)}Z stderr ${random.pick(["F", "P"])} `,
  (random) => `May  5 12:${10 + random.int(50)}:00 host shop[${random.int(3)}]: `,
  (random) => `app.log${random.pick([":", "-"])}${random.int(1000)}${random.pick([":", "-"])}`,
  () => '{"log":"',
  () => 'msg="',
  () => "\x1b[31m",
];

const SUFFIXES = ["", "", "", '\\n"}', '","x":1}', "\\n", "#012", "\x1b[0m", "\r", '\\\\n\\"'];

/** A text of up to a few kilobytes. */
function randomText(random: Random): string {
  const prefix = random.pick(PREFIXES);
  const parts: string[] = [];
  for (let i = random.int(40); i >= 0; i--) {
    const before = random.chance(0.9) ? prefix(random) : random.pick(PREFIXES)(random);
    parts.push(
      before + random.pick(PIECES) + random.pick(SUFFIXES) + random.pick(["\n", "\n", "\n", "\\n", "", "\n\n"]),
    );
  }
  let text = parts.join("");
  if (random.chance(0.2)) text = JSON.stringify(text);
  if (random.chance(0.2)) {
    const at = random.int(text.length);
    text =
      text.slice(0, at) +
      random.pick(['"', "\\", "\0", "]", "[", "(", "'", "é", "\ufffd", "\t"]) +
      text.slice(at + random.int(3));
  }
  return random.chance(0.3) ? text.slice(0, random.int(text.length + 1)) : text;
}

export interface TextFuzzResult {
  readonly texts: number;
  readonly read: number;
  readonly slowestMs: number;
}

/** Throws for the first text that is not handled well; what it throws plays it again. */
export function fuzzTexts(texts: number, seed: number): TextFuzzResult {
  let read = 0;
  let slowestMs = 0;
  for (let i = 0; i < texts; i++) {
    const random = randomFrom(seed + i);
    const text = randomText(random);
    const bytes = random.chance(0.05) ? Buffer.from(text, "utf16le") : Buffer.from(text);
    const start = process.cpuUsage();
    try {
      const { count, id, stacks } = openGoroutines(new Uint8Array(bytes));
      if (id.length !== count || stacks.start.length !== stacks.count + 1) throw new Error("the tables do not hold");
      read++;
    } catch (error) {
      if (!(error instanceof FormatError))
        throw new Error(`seed ${seed + i}: ${JSON.stringify(text)}`, { cause: error });
    }
    const { user, system } = process.cpuUsage(start);
    const ms = (user + system) / 1000;
    slowestMs = Math.max(slowestMs, ms);
    if (ms > MAX_MS) throw new Error(`seed ${seed + i} took ${Math.round(ms)} ms: ${JSON.stringify(text)}`);
  }
  return { texts, read, slowestMs };
}

/** What `npm run fuzz` prints. */
export function textFuzzReport(texts: number, seed: number): string {
  const start = performance.now();
  const { read, slowestMs } = fuzzTexts(texts, seed);
  const seconds = (performance.now() - start) / 1000;
  return `${texts} texts from seed ${seed} in ${seconds.toFixed(0)} s: ${read} read, the rest refused; slowest: ${slowestMs.toFixed(0)} ms`;
}
