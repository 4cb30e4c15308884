/**
 * Findings in a library's code, put where the program can be changed: the line that made what grows.
 *
 * What one owner's goroutines and memory tell is one finding (a gRPC connection has five goroutines, all of which rise
 * together). Goroutines that no owner is known for go to the line that the runtime traces them back to, where a dump
 * tells; those that rise in step there are one finding, too.
 */
import { ownerOfAllocation, ownerOfGoroutine, isOfProgram } from "../goroutines/owners/find-owner.js";
import { netHttpClient } from "../goroutines/owners/standard/net-http-client.js";
import type { OwnedLeak } from "../goroutines/owners/owner.js";
import type { CallerEvidence, CallSite } from "./caller-evidence.js";
import type { StackFrame } from "../profile/named-stack.js";
import type { Finding } from "./diagnosis.js";

/** `findings` with those of known owners, and those that a dump traces back, at the program's own lines. */
export function blameCallers(findings: readonly Finding[], evidence: CallerEvidence): readonly Finding[] {
  const groups = new Map<string, { leak: OwnedLeak; members: Finding[]; site: StackFrame | undefined }>();
  const sitesOf = new Map<OwnedLeak, readonly CallSite[]>();
  const groupOf = new Map<Finding, string>();
  const serversEnds = new Set<Finding>();
  for (const finding of findings) {
    const leak = finding.kind === "goroutine" ? ownerOfGoroutine(finding.stack) : ownerOfAllocation(finding.stack);
    if (leak === undefined) continue;
    let sites = sitesOf.get(leak);
    if (sites === undefined) sitesOf.set(leak, (sites = evidence.sitesOf(leak)));
    // Connections of HTTP clients without a record of who asked for them have more to say (http-connections.ts).
    if (leak === netHttpClient.leaks[0] && sites.every(({ started }) => started === 0)) continue;
    const own = isOfProgram(finding) ? finding : undefined;
    const site = own ?? sites.at(0)?.frame;
    const key = `${leak.what} ${site?.file}:${site?.line}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { leak, members: [finding], site });
    else group.members.push(finding);
    groupOf.set(finding, key);
  }
  const owned = findings.flatMap((finding) => {
    const group = groups.get(groupOf.get(finding) ?? "");
    if (group === undefined) return [finding];
    if (group.members[0] !== finding) return [];
    const one = ownedFinding(group.leak, group.members, group.site, sitesOf.get(group.leak) ?? []);
    if (group.leak.isServersEnd === true) serversEnds.add(one);
    groupOf.set(one, group.leak.what);
    return [one];
  });
  return inStep(
    withoutOtherEnds(owned, serversEnds).map((finding) =>
      groupOf.has(finding) || "caller" in finding ? finding : traced(finding, evidence),
    ),
  );
}

function ownedFinding(
  leak: OwnedLeak,
  members: readonly Finding[],
  site: StackFrame | undefined,
  sites: readonly CallSite[],
): Finding {
  const goroutines = members.filter(({ kind }) => kind === "goroutine");
  const main = largest(goroutines.length > 0 ? goroutines : members);
  const isOnStack = site !== undefined && main.stack.some((frame) => isSame(frame, site));
  return {
    ...together(main, members),
    ...(site !== undefined && placeOf(site)),
    ...(site !== undefined && !isOnStack && { caller: placeOf(site) }),
    explanation: leak.what,
    advice: leak.todo,
    evidence: [
      ...(site === undefined
        ? [`No snapshot shows which line makes them: look for calls of ${leak.look}.`]
        : isOnStack
          ? []
          : witnesses(sites, site)),
      ...new Set(members.flatMap((member) => member.evidence ?? [])),
    ],
  };
}

/**
 * Connections of a program to itself have two ends, which rise together: the client's is told. A server's end alone is
 * not sure between two requests, since its clients decide how many there are.
 */
function withoutOtherEnds(findings: readonly Finding[], serversEnds: ReadonlySet<Finding>): readonly Finding[] {
  const clients = findings.filter(({ kind, caller }) => kind === "goroutine" && caller !== undefined);
  const isOtherEnd = (finding: Finding) => clients.some((one) => !serversEnds.has(one) && risesWith(one, finding));
  const goroutines = [...serversEnds].filter(({ kind }) => kind === "goroutine");
  const areTold = goroutines.length > 0 && goroutines.every(isOtherEnd);
  return findings.flatMap((finding) => {
    if (!serversEnds.has(finding)) return [finding];
    if (areTold) return [];
    return [readsRequest(finding) ? finding : { ...finding, level: "suspect" as const }];
  });
}

/** A request has begun and does not come to its end: the server has no ReadTimeout, which is its own fault. */
const readsRequest = ({ stack }: Finding): boolean =>
  stack.some((frame) => frame.function === "net/http.(*conn).readRequest");

/** What it rests on that this line is named. */
function witnesses(sites: readonly CallSite[], at: StackFrame): string[] {
  const site = sites.find(({ frame }) => isSame(frame, at));
  if (site === undefined) return [];
  const { started, retainedGrowth, allocated, seenInFlight } = site;
  const all = sites.reduce((sum, each) => sum + each.started, 0);
  const seen = [
    started > 0 &&
      `${started === all ? `all ${all}` : `${started} of ${all}`} go back to it in the runtime's record of who started them`,
    retainedGrowth > 0 && `what calls of it allocate stays alive (${megabytes(retainedGrowth)} more)`,
    seenInFlight > 0 &&
      `calls of it were under way in ${seenInFlight === 1 ? "one snapshot" : `${seenInFlight} snapshots`}`,
    started === 0 && retainedGrowth <= 0 && seenInFlight === 0 && `calls of it allocated ${megabytes(allocated)}`,
  ].filter((part) => part !== false);
  const others = sites.filter((each) => each !== site && (each.started > 0 || (started === 0 && each.allocated > 0)));
  return [
    `Their own stacks do not show this line. It is named because ${seen.join(", and ")}.`,
    ...(others.length > 0
      ? [
          `Others: ${others
            .slice(0, 3)
            .map(({ frame }) => words(frame))
            .join(", ")}.`,
        ]
      : []),
  ];
}

