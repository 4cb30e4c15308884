/**
 * One place, one finding: what grows at the same line (bytes, goroutines, file descriptors) is told together, and so are
 * goroutines of one library that rise in lockstep, as a client that is made for each call has several of its own.
 */
import { closeness, MAIN_MODULE } from "../profile/allocation-blame.js";
import { packageOf } from "../profile/frames.js";
import { moduleOf } from "../profile/module-of.js";
import { amount } from "./report/diagnosis-text.js";
import type { Beside, Finding } from "./diagnosis.js";

/** Counts rise in lockstep when their ratio stays within this part from snapshot to snapshot. */
const LOCKSTEP_PART = 0.1;

/** Another line of a function that grew by this part of what the first one did is told beside it. */
const MINOR_PART = 0.1;

/** Findings without a place are kept as they are. */
export function onePerPlace(findings: readonly Finding[]): readonly Finding[] {
  const groups: Finding[][] = [];
  for (const finding of findings) {
    const group = groups.find((members) => members.some((member) => isSame(member, finding)));
    if (group === undefined) groups.push([finding]);
    else group.push(finding);
  }
  return groups.map(merged);
}

function isSame(a: Finding, b: Finding): boolean {
  if (a.file === "" || b.file === "") return false;
  if (a.file === b.file && a.line === b.line) return true;
  if (a.file === b.file && a.function === b.function && isHeap(a) && isHeap(b)) {
    return Math.min(a.share, b.share) < MINOR_PART * Math.max(a.share, b.share);
  }
  return a.kind === "goroutine" && b.kind === "goroutine" && isLibrarys(a, b) && risesTogether(a.series, b.series);
}

const isHeap = ({ kind }: Finding): boolean => kind !== "goroutine";

/** Both in the same dependency: two lines of the program itself are two findings. */
function isLibrarys(a: Finding, b: Finding): boolean {
  const isOfMain = (finding: Finding) => closeness(finding.function, finding.file) === MAIN_MODULE;
  return !isOfMain(a) && !isOfMain(b) && libraryOf(a) === libraryOf(b);
}

/** The module of a dependency; of the standard library the package. */
function libraryOf({ function: name }: Finding): string {
  const path = packageOf(name);
  const module = moduleOf(path);
  return module === "std" ? path : module;
}

function risesTogether(a: readonly number[], b: readonly number[]): boolean {
  if (a.length !== b.length || a.length < 2) return false;
  const last = a.length - 1;
  const growth = [a[last] - a[0], b[last] - b[0]];
  if (growth[0] <= 0 || growth[1] <= 0) return false;
  return a.every((value, at) => Math.abs((value - a[0]) / growth[0] - (b[at] - b[0]) / growth[1]) <= LOCKSTEP_PART);
}

/** Goroutines come first: what they hold is freed when they end. Then the surest, then the largest. */
function merged(members: readonly Finding[]): Finding {
  if (members.length === 1) return members[0];
  const [main, ...others] = members.toSorted(
    (a, b) =>
      Number(b.kind === "goroutine") - Number(a.kind === "goroutine") ||
      Number(b.level === "confirmed") - Number(a.level === "confirmed") ||
      b.share - a.share,
  );
  const evidence = [
    ...(main.evidence ?? []),
    ...others.map(besideText),
    ...others.flatMap((one) => one.evidence ?? []),
  ];
  return {
    ...main,
    level: members.some(({ level }) => level === "confirmed") ? "confirmed" : "suspect",
    // Shares of goroutines add up with shares of goroutines, not with those of bytes.
    share: Math.min(
      1,
      members.reduce((sum, member) => (isHeap(member) === isHeap(main) ? sum + member.share : sum), 0),
    ),
    evidence: [...new Set(evidence)],
    beside: [...(main.beside ?? []), ...others.map(besideOf)],
  };
}

function besideOf({ kind, function: name, file, line, sampleType, first, last, share }: Finding): Beside {
  return { kind, function: name, file, line, sampleType, first, last, share };
}

function besideText({ kind, function: name, file, line, sampleType, first, last }: Finding): string {
  const what = kind === "goroutine" ? "Goroutines" : "Live memory";
  return `${what} at ${name} (${file}:${line}) rose with it: ${amount(first, sampleType)} → ${amount(last, sampleType)}.`;
}
