/**
 * The custom requests of requests.ts that are answered from the paused program. Each is a function of the stop; what it
 * throws is a sentence for a person.
 */
import { waitsBody } from "../memory/memory-evidence.js";
import type { GoroutineStops, Stop } from "./goroutine-stops.js";
import { MemoryProblem, type PausedProgram } from "../../process/paused-program.js";
import type { Requests } from "./requests.js";
import type { PausedProfileKind } from "../memory/paused-profile.js";

export interface AskedAt {
  readonly stop: Stop;
  readonly program: PausedProgram;
  readonly goroutines: GoroutineStops;
}

type Answers = {
  readonly [Name in keyof Requests]?: (
    about: Requests[Name]["arguments"],
    at: AskedAt,
  ) => Promise<Requests[Name]["body"]>;
};

const MAX_BYTES = 1 << 20;
const KINDS: readonly PausedProfileKind[] = ["heap", "goroutine", "block", "mutex"];

const answers: Answers = {
  "goDiagnostics/goroutines": async (about, { stop, goroutines }) => {
    // What they wait for is in the program's memory.
    if (about.group === "object") return (await goroutines.withMemory(stop)).answers.goroutines(about);
    if (about.stacks !== false) return (await goroutines.at(stop)).answers.goroutines(about);
    const { answers, hasStacks } = await goroutines.listed(stop);
    return { ...answers.goroutines(about), ...(!hasStacks && { withoutStacks: true }) };
  },
  "goDiagnostics/goroutine": async (about, { stop, goroutines }) => {
    const found = (await goroutines.one(stop, about.id)).goroutine(about);
    if (found === undefined) throw new Error(`There is no goroutine ${about.id} at this stop.`);
    return found;
  },
  "goDiagnostics/changes": async (_about, { stop, goroutines }) => (await goroutines.at(stop)).answers.changes(),
  "goDiagnostics/leaks": async (_about, { stop, goroutines }) => (await goroutines.withMemory(stop)).answers.leaks(),
  "goDiagnostics/waits": async ({ id }, { stop, goroutines }) => {
    const { evidence, noMemoryBecause } = await goroutines.withMemory(stop);
    if (evidence !== undefined) return waitsBody(evidence, stop.number, id);
    throw new Error(noMemoryBecause);
  },
  "goDiagnostics/profile": async ({ kind }, { stop, goroutines }) => {
    if (!KINDS.includes(kind)) throw new Error(`There is no profile "${String(kind)}". Use ${KINDS.join(", ")}.`);
    const { bytes, notes } = await goroutines.profile(stop, kind);
    return { base64: Buffer.from(bytes).toString("base64"), notes };
  },
  "goDiagnostics/memory": async ({ address, count }, { stop, program }) => {
    if (!Number.isSafeInteger(address) || !Number.isSafeInteger(count) || address < 0 || count < 0) {
      throw new Error("`address` and `count` are whole numbers.");
    }
    if (count > MAX_BYTES) throw new Error(`At most ${MAX_BYTES} bytes are read at once.`);
    return { base64: Buffer.from(await program.read(address, count, stop.signal)).toString("base64") };
  },
};

export function isCustomRequest(command: string): boolean {
  return Object.hasOwn(answers, command);
}

/** The body of the answer; rejects with an Error whose message is for a person. */
export async function answerTo(command: string, about: unknown, at: AskedAt): Promise<object> {
  const answer = (answers as Record<string, (about: unknown, at: AskedAt) => Promise<object>>)[command];
  try {
    return await answer(typeof about === "object" && about !== null ? about : {}, at);
  } catch (error) {
    if (at.stop.signal.aborted) throw new Error("The program runs again.", { cause: error });
    if (error instanceof MemoryProblem) throw new Error(`Delve cannot read it: ${error.message}`, { cause: error });
    throw error;
  }
}
