/**
 * `godiag capture`: one profile of a running program, to a file.
 */
import { gzipSync } from "node:zlib";
import { type Command, InvalidArgumentError, Option } from "commander";
import { type Captured, captured } from "../capture/capture-problem.js";
import { gunzip } from "../capture/gunzip.js";
import { findSampled, findTarget } from "../capture/find-target.js";
import type { Pauses } from "../core/diagnosis/diagnosis.js";
import { PROFILE_KINDS, type ProfileKind } from "../capture/pprof-endpoint.js";
import { targetKind } from "../capture/target-text.js";
import { fetchProfile, type FetchedProfile } from "../capture/pprof-http.js";
import { holdersProfile } from "../core/heap/holders-profile.js";
import { encodeProfile } from "../core/pprof/encode.js";
import { FormatError } from "../core/text/format-error.js";
import { isGzip } from "../core/text/gzip.js";
import { pausedProfile } from "../delve/memory/paused-profile.js";
import type { PausedProfileKind } from "../delve/memory/paused-profile.js";
import { readRetention } from "../process/read-retention.js";
import { captureFailure } from "./output/capture-failure.js";
import { Failure } from "./failure.js";
import { withProgram } from "./input/open-program.js";
import { addPauseOptions, type PauseOptions, tellPauses } from "./input/pause-options.js";
import { whilePaused } from "./input/read-paused.js";
import { accessOf, addTargetOptions, type TargetOptions } from "./input/target-options.js";
import { DONE, type ExitCode, INTERRUPTED, type Terminal } from "./terminal.js";
import { reading } from "./input/with-delve.js";
import { STDOUT, writeFileWhole } from "./output/write-output.js";
import { thousands } from "../core/text/format.js";

interface CaptureOptions extends TargetOptions, PauseOptions {
  readonly profile?: ProfileKind | typeof HOLDERS;
  /** Of a core file: its program. */
  readonly exe?: string;
  readonly seconds?: number;
  readonly gc?: boolean;
  readonly output: string;
  readonly maxSize: number;
  readonly json?: boolean;
}

export function addCapture(program: Command, terminal: Terminal, exit: (code: ExitCode) => void): void {
  const command = program
    .command("capture")
    .argument(
      "<target>",
      "http(s)://… or unix:PATH, a host with pprof endpoints or one endpoint; pid:N; gops:PID; dlv:HOST:PORT; core:FILE",
    )
    .addOption(
      new Option("--profile <kind>", "what to capture (what the URL names)").choices([...PROFILE_KINDS, HOLDERS]),
    )
    .option("--exe <file>", "of a core file: its program")
    .option(
      "--seconds <n>",
      "record for so long; for heap, allocs, goroutine, …: the difference over that time",
      duration,
    )
    .option("--gc", "collect garbage first, so that a heap profile shows what is live")
    .requiredOption("-o, --output <file>", "where to write it")
    .option("--max-size <mb>", "refuse more than so many MB", duration, 256)
    .option("--json", "one JSON document")
    .description("capture one profile of a running program")
    .action(async (target: string, options: CaptureOptions) => exit(await capture(target, options, terminal)));
  addPauseOptions(addTargetOptions(command));
}

/** Who holds what, as a profile: read from outside, whatever the program serves. */
const HOLDERS = "holders";

async function capture(text: string, options: CaptureOptions, terminal: Terminal): Promise<ExitCode> {
  const fetched = await fetchedBy(text, options, terminal);
  if (!fetched.ok) {
    if (fetched.problem.code === "aborted") {
      terminal.err("godiag: interrupted: nothing was captured");
      return INTERRUPTED;
    }
    throw captureFailure(fetched.problem);
  }
  const { bytes, durationMs, kind, pauses } = fetched.value;
  await writeFileWhole(terminal, options.output, [bytes]);
  const damage = damageOf(bytes);
  if (damage !== undefined) {
    const what = `the ${kind} profile in ${options.output} is damaged`;
    throw new Failure("undecodable", what, damage, "It is kept as it came: capture it again");
  }
  const about = { file: options.output, bytes: bytes.length, kind, durationMs: Math.round(durationMs), pauses };
  if (options.json !== true || options.output === STDOUT) tellPauses(terminal, text, pauses);
  if (options.output === STDOUT) return DONE;
  if (options.json === true) terminal.document(`${JSON.stringify(about)}\n`, "json");
  else {
    const took = `${thousands(bytes.length)} bytes in ${(durationMs / 1000).toFixed(1)} s`;
    terminal.out(`${options.output}: ${kind} profile, ${took}\n`);
  }
  return DONE;
}

interface CapturedProfile extends Pick<FetchedProfile, "bytes" | "durationMs"> {
  readonly kind: string;
  /** Of a process that was stopped for it. */
  readonly pauses?: Pauses;
}

async function fetchedBy(
  text: string,
  { profile, ...options }: CaptureOptions,
  terminal: Terminal,
): Promise<Captured<CapturedProfile>> {
  if (profile === HOLDERS) return holdersOf(text, options, terminal);
  return profileOf(text, { ...options, ...(profile !== undefined && { profile }) }, terminal);
}

