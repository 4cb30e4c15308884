/**
 * Growth outside the heap, asked after: who calls C or maps memory, by a short execution trace of the program.
 *
 * Only recorded when the snapshots showed such growth: a trace costs the program a few percent while it runs. Where
 * there is none to be had, the diagnosis stays as it was.
 */
import type { Diagnosis } from "../core/diagnosis/diagnosis.js";
import { FormatError } from "../core/text/format-error.js";
import { outsideCallers } from "../core/diagnosis/outside-heap.js";
import { syscallStacks } from "../core/trace/trace-syscalls.js";
import type { Sampled } from "./sampled.js";
import type { SampleOptions } from "./sample-options.js";

export async function withOutsideCallers(
  diagnosis: Diagnosis,
  sampled: Sampled,
  options: SampleOptions,
): Promise<Diagnosis> {
  const { outside } = diagnosis;
  if (outside === undefined || sampled.trace === undefined || options.signal?.aborted === true) return diagnosis;
  if (!outside.parts.some(({ kind }) => kind === "native")) return diagnosis;
  const trace = await sampled.trace(options);
  if (!trace.ok) return diagnosis;
  try {
    return { ...diagnosis, outside: { ...outside, callers: outsideCallers(syscallStacks(trace.value)) } };
  } catch (error) {
    if (error instanceof FormatError) return diagnosis; // of a Go that is older than what can be read
    throw error;
  }
}
