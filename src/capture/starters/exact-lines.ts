/**
 * The lines of who started a goroutine, made exact. The runtime prints those of return addresses, which may be the next
 * line, or far away where a call is the last of its block; the binary's own tables know the line of the call.
 */
import { tmpdir } from "node:os";
import type { GoroutineFrameIndex, Goroutines } from "../../core/goroutines/goroutine.js";
import { isOfProgram } from "../../core/goroutines/owners/find-owner.js";
import { askGo } from "../../process/go-command.js";

const LIMIT_MS = 20_000;
const MAX_OUTPUT = 256 * 1_048_576;

/** `dump` with exact lines of the program's own calls; as it is where the binary, or Go, cannot tell. */
export async function withExactLines(dump: Goroutines, binary: string, env: NodeJS.ProcessEnv): Promise<Goroutines> {
  const wanted = callsOfStarters(dump);
  if (wanted.length === 0) return dump;
  const { frames } = dump;
  const entryOf = entries(
    await goTool(["nm", binary], "", env),
    new Set(wanted.map((frame) => frames.function[frame])),
  );
  const known = wanted.filter((frame) => entryOf.has(frames.function[frame]));
  const addresses = known.map((frame) => entryOf.get(frames.function[frame])! + BigInt(frames.pcOffset[frame] - 1));
  const asked = addresses.map((address) => `0x${address.toString(16)}\n`).join("");
  const answer = (await goTool(["addr2line", binary], asked, env)).split("\n");
  const line = Int32Array.from(frames.line);
  for (const [i, frame] of known.entries()) {
    const [, file, number] = /^(.*):(\d+)$/.exec(answer[2 * i + 1] ?? "") ?? [];
    if (file === frames.file[frame]) line[frame] = Number(number);
  }
  return { ...dump, frames: { ...frames, line } };
}

/** Of the program's own functions, that are on the stacks of who started goroutines. */
function callsOfStarters({ ancestries, stacks, frames }: Goroutines): GoroutineFrameIndex[] {
  const found = new Set<GoroutineFrameIndex>();
  for (const { stack } of ancestries.flat()) {
    for (let i = stacks.start[stack]; i < stacks.start[stack + 1]; i++) {
      const frame = stacks.frame[i];
      const named = { function: frames.function[frame], file: frames.file[frame] };
      if (frames.pcOffset[frame] > 0 && isOfProgram(named)) found.add(frame);
    }
  }
  return [...found];
}

/** `  4a1b20 T main.handle` a line. */
function entries(symbols: string, names: ReadonlySet<string>): ReadonlyMap<string, bigint> {
  const found = new Map<string, bigint>();
  for (const [, address, name] of symbols.matchAll(/^\s*([0-9a-f]+) [Tt] (.+)$/gm)) {
    if (names.has(name)) found.set(name, BigInt(`0x${address}`));
  }
  return found;
}

/** "" where it fails: without Go, or without symbols. */
async function goTool(args: readonly string[], input: string, env: NodeJS.ProcessEnv): Promise<string> {
  const options = { cwd: tmpdir(), env, limitMs: LIMIT_MS, maxBytes: MAX_OUTPUT, input };
  const answer = await askGo(["tool", ...args], options);
  return typeof answer !== "string" && answer.exitCode === 0 ? answer.stdout : "";
}