async function holdersOf(text: string, { exe }: Pick<CaptureOptions, "exe">, terminal: Terminal) {
  const startedMs = performance.now();
  const bytes = await withProgram(terminal, text, exe === undefined ? {} : { exe }, (program) => {
    const { retention, about } = readRetention(program);
    for (const warning of about.warnings) terminal.err(`godiag: warning: ${warning}`);
    const timeNanos = BigInt(Date.now()) * 1_000_000n;
    const profile = holdersProfile(retention.view, { timeNanos, comment: `who holds the memory of ${text}` });
    return gzipSync(encodeProfile(profile));
  });
  return captured({ bytes, kind: HOLDERS, durationMs: performance.now() - startedMs });
}

interface ProfileOptions extends Omit<CaptureOptions, "profile"> {
  readonly profile?: ProfileKind;
}

async function profileOf(
  text: string,
  options: ProfileOptions,
  terminal: Terminal,
): Promise<Captured<CapturedProfile>> {
  const named = targetKind(text);
  if (named === "gops") return throughAgent(text, options, terminal);
  if (named === "dlv" || named === "core") return fromMemory(text, options, terminal);
  const fetched = await overHttp(text, options, terminal);
  const canBeRead = named === "pid" && isReadFromMemory(options.profile);
  if (fetched.ok || fetched.problem.code !== "no-endpoint" || !canBeRead) return fetched;
  terminal.err(`godiag: ${text} serves no pprof pages: its memory is read, for which it is stopped`);
  return fromMemory(text, options, terminal);
}

async function overHttp(text: string, options: ProfileOptions, terminal: Terminal): Promise<Captured<FetchedProfile>> {
  const target = await findTarget(text, await accessOf(options, terminal), terminal.signal);
  if (!target.ok) return target;
  const kind = options.profile ?? target.value.kind;
  if (kind === undefined) throw notSaid(PROFILE_KINDS);
  return fetchProfile(target.value, kind, {
    ...(options.gc === true && { gc: true }),
    ...(options.seconds !== undefined && { seconds: options.seconds }),
    maxBytes: options.maxSize * 1_048_576,
    signal: terminal.signal,
  });
}

/** A gops agent has a heap profile, which it collects for anyhow, and the stacks of the goroutines as text. */
async function throughAgent(
  text: string,
  { profile: kind, maxSize }: ProfileOptions,
  { env, signal }: Terminal,
): Promise<Captured<FetchedProfile>> {
  if (kind !== "heap" && kind !== "goroutine") throw notSaid(["heap", "goroutine"]);
  const sampled = await findSampled(text, {}, env, signal);
  if (!sampled.ok) return sampled;
  const startedMs = performance.now();
  const options = { signal, maxBytes: maxSize * 1_048_576 };
  const bytes = await (kind === "heap" ? sampled.value.heap(options) : sampled.value.goroutines(options));
  return bytes.ok ? captured({ bytes: bytes.value, kind, durationMs: performance.now() - startedMs }) : bytes;
}

const FROM_MEMORY = ["heap", "goroutine", "block", "mutex"] as const satisfies readonly PausedProfileKind[];

function isReadFromMemory(kind: string | undefined): kind is (typeof FROM_MEMORY)[number] {
  return FROM_MEMORY.some((known) => known === kind);
}

/** Of a program that stands still under Delve, or is stopped for the moment of reading. */
async function fromMemory(
  text: string,
  options: ProfileOptions,
  terminal: Terminal,
): Promise<Captured<CapturedProfile>> {
  const { profile: kind } = options;
  if (!isReadFromMemory(kind)) throw notSaid(FROM_MEMORY);
  const startedMs = performance.now();
  return reading(`cannot capture the ${kind} profile of ${text}`, async () => {
    const { result, pauses } = await whilePaused(terminal, text, options, ({ program, reader, scanOptions }) =>
      pausedProfile(program, reader, kind, scanOptions),
    );
    for (const note of result.notes) terminal.err(`godiag: ${note}`);
    const durationMs = performance.now() - startedMs;
    return captured({ bytes: result.bytes, kind, durationMs, ...(pauses && { pauses }) });
  });
}

function notSaid(kinds: readonly string[]): Failure {
  const todo = `Add --profile with one of ${kinds.join(", ")}`;
  return new Failure("usage", "wrong usage", "it is not said what to capture", todo);
}

/** A proxy may cut an answer off without anybody noticing; the gzip checksum tells. */
function damageOf(bytes: Uint8Array): string | undefined {
  if (!isGzip(bytes)) return undefined;
  try {
    gunzip(bytes);
    return undefined;
  } catch (error) {
    if (error instanceof FormatError) return error.message;
    throw error;
  }
}

function duration(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value > 0 && value < 86_400))
    throw new InvalidArgumentError("It must be a number above 0.");
  return value;
}
