/** A Go package of this machine, built, run under Delve for a while, read at a pause, and ended. */
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { buildProgram } from "../../capture/go-program.js";
import { type Moment, startUnderDelve } from "../../delve/target/running-target.js";
import { captureFailure } from "../output/capture-failure.js";
import { AFTER_SECONDS, type RunOptions, words } from "./run-options.js";
import type { Terminal } from "../terminal.js";
import { withDelve } from "./with-delve.js";

/** Rejects with a `TargetProblem` when the program has ended before it is read. */
export async function whileRun<Result>(
  terminal: Terminal,
  name: string,
  { args = "", after = AFTER_SECONDS }: RunOptions,
  read: (at: Moment) => Promise<Result>,
): Promise<Result> {
  const { env, cwd, signal } = terminal;
  const built = await buildProgram(resolve(cwd, name), ".", env, signal);
  if (!built.ok) throw captureFailure(built.problem);
  const program = built.value;
  try {
    const start = { binary: program.binary, args: words(args), cwd, env, signal, onOutput: () => {} };
    const target = await withDelve(`cannot run ${name}`, terminal, (dlv) => startUnderDelve({ dlv, ...start }));
    try {
      await Promise.race([sleep(after * 1000, undefined, { signal }).catch(() => {}), target.ended]);
      return (await target.atAMoment(read, signal)).result;
    } finally {
      await target.stop();
    }
  } finally {
    program.remove();
  }
}
