/**
 * A recorded series for `diagnose`: profile files in any order, heap and goroutine profiles mixed.
 */
import type { Note, Snapshot } from "../../core/diagnosis/diagnosis.js";
import type { Profile } from "../../core/profile/profile.js";
import { isDiagnosable, snapshotsOf } from "../../core/diagnosis/snapshot-matching.js";
import { Failure } from "../failure.js";
import { openInput } from "./read-input.js";
import type { Terminal } from "../terminal.js";

export async function readRecordedProfiles(
  files: readonly string[],
  terminal: Terminal,
): Promise<{ readonly snapshots: readonly Snapshot[]; readonly notes: readonly Note[] }> {
  const profiles: Profile[] = [];
  for (const file of files) {
    const profile = await openInput(terminal, file);
    if (!isDiagnosable(profile)) {
      const types = profile.sampleTypes.map(({ type }) => type).join(", ") || "nothing";
      throw new Failure(
        "wrong-profile",
        `cannot diagnose ${file}`,
        `it is neither a heap nor a goroutine profile (it has ${types})`,
        "Give heap profiles (/debug/pprof/heap?gc=1) and goroutine profiles of one program over time",
      );
    }
    profiles.push(profile);
    if (terminal.signal.aborted) break;
  }
  return snapshotsOf(profiles);
}
