/**
 * The verdicts of leak.ts on the goroutines of the same snapshots, joined into the findings: what is known of goroutines
 * that grow is their evidence, and those that the runtime proved to be leaked, or whose wait nothing can end, are a
 * finding although they do not grow. So is a finalizer that is blocked in every snapshot.
 */
import type { Finding } from "./diagnosis.js";
import { goroutineSampleType, goroutinesOfProfile } from "../goroutines/goroutine-profile.js";
import type { Goroutines } from "../goroutines/goroutine.js";
import { findLeaks, type LeakFinding } from "../goroutines/leak.js";
import type { Profile } from "../profile/profile.js";
import { theilSenSlope } from "./growth/trend.js";

/** What needs no likelihood. */
const PROVEN: readonly LeakFinding["basis"][] = ["runtime", "wait"];
const MS_PER_MINUTE = 60_000;

/** `leaked` is the runtime's own list (the goroutineleak profile), where there is one. */
export function withLeakVerdicts(
  findings: readonly Finding[],
  goroutines: readonly Profile[],
  timesMs: readonly number[],
  leaked: Profile | undefined,
): readonly Finding[] {
  const proven = leaked === undefined ? [] : findLeaks(rowsOf(leaked));
  const last = goroutines.at(-1);
  const base = goroutines.length > 1 ? rowsOf(goroutines[0]) : undefined;
  const leaks = [...proven, ...(last === undefined ? [] : findLeaks(rowsOf(last), base))];
  const joined = new Set<LeakFinding>();
  const known = findings.map((finding) => {
    const about = finding.kind === "goroutine" ? leaks.filter((leak) => isAt(leak, finding)) : [];
    if (about.length === 0) return finding;
    for (const leak of about) joined.add(leak);
    const evidence = [...new Set(about.flatMap(evidenceOf))];
    const isProven = about.some(({ level, basis }) => level === "confirmed" && PROVEN.includes(basis));
    return {
      ...finding,
      ...(isProven && { level: "confirmed" as const }),
      ...(evidence.length > 0 && { evidence }),
    };
  });
  const places = new Set<string>();
  const isAlways = (leak: LeakFinding) => goroutines.every((profile) => countAt(rowsOf(profile), leak) > 0);
  const more = leaks.filter((leak) => {
    const place = `${leak.file}:${leak.line}`;
    const isProven = PROVEN.includes(leak.basis) || (leak.pattern === "finalizer" && isAlways(leak));
    const isNew = leak.level === "confirmed" && isProven && !joined.has(leak) && !places.has(place);
    if (isNew) places.add(place);
    return isNew;
  });
  if (more.length === 0) return known;
  const moments = goroutines.map(rowsOf);
  return [...known, ...more.map((leak) => findingOf(leak, moments, timesMs))];
}

function rowsOf(profile: Profile): Goroutines {
  return goroutinesOfProfile(profile, goroutineSampleType(profile) ?? 0);
}

/** Growth is told by the finding itself, and better. */
function evidenceOf({ basis, evidence }: LeakFinding): readonly string[] {
  return basis === "growth" ? evidence.slice(1) : evidence;
}

function isAt(leak: LeakFinding, { file, line, function: name }: Finding): boolean {
  return leak.file === file && leak.line === line && leak.function === name;
}

function findingOf(leak: LeakFinding, moments: readonly Goroutines[], timesMs: readonly number[]): Finding {
  const counts = moments.map((moment) => countAt(moment, leak));
  const series = counts.some((count) => count > 0) ? counts : [leak.count];
  const { level, function: name, file, line, stack, explanation, advice, evidence } = leak;
  return {
    kind: "goroutine",
    level,
    function: name,
    file,
    line,
    stack,
    sampleType: "goroutine",
    share: 0,
    first: series[0],
    last: series[series.length - 1],
    series,
    slopePerMinute: series.length > 1 ? theilSenSlope(timesMs, series) * MS_PER_MINUTE : 0,
    z: 0,
    dz: 0,
    explanation,
    advice,
    evidence,
  };
}

/** How many goroutines have that line on their stack. */
function countAt({ count, stack, stacks, frames, multiplicity }: Goroutines, { file, line }: LeakFinding): number {
  let sum = 0;
  for (let row = 0; row < count; row++) {
    for (let i = stacks.start[stack[row]]; i < stacks.start[stack[row] + 1]; i++) {
      const frame = stacks.frame[i];
      if (frames.line[frame] !== line || frames.file[frame] !== file) continue;
      sum += multiplicity[row];
      break;
    }
  }
  return sum;
}
