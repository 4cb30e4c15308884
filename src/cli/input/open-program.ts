/**
 * A Go program whose memory is read from outside: a process, one that Delve holds, a core file, or a package that is run
 * for that.
 */
import { resolve } from "node:path";
import type { Command } from "commander";
import { afterKind, delveNamed, processNamed, targetKind } from "../../capture/target-text.js";
import { pausedProcessAt } from "../../delve/target/target-session.js";
import { openCore } from "../../process/core-program.js";
import { type GoProgram, openProcess } from "../../process/go-program.js";
import { ProcessProblem } from "../../process/memory/process-problem.js";
import { isPackage } from "../diagnosis/diagnose-package.js";
import { Failure } from "../failure.js";
import type { Terminal } from "../terminal.js";
import type { RunOptions } from "./run-options.js";
import { whileRun } from "./while-run.js";
import { reading } from "./with-delve.js";

export interface CoreOptions {
  /** The executable of a core file. */
  readonly exe?: string;
}

export interface ProgramOptions extends RunOptions, CoreOptions {}

/** Of `core:FILE`. Throws a `ProcessProblem`. */
export function openCoreNamed({ cwd }: Terminal, arg: string, { exe }: CoreOptions): GoProgram {
  return openCore(resolve(cwd, afterKind(arg)), exe === undefined ? undefined : resolve(cwd, exe));
}

export function addCoreOption(command: Command): Command {
  return command.option("--exe <file>", "of core:FILE: its program");
}

/** What `use` makes of the program; throws a `Failure` where it cannot be read. */
export async function withProgram<Result>(
  terminal: Terminal,
  arg: string,
  options: ProgramOptions,
  use: (program: GoProgram) => Result,
): Promise<Result> {
  const what = `cannot read the heap of ${arg}`;
  const read = (open: () => GoProgram) => {
    try {
      const program = open();
      try {
        return use(program);
      } finally {
        program.close();
      }
    } catch (error) {
      if (error instanceof ProcessProblem) throw new Failure("target", what, error.message, error.todo);
      throw error;
    }
  };
  const pid = processNamed(arg);
  if (pid !== undefined) return read(() => openProcess(pid));
  const address = delveNamed(arg);
  if (address !== undefined) {
    const held = await reading(what, () => pausedProcessAt(address, terminal.signal));
    if (!isOfThisMachine(address.host)) {
      throw new Failure("target", what, "Delve runs on another machine", "Run godiag there, with pid:N");
    }
    return read(() => openProcess(held));
  }
  if (targetKind(arg) === "core") return read(() => openCoreNamed(terminal, arg, options));
  if (targetKind(arg) === undefined && (await isPackage(arg, terminal))) {
    return reading(what, () =>
      whileRun(terminal, arg, options, ({ pid: running }) => Promise.resolve(read(() => openProcess(running)))),
    );
  }
  const todo = "Use pid:NUMBER, dlv:HOST:PORT, core:FILE or the folder of a Go program";
  throw new Failure("usage", "wrong usage", `${arg} is no program whose memory can be read`, todo);
}

export function isOfThisMachine(host: string): boolean {
  return host === "localhost" || host === "::1" || host.startsWith("127.");
}
