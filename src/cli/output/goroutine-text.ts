/**
 * Goroutines and leak findings as a person reads them in a terminal: what and how many first, then where; functions in
 * one column, places in another, so that the eye finds both.
 */
import { frameTitle, type GoroutineGroup } from "../../core/goroutines/goroutine-group.js";
import { type GoroutineFrameIndex, type Goroutines, NO_FRAME, UNKNOWN_ID } from "../../core/goroutines/goroutine.js";
import { CREATED, type GoroutineChanges } from "../../core/goroutines/goroutine-diff.js";
import type { LeakFinding } from "../../core/goroutines/leak.js";
import { printable } from "../../core/text/printable.js";
import { objectWords, type WaitGraph, type WaitObject } from "../../core/goroutines/wait-graph.js";
import type { Beside } from "./goroutine-json.js";

/** ANSI attributes, or nothing where the output is not coloured. */
export interface Paint {
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  yellow(text: string): string;
  cyan(text: string): string;
}

export function paint(color: boolean): Paint {
  const with_ = (on: number, off: number) => (text: string) => (color ? `\u001b[${on}m${text}\u001b[${off}m` : text);
  return { bold: with_(1, 22), dim: with_(2, 22), red: with_(31, 39), yellow: with_(33, 39), cyan: with_(36, 39) };
}

const SHOWN_IDS = 12;
const SHOWN_CREATORS = 3;
const MAX_FUNCTION_WIDTH = 60;

/** "1,112 of 2,000 goroutines in 3 groups", with how many are in each state. */
export function summary(goroutines: Goroutines, rows: Uint32Array, groups: number, ink: Paint): string {
  const counts = new Map<string, number>();
  let matched = 0;
  for (const row of rows) {
    const state = goroutines.states[goroutines.state[row]];
    counts.set(state, (counts.get(state) ?? 0) + goroutines.multiplicity[row]);
    matched += goroutines.multiplicity[row];
  }
  const of = matched === goroutines.total ? "" : ` of ${amount(goroutines.total)}`;
  const states = [...counts]
    .toSorted((a, b) => b[1] - a[1])
    .map(([state, count]) => `${amount(count)} ${printable(state)}`);
  const shown = states.length > 6 ? [...states.slice(0, 5), `${states.length - 5} more states`] : states;
  const head = `${amount(matched)}${of} ${matched === 1 ? "goroutine" : "goroutines"} in ${many(groups, "group")}`;
  return [ink.bold(head), ...(shown.length > 1 ? [ink.dim(shown.join(", "))] : [])].join("\n");
}

/** "since earlier.txt: 10 created, 3 finished, 200 wait where they did, 5 moved". */
export function changesText(changes: GoroutineChanges, base: string, ink: Paint): string {
  const since = `since ${printable(base)}`;
  if (!changes.isComparable) {
    return ink.yellow(`${since}: not comparable, these are two processes or ids are not known`);
  }
  const { created, finished, stuck, moved } = changes;
  const parts = [
    ink.bold(`${amount(created.length)} created`),
    ink.bold(`${amount(finished.length)} finished`),
    `${amount(stuck.length)} wait where they did`,
    `${amount(moved.length)} moved`,
  ];
  return `${since}: ${parts.join(", ")}`;
}

/** What groups are looked up in, made once for all of them. */
interface Known {
  readonly change: GoroutineChanges["change"] | undefined;
  readonly waitsFor: WaitGraph["waitsFor"] | undefined;
  readonly objects: ReadonlyMap<number, WaitObject>;
}

/** One group each: its number and title, ids, the stack of its first goroutine, what they wait for, who started them. */
export function groupWriter(goroutines: Goroutines, ink: Paint, { changes, waits }: Beside) {
  const known: Known = {
    change: changes?.change,
    waitsFor: waits?.waitsFor,
    objects: new Map(waits?.objects.map((object) => [object.address, object])),
  };
  return (group: GoroutineGroup) => groupText(goroutines, group, ink, known);
}