/** A goroutine finding outside the program's code, at the line that started them, where that is known. */
function traced(finding: Finding, evidence: CallerEvidence): Finding {
  if (finding.kind !== "goroutine" || isOfProgram(finding)) return finding;
  const origin = evidence.originOf(finding);
  if (origin === undefined) return finding;
  const { frame, count } = origin;
  return {
    ...finding,
    ...placeOf(frame),
    caller: placeOf(frame),
    evidence: [
      `They wait in ${words(finding)}; ${count} of them go back to this line in the runtime's record of who started them.`,
      ...(finding.evidence ?? []),
    ],
  };
}

/** Goroutines that rise together under one caller belong to one thing. */
function inStep(findings: readonly Finding[]): readonly Finding[] {
  const kept: Finding[] = [];
  for (const finding of findings) {
    const { caller } = finding;
    const at = kept.findIndex(
      (one) => caller !== undefined && one.kind === finding.kind && isSame(one, caller) && risesWith(one, finding),
    );
    if (at < 0) kept.push(finding);
    else {
      const main = largest([kept[at], finding]);
      const evidence = [...new Set([...(kept[at].evidence ?? []), ...(finding.evidence ?? [])])];
      kept[at] = { ...together(main, [kept[at], finding]), evidence };
    }
  }
  return kept;
}

/** Both as parts of their own growth, at every snapshot. */
function risesWith(a: Finding, b: Finding): boolean {
  if (a.series.length !== b.series.length || a.last <= a.first || b.last <= b.first) return false;
  const part = ({ series, first, last }: Finding, at: number) => (series[at] - first) / (last - first);
  return a.series.every((_, at) => Math.abs(part(a, at) - part(b, at)) <= STEP_TOLERANCE);
}

const STEP_TOLERANCE = 0.25;

function together(main: Finding, members: readonly Finding[]): Finding {
  const share = members.reduce((sum, { kind, share }) => (kind === main.kind ? sum + share : sum), 0);
  const isSure = members.some(({ level }) => level === "confirmed");
  return { ...main, level: isSure ? "confirmed" : "suspect", share: Math.min(1, share) };
}

function largest(findings: readonly Finding[]): Finding {
  return findings.reduce((most, each) => (each.last - each.first > most.last - most.first ? each : most));
}

const placeOf = ({ function: name, file, line }: StackFrame): StackFrame => ({ function: name, file, line });
const isSame = (a: StackFrame, b: StackFrame): boolean => a.file === b.file && a.line === b.line;
const words = ({ function: name, file, line }: StackFrame): string => `${name} (${file}:${line})`;
const megabytes = (bytes: number): string => `${(bytes / 1_048_576).toFixed(1)} MB`;
