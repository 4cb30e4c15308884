/**
 * `godiag`: the command line. Each subcommand is a file; this one wires them, prints failures and sets the exit code.
 */
import type { AddCommand } from "./add-command.js";
import { Command, CommanderError } from "commander";
import { version } from "../../package.json";
import { formatFailure } from "./input/format-failure.js";
import { FormatError } from "../core/text/format-error.js";
import { Failure } from "./failure.js";
import {
  DONE,
  type ExitCode,
  harmless,
  Interrupt,
  INTERRUPTS,
  type Terminal,
  type TerminalHost,
  UNUSABLE,
} from "./terminal.js";
import { errorText } from "../core/text/error-text.js";

/** Loaded when named: what `top` needs is ready sooner without what `diagnose` needs. */
const commands: Readonly<Record<string, () => Promise<AddCommand>>> = {
  info: async () => (await import("./info.js")).addInfo,
  top: async () => (await import("./top.js")).addTop,
  peek: async () => (await import("./peek.js")).addPeek,
  list: async () => (await import("./list.js")).addList,
  diff: async () => (await import("./diff.js")).addDiff,
  convert: async () => (await import("./convert.js")).addConvert,
  env: async () => (await import("./env.js")).addEnv,
  diagnose: async () => (await import("./diagnosis/diagnose.js")).addDiagnose,
  goroutines: async () => (await import("./goroutines.js")).addGoroutines,
  holders: async () => (await import("./holders.js")).addHolders,
  leaks: async () => (await import("./leaks.js")).addLeaks,
  capture: async () => (await import("./capture.js")).addCapture,
  demo: async () => (await import("./diagnosis/demo.js")).addDemo,
  launch: async () => (await import("./launch.js")).addLaunch,
  push: async () => (await import("./push.js")).addPush,
  dap: async () => (await import("./dap.js")).addDap,
  trace: async () => (await import("./trace.js")).addTrace,
  watch: async () => (await import("./watch.js")).addWatch,
  log: async () => (await import("./log.js")).addLog,
};

/** Runs one command line (without node and script) and returns its exit code. Never throws, never exits. */
export async function run(args: readonly string[], host: TerminalHost): Promise<ExitCode> {
  const terminal = harmless(host);
  let code: ExitCode = DONE;
  const program = new Command("godiag")
    .description("Why memory and goroutines of a Go program grow: profiles, diffs, leak verdicts.")
    .version(version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.out(text),
      writeErr: (text) => terminal.err(text.trimEnd()), // the help, where no command is named
      outputError: () => {}, // said below, in the form of every other failure
    });
  for (const load of namedCommands(args)) (await load())(program, terminal, (exit) => (code = exit));
  try {
    await program.parseAsync(args, { from: "user" });
    return interruption(terminal) ?? code;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return DONE; // --help, --version
    if (error instanceof CommanderError && error.code === "commander.help") return UNUSABLE; // no command named
    const failure = asFailure(error, commandNamed(args));
    terminal.err(`godiag: ${failure.message}`);
    if (args.includes("--json")) {
      const { code: errorCode, message, offset } = failure;
      const error = { code: errorCode, message, ...(offset !== undefined && { offset }) };
      terminal.document(JSON.stringify({ error }) + "\n", "json");
    }
    return interruption(terminal) ?? UNUSABLE;
  }
}

/** The exit code of a command that was told to end: what it kept is told, whatever it came to. */
function interruption({ signal }: Terminal): ExitCode | undefined {
  return signal.reason instanceof Interrupt ? signal.reason.code : undefined;
}

/** The command that the line names; all of them for help, and for a name that is none. */
function namedCommands(args: readonly string[]): readonly (() => Promise<AddCommand>)[] {
  const name = commandNamed(args);
  return name === undefined ? Object.values(commands) : [commands[name]];
}

function commandNamed(args: readonly string[]): string | undefined {
  const name = args.find((arg) => !arg.startsWith("-"));
  return name !== undefined && Object.hasOwn(commands, name) ? name : undefined;
}

function asFailure(error: unknown, command: string | undefined): Failure {
  if (error instanceof Failure) return error;
  if (error instanceof FormatError && error.code === "pattern") {
    return new Failure("usage", "wrong usage", error.message, "Filter by less, or by a text without * and +");
  }
  const failure = formatFailure(error, "cannot read the profile");
  if (failure instanceof Failure) return failure;
  const message = errorText(error);
  if (error instanceof CommanderError) {
    const help = command === undefined ? "godiag --help" : `godiag ${command} --help`;
    return new Failure("usage", "wrong usage", message.replace(/^error: /, "").replace("\n", " "), `See ${help}`);
  }
  return new Failure("internal", "godiag failed", message, "This is a bug: please report it with the command line");
}

/* eslint-disable no-restricted-syntax -- the one place that writes to the streams */
function processTerminal(): TerminalHost {
  const interrupt = new AbortController();
  for (const [name, code] of Object.entries(INTERRUPTS) as [NodeJS.Signals, ExitCode][]) {
    process.on(name, () => {
      if (interrupt.signal.aborted) process.exit(code); // asked twice: the guard tidies up
      interrupt.abort(new Interrupt(code));
    });
  }
  // Whoever reads our output may stop early (`| head`); files that were asked for are still written.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EPIPE") return;
      // A full disk, a terminal that is gone: not findings, and no bug.
      if (stream === process.stdout)
        process.stderr.write(`godiag: cannot write the output: ${error.message}. Write it elsewhere
`);
      process.exit(UNUSABLE);
    });
  }
  return {
    out: (text) => process.stdout.write(text),
    bytes: (piece) => process.stdout.write(piece),
    err: (text) => process.stderr.write(text + "\n"),
    interactive: process.stderr.isTTY === true,
    columns: process.stdout.isTTY ? process.stdout.columns : undefined,
    color: process.stdout.isTTY === true && !process.env["NO_COLOR"],
    readStdin: async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
      return Buffer.concat(chunks);
    },
    signal: interrupt.signal,
    env: process.env,
    cwd: process.cwd(),
  };
}

if (require.main === module) {
  const terminal = processTerminal();
  void run(process.argv.slice(2), terminal).then((code) => {
    process.exitCode = code;
    // What is still open does not keep us from ending, once we are told to.
    if (terminal.signal.aborted) process.exit();
  });
}
