/**
 * One run of a diagnosis: a program is sampled for a while, longer where that would decide, and the series is judged.
 *
 * The command line and the editor both run this; they find the program, show progress and choose the words.
 */
import { diagnose, isUndecided } from "../core/diagnosis/diagnose.js";
import type { Diagnosis } from "../core/diagnosis/diagnosis.js";
import { withOutsideCallers } from "./outside-callers.js";
import type { Sampled } from "./sampled.js";
import { type Series, type SeriesOptions, type TakenSnapshot, takeSeries } from "./series.js";

export interface DiagnosisRunOptions extends Omit<SeriesOptions, "wantsMore"> {
  /** Take half as many snapshots again, at twice the distance, when the first do not decide. */
  readonly adaptive?: boolean | undefined;
  /** Asked when the series would end: whether it shall go on as long, whatever it tells. */
  readonly isLonger?: () => boolean;
  /** Sees the series before it is judged; what it returns is waited for. */
  readonly onSeries?: (series: Series) => void | Promise<void>;
}

export interface DiagnosisRun {
  /** Of the snapshots that were taken, none or many; a series that ended early says so in `partial`, not here. */
  readonly diagnosis: Diagnosis;
  readonly series: Series;
}

export interface NamedBytes {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export async function runDiagnosis(sampled: Sampled, options: DiagnosisRunOptions): Promise<DiagnosisRun> {
  const { adaptive, isLonger, onSeries, ...given } = options;
  const series = await takeSeries(sampled, {
    ...given,
    wantsMore: (snapshots) =>
      isLonger?.() === true || (adaptive === true && isUndecided(diagnose(sampled.name, snapshots))),
  });
  await onSeries?.(series);
  const judged = diagnosisOf(sampled.name, series);
  return { diagnosis: await withOutsideCallers(judged, sampled, options), series };
}

export function diagnosisOf(name: string, { taken }: Series): Diagnosis {
  return diagnose(
    name,
    taken.map(({ snapshot }) => snapshot),
  );
}

/**
 * What a report shows beside the diagnosis, the profile to look at first first: how the program was last and first. Two
 * of a kind show what changed; all of them are many megabytes.
 */
export function profilesToShow({ taken }: Series): NamedBytes[] {
  const ends = taken.length > 1 ? [taken[taken.length - 1], taken[0]] : taken;
  return ends.flatMap(({ heapBytes, goroutineBytes }: TakenSnapshot, i): NamedBytes[] => {
    const when = i === 0 ? "last" : "first";
    const heap = { name: `heap, ${when} snapshot`, bytes: heapBytes };
    return goroutineBytes ? [heap, { name: `goroutines, ${when} snapshot`, bytes: goroutineBytes }] : [heap];
  });
}