function groupText(goroutines: Goroutines, group: GoroutineGroup, ink: Paint, known: Known): string {
  const { stacks, stack, creator, id, multiplicity } = goroutines;
  const first = group.rows[0];
  const minutes = Math.floor((group.longestWaitNs ?? 0) / 60e9);
  const wait = minutes > 0 ? ink.yellow(`, up to ${many(minutes, "minute")}`) : "";
  const title = printable(group.title === "" ? "(none)" : group.title);
  const fresh = group.rows.reduce((sum, row) => sum + Number(known.change?.[row] === CREATED), 0);
  const news = fresh > 0 ? ink.yellow(`, ${amount(fresh)} of them new`) : "";
  const lines = [`${ink.cyan(ink.bold(amount(group.count)))}  ${ink.bold(title)}${wait}${news}`];
  if (id[first] !== UNKNOWN_ID) {
    const ids = Array.from(group.rows.subarray(0, SHOWN_IDS), (row) => id[row]).join(", ");
    const more = group.rows.length > SHOWN_IDS ? ", …" : "";
    lines.push(ink.dim(`    goroutine${group.rows.length === 1 ? "" : "s"} ${ids}${more}`));
  }
  const frames = Array.from(stacks.frame.subarray(stacks.start[stack[first]], stacks.start[stack[first] + 1]));
  const creators = new Map<GoroutineFrameIndex, number>();
  for (const row of group.rows) {
    if (creator[row] !== NO_FRAME) creators.set(creator[row], (creators.get(creator[row]) ?? 0) + multiplicity[row]);
  }
  const started = [...creators].toSorted((a, b) => b[1] - a[1]);
  const calls = frames.map((frame) => [goroutines.frames.function[frame], placeOf(goroutines, frame)] as const);
  const origins = started.slice(0, SHOWN_CREATORS).map(([frame, count]) => {
    const times = started.length > 1 ? `${amount(count)} times ` : "";
    return [`${times}created by ${goroutines.frames.function[frame]}`, placeOf(goroutines, frame)] as const;
  });
  lines.push(...columns([...calls, ...origins], ink));
  if (started.length > SHOWN_CREATORS) {
    lines.push(ink.dim(`    and by ${many(started.length - SHOWN_CREATORS, "more go statement")}`));
  }
  lines.push(...waitLines(goroutines, group, known, ink));
  return lines.join("\n");
}

const SHOWN_OBJECTS = 3;
const SHOWN_SERVERS = 5;

/** The objects that a group waits for, those with most of it first, and who could wake it. */
function waitLines(goroutines: Goroutines, group: GoroutineGroup, known: Known, ink: Paint): string[] {
  const counts = new Map<number, number>();
  for (const row of group.rows) {
    for (const address of known.waitsFor?.get(goroutines.id[row]) ?? []) {
      counts.set(address, (counts.get(address) ?? 0) + 1);
    }
  }
  const most = [...counts].toSorted((a, b) => b[1] - a[1]);
  const lines = most.slice(0, SHOWN_OBJECTS).flatMap(([address, count]) => {
    const object = known.objects.get(address);
    if (object === undefined) return [];
    const { senders, receivers, waiters, servers } = object;
    const words = objectWords(object, {
      senders: senders.length,
      receivers: receivers.length,
      waiters: waiters.length,
    });
    const who = most.length > 1 && count > 1 ? `${amount(count)} wait for` : "waits for";
    const named = servers.slice(0, SHOWN_SERVERS).map(({ goroutine }) => goroutine);
    const more = servers.length > SHOWN_SERVERS ? ", …" : "";
    return [`    ${who} ${words}${named.length > 0 ? `; could be woken by ${named.join(", ")}${more}` : ""}`];
  });
  if (most.length > SHOWN_OBJECTS)
    lines.push(ink.dim(`    and for ${many(most.length - SHOWN_OBJECTS, "more object")}`));
  return lines;
}

/** Everything that a finding says. */
export function findingText(finding: LeakFinding, ink: Paint): string {
  const level = finding.level.toUpperCase();
  const { createdBy } = finding;
  const places: (readonly [string, string])[] = [
    [finding.function, finding.file === "" ? "" : `${finding.file}:${finding.line}`],
  ];
  if (createdBy !== undefined && (createdBy.function !== finding.function || createdBy.line !== finding.line)) {
    places.push([`created by ${createdBy.function}`, `${createdBy.file}:${createdBy.line}`]);
  }
  return [
    `${ink.bold(finding.level === "confirmed" ? ink.red(level) : ink.yellow(level))}  ${ink.bold(finding.explanation)}`,
    ...columns(places, ink),
    ...finding.evidence
      .filter((sentence) => !sentence.startsWith("Started by "))
      .map((sentence) => `  - ${printable(sentence)}`),
    `  ${ink.cyan("→")} ${finding.advice}`,
  ].join("\n");
}

export function amount(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}

export function many(count: number, what: string): string {
  return `${amount(count)} ${what}${count === 1 ? "" : "s"}`;
}

function placeOf(goroutines: Goroutines, frame: GoroutineFrameIndex): string {
  return frameTitle(goroutines, frame).slice(goroutines.frames.function[frame].length + 1);
}

function columns(rows: readonly (readonly [text: string, place: string])[], ink: Paint): string[] {
  const texts = rows.map(([text]) => printable(text));
  const width = Math.min(MAX_FUNCTION_WIDTH, Math.max(...texts.map((text) => text.length)));
  return rows.map(([, place], i) =>
    `    ${texts[i].padEnd(width)}  ${place === "" ? "" : ink.dim(printable(place))}`.trimEnd(),
  );
}
