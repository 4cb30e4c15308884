/** One program, run to its leak: what its dumps say, and what is true. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { parseDump } from "../../src/core/goroutines/goroutine-dump.js";
import { type Goroutines, LEAKED, SYSTEM } from "../../src/core/goroutines/goroutine.js";
import type { Kernel } from "./kernel-programs.js";

export interface Moments {
  /** Two moments before the runtime was asked, 0.7 s apart. */
  readonly earlier: Goroutines;
  readonly now: Goroutines;
  /** The runtime's answer, right after `now`. */
  readonly proof: Goroutines;
}

/** A goroutine that leaked, as Go's test names it: "function(...) [state]". */
export interface Leak {
  readonly id: number;
  readonly site: string;
  /** The runtime found it, too. */
  readonly isProved: boolean;
}

/** Runs them as Go's test does: the simple kernels need one thread to leak what they are meant to. */
export function kernelEnvironment(kernel?: Kernel): NodeJS.ProcessEnv {
  const threads = kernel !== undefined && !kernel.isFlaky ? { GOMAXPROCS: "1" } : {};
  return { ...process.env, GODEBUG: "asyncpreemptoff=1", ...threads };
}

export async function momentsOf(program: string, name: string, kernel?: Kernel): Promise<Moments> {
  const { stdout } = await promisify(execFile)(program, [name], {
    env: kernelEnvironment(kernel),
    maxBuffer: 1 << 28,
    encoding: "buffer",
    timeout: 60_000,
  });
  return readMoments(stdout.toString());
}

/** Reads what moment.go.txt writes. */
export function readMoments(output: string): Moments {
  const section = (name: string) => {
    const from = output.indexOf(`=== ${name}\n`);
    if (from < 0) throw new Error(`the program did not write its ${name}: ${output.slice(0, 1000)}`);
    return parseDump(Buffer.from(output.slice(from, output.indexOf("\n=== ", from + 1))));
  };
  return { earlier: section("earlier"), now: section("now"), proof: section("proof") };
}

/**
 * What had leaked at `now`: goroutines that still wait there when the runtime has answered, and that it proved or Go's
 * test expects ("all are true positives").
 */
export function leaksOf(kernel: Kernel, { earlier, now, proof }: Moments): Leak[] {
  const proved = provedBy(proof);
  const sites = (of: Goroutines) => new Map(Array.from(of.id, (id, row) => [id, siteOf(of, row)]));
  const [before, after] = [sites(earlier), sites(proof)];
  const leaks: Leak[] = [];
  for (let row = 0; row < now.count; row++) {
    const id = now.id[row];
    const site = siteOf(now, row);
    if (now.flags[row] & SYSTEM || after.get(id) !== site) continue;
    // One that passes the line again and again has not leaked.
    const isExpected = kernel.leaks.some((leak) => leak.test(site)) && before.get(id) === site;
    if (proved.has(id) || isExpected) leaks.push({ id, site, isProved: proved.has(id) });
  }
  return leaks;
}

/** Ids of the goroutines that the runtime proved to be leaked. */
export function provedBy({ id, flags }: Goroutines): Set<number> {
  return new Set(Array.from(id).filter((_, row) => flags[row] & LEAKED));
}

/** "(*T).f(...) [chan send]" of the first function of a goroutine, without "main.". */
export function siteOf({ stacks, stack, frames, states, state }: Goroutines, row: number): string {
  const last = stacks.start[stack[row] + 1] - 1;
  const name = last < stacks.start[stack[row]] ? "" : frames.function[stacks.frame[last]];
  return `${name.replace(/^main\./, "")}(...) [${states[state[row]]}]`;
}
