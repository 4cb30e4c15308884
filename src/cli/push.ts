/** `godiag push`: captured profiles into an engine that others look at, each with the labels that are given. */
import { basename } from "node:path";
import { type Command, InvalidArgumentError } from "commander";
import { parseEngine } from "../capture/fleet/engine-target.js";
import { type PushLabels, pushProfile } from "../capture/fleet/push.js";
import { engineAt } from "../capture/fleet/read-fleet.js";
import type { AddCommand } from "./add-command.js";
import { captureFailure } from "./output/capture-failure.js";
import { addEngineOptions, engineAccess, type EngineOptions } from "./input/engine-options.js";
import { readInput } from "./input/read-input.js";
import { addTargetOptions } from "./input/target-options.js";
import { Failure } from "./failure.js";
import { DONE, UNUSABLE } from "./terminal.js";

interface PushOptions extends EngineOptions {
  readonly to: string;
  readonly label?: PushLabels;
  readonly json?: boolean;
}

export const addPush: AddCommand = (program, terminal, exit) => {
  const command: Command = program
    .command("push")
    .description("profiles into Pyroscope or Parca")
    .argument("<profile...>", "heap, goroutine and other profiles; their own time is kept")
    .requiredOption("--to <engine>", "pyroscope+http://… or parca+http://…")
    .option(
      "--label <key=value>",
      "a label of these profiles, as service_name=shop or pod=a (repeatable)",
      (text: string, before: PushLabels | undefined) => ({ ...before, ...label(text) }),
    )
    .option("--json", "what was pushed and rejected as one JSON document");
  addEngineOptions(addTargetOptions(command)).action(async (files: string[], options: PushOptions) => {
    const target = parseEngine(options.to, await engineAccess(options, terminal));
    if (!target.ok) throw captureFailure(target.problem);
    const engine = engineAt(target.value, terminal.signal);
    const rejected: { file: string; message: string }[] = [];
    let pushed = 0;
    for (const file of files) {
      if (terminal.signal.aborted) break;
      const named = file === "-" ? "standard input" : basename(file);
      try {
        const bytes = await readInput(terminal, file);
        const done = await pushProfile(engine, target.value, bytes, options.label ?? {});
        if (done.ok) pushed++;
        else rejected.push({ file, message: `${done.problem.why}. ${done.problem.todo}` });
        if (!done.ok && done.problem.code === "refused") throw captureFailure(done.problem);
      } catch (error) {
        if (!(error instanceof Failure) || error.code === "refused") throw error;
        rejected.push({ file: named, message: `${error.why}. ${error.todo}` });
      }
    }
    if (options.json === true) terminal.document(JSON.stringify({ pushed, rejected }) + "\n", "json");
    else {
      terminal.out(`${pushed === 1 ? "1 profile" : `${pushed} profiles`} pushed to ${target.value.name}\n`);
      for (const { file, message } of rejected) terminal.err(`godiag: ${file} was not taken: ${message}`);
    }
    exit(rejected.length > 0 ? UNUSABLE : DONE);
  });
};

function label(text: string): PushLabels {
  const [, name, value] = /^([A-Za-z_][\w.]*)=(.+)$/.exec(text) ?? [];
  if (name !== undefined) return { [name]: value };
  throw new InvalidArgumentError("It must be of the form key=value, such as service_name=shop.");
}
