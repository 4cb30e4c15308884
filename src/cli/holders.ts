/** `godiag holders TARGET`: who keeps the memory alive. */
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { gzipSync } from "node:zlib";
import type { Command } from "commander";
import { type HoldersJson, holdersJson, onlyAt, withGrowth } from "../core/heap/holders-json.js";
import { holdersProfile } from "../core/heap/holders-profile.js";
import { encodeProfile } from "../core/pprof/encode.js";
import { readRetention } from "../process/read-retention.js";
import { Failure } from "./failure.js";
import { withProgram } from "./input/open-program.js";
import { count, pattern } from "./input/profile-options.js";
import { addRunOptions, type RunOptions } from "./input/run-options.js";
import { holdersText } from "./output/holders-text.js";
import { writeReport } from "./output/report-page.js";
import { writeFileWhole } from "./output/write-output.js";
import { DONE, type ExitCode, type Terminal } from "./terminal.js";

interface Options extends RunOptions {
  readonly exe?: string;
  readonly at?: RegExp;
  readonly base?: string;
  readonly limit: number;
  readonly html?: string;
  readonly output?: string;
  readonly json?: boolean;
}

const SHOWN = 20;

export function addHolders(program: Command, terminal: Terminal, exit: (code: ExitCode) => void): void {
  const command = program
    .command("holders")
    .argument("<target>", "pid:N; core:FILE; dlv:HOST:PORT; the folder of a Go program")
    .description("who keeps the memory alive, and where it was allocated")
    .option("--exe <file>", "of a core file: its program")
    .option("--at <re>", "only what was allocated at functions, files or lines that match", pattern)
    .option("--base <file>", "the JSON of an earlier reading of the same program: what has grown since")
    .option("--limit <n>", `holders to show; 0 for all (${SHOWN})`, count, SHOWN)
    .option("--html <file>", "write a page with the flame graph of the holders")
    .option("-o, --output <file>", "write the tree of holders as a profile (.pb.gz)")
    .option("--json", "one JSON document")
    .action(async (arg: string, options: Options) => exit(await holders(arg, options, terminal)));
  addRunOptions(command);
}

async function holders(arg: string, options: Options, terminal: Terminal): Promise<ExitCode> {
  const base = options.base === undefined ? undefined : await readBase(options.base, terminal);
  const isWritten = options.html !== undefined || options.output !== undefined;
  const { read, profile } = await withProgram(terminal, arg, options, (program) => {
    const { retention, about } = readRetention(program);
    const json = holdersJson(retention, { ...about, target: arg });
    const timeNanos = BigInt(Date.now()) * 1_000_000n;
    const comment = `who holds the memory of ${arg}`;
    return { read: json, profile: isWritten ? holdersProfile(retention.view, { timeNanos, comment }) : undefined };
  });
  const compared = base === undefined ? read : withGrowth(read, base);
  const shown = options.at === undefined ? compared : onlyAt(compared, options.at);
  const limited = options.limit === 0 ? shown : { ...shown, holders: shown.holders.slice(0, options.limit) };
  if (profile !== undefined) {
    const bytes = gzipSync(encodeProfile(profile));
    if (options.output !== undefined) await writeFileWhole(terminal, options.output, [bytes]);
    if (options.html !== undefined) {
      const profiles = [{ name: "holders", base64: bytes.toString("base64") }];
      await writeReport(terminal, options.html, `Holders of ${arg}`, { profiles });
    }
  }
  if (options.json === true) terminal.document(`${JSON.stringify(limited)}\n`, "json");
  else {
    terminal.out(holdersText(limited, shown.holders.length, terminal.color));
    for (const warning of read.warnings) terminal.err(`godiag: warning: ${warning}`);
  }
  return DONE;
}

async function readBase(file: string, terminal: Terminal): Promise<HoldersJson> {
  const todo = "Give the output of godiag holders --limit 0 --json";
  try {
    const base = JSON.parse(await readFile(resolve(terminal.cwd, file), "utf8")) as Partial<HoldersJson>;
    const isReading =
      Array.isArray(base.holders) &&
      (base.holders as readonly Partial<HoldersJson["holders"][number]>[]).every(
        (one) => typeof one.name === "string" && typeof one.retainedBytes === "number",
      );
    if (isReading) return base as HoldersJson;
  } catch (error) {
    throw new Failure("unreadable", `cannot read ${file}`, (error as Error).message, todo);
  }
  throw new Failure("unreadable", `cannot read ${file}`, "it is no reading of holders", todo);
}
