/** The example program: examples/leaky, which says on its output where it listens. */
import { type Captured, captured, problem, quoted } from "./capture-problem.js";
import { buildProgram, type RunningProgram, startProgram } from "./go-program.js";

export interface Shop {
  /** Where customers go: http://127.0.0.1:PORT. */
  readonly url: string;
  readonly pprofUrl: string;
  readonly pid: number;
  stop(): Promise<void>;
}

const START_TIMEOUT_MS = 15_000;

/** Builds the example into a new temporary folder, which `stop` removes, and starts it. */
export async function startShop(
  source: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<Captured<Shop>> {
  const built = await buildProgram(source, ".", env, signal);
  if (!built.ok) return built;
  const started = await startProgram(built.value.binary, ["-until-stdin-closes", ...args], { env });
  // A program that runs does not need its file any more, except on Windows, where it cannot be removed before the end.
  if (process.platform !== "win32" || !started.ok) built.value.remove();
  if (!started.ok) return started;
  const program = started.value;
  const stop = async () => {
    await program.stop();
    built.value.remove();
  };
  const output = await untilItListens(program);
  const url = /^listening on (http:\S+)$/m.exec(output)?.[1];
  const pprofUrl = /^pprof on (http:\S+)$/m.exec(output)?.[1];
  if (url !== undefined && pprofUrl !== undefined) return captured({ url, pprofUrl, pid: program.pid, stop });
  await stop();
  return problem(
    "start",
    "cannot start the example",
    quoted(output) || "it said nothing",
    "Start it by hand with `go run .` in examples/leaky",
  );
}

/** What the program printed until it listens, ended, or took too long. */
async function untilItListens(program: RunningProgram): Promise<string> {
  let clock: NodeJS.Timeout | undefined;
  const listens = new Promise<void>((done) => {
    program.onOutput((output) => {
      const does = /^pprof on .*\n/m.test(output);
      if (does) done();
      return does;
    });
    clock = setTimeout(done, START_TIMEOUT_MS);
  });
  await Promise.race([listens, program.ended]);
  clearTimeout(clock);
  return program.output();
}
