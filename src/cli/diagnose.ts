/**
 * `godiag diagnose`: why does memory grow? Snapshots come from recorded profiles or from a running program; from there
 * on there is one path: judge, print, exit code.
 */
import type { AddCommand } from "./main.js";
import { diagnose } from "../core/diagnose.js";
import type { Diagnosis } from "../core/diagnosis.js";
import { addDiagnosisOptions, type DiagnosisOptions, emitDiagnosis, settleOptions } from "./diagnosis-output.js";
import { Failure } from "./failure.js";
import { readRecordedProfiles } from "./recorded-profiles.js";
import type { Terminal } from "./terminal.js";

export const addDiagnose: AddCommand = (program, terminal, exit) => {
  const command = program
    .command("diagnose")
    .description("why does memory grow? a recorded series of profiles, judged")
    .argument("[target...]", "heap and goroutine profiles of one program, in any order");
  addDiagnosisOptions(command).action(async (given: string[], options: DiagnosisOptions) => {
    const settled = await settleOptions(options, given, terminal);
    if (settled.targets.length === 0) {
      throw new Failure("usage", "nothing to diagnose", "no profile is named", "Name the profiles of a series");
    }
    exit(await emitDiagnosis(await diagnosisOf(settled.targets, terminal), settled.options, terminal));
  });
};

async function diagnosisOf(targets: readonly string[], terminal: Terminal): Promise<Diagnosis> {
  const { snapshots, notes } = await readRecordedProfiles(targets, terminal);
  const diagnosis = diagnose(nameOf(targets), snapshots);
  return { ...diagnosis, notes: [...notes, ...diagnosis.notes] };
}

function nameOf(files: readonly string[]): string {
  return files.length === 1 ? files[0] : `${files[0]} and ${files.length - 1} more`;
}
