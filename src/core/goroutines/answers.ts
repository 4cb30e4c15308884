/**
 * The answers about goroutines (requests.ts) from one moment's table, compared with the moment before: what the proxy
 * says at a stop and what an opened dump says of itself.
 *
 * What a filter keeps and how it is grouped is worked out once and paged from then on; only pages leave here.
 */
import { CHANGE_NAMES, compareGoroutines, CREATED, STUCK } from "./goroutine-diff.js";
import { filterGoroutines, type GoroutineFilter, parseFilter } from "./goroutine-filter.js";
import { groupGoroutines, GROUPINGS, parseGrouping } from "./goroutine-group.js";
import {
  CALL,
  type GoroutineFrameIndex,
  type GoroutineRow,
  type Goroutines,
  INLINED_CALL,
  NO_FRAME,
  tellingFrame,
  totalOf,
  UNKNOWN_ID,
} from "./goroutine.js";
import { creatorJson, frameJson, MAX_SERVERS, stateJson } from "./goroutine-json.js";
import { findLeaks } from "./leak.js";
import type { MemoryReading } from "./memory-reading.js";
import { kindOfWait, type WaitGraph, withWaits } from "./wait-graph.js";
import type {
  ChangesBody,
  FrameJson,
  GoroutineBody,
  GoroutineChange,
  GoroutineJson,
  GoroutinesArguments,
  GoroutinesBody,
  GroupRow,
  LeaksBody,
  WaitedFor,
} from "./answer-bodies.js";

/** How many stops the history goes back. */
export const MAX_HISTORY = 100;

export interface Moment {
  /** Number of the stop. */
  readonly stop: number;
  /** Whose goroutines they are, where there are several processes. */
  readonly pid?: number | undefined;
  readonly goroutines: Goroutines;
  /** Why the table is not complete, where that is more than the table says itself. */
  readonly incompleteBecause?: string | undefined;
  readonly before?: { readonly stop: number; readonly goroutines: Goroutines } | undefined;
  /** Totals of the earlier stops, oldest first. */
  readonly history?: ChangesBody["history"] | undefined;
  /** What the memory of the program says of this moment; verdicts and waits rest on it where it is there. */
  readonly memory?: { readonly reading: MemoryReading; readonly graph: WaitGraph } | undefined;
  /** Why it is not there, one sentence, where somebody tried. */
  readonly noMemoryBecause?: string | undefined;
}

export interface GoroutineAnswers {
  /** Throws an Error whose message is for a person when `group` is none. */
  goroutines(about: GoroutinesArguments): GoroutinesBody;
  /** Undefined when there is no goroutine of that number. */
  goroutine(about: {
    readonly id: number;
    readonly start?: number;
    readonly levels?: number;
  }): GoroutineBody | undefined;
  changes(): ChangesBody;
  leaks(): LeaksBody;
}

const PAGE = 100;
const MAX_PAGE = 1000;
const MAX_CREATORS = 20;

interface NamedGroup {
  readonly title: string;
  readonly count: number;
  readonly rows: Uint32Array;
  readonly longestWaitNs: number | undefined;
}

export function goroutineAnswers(moment: Moment): GoroutineAnswers {
  const { goroutines, before, stop, pid } = moment;
  const whose = pid === undefined ? {} : { pid };
  const compared = lazy(() => (before ? compareGoroutines(before.goroutines, goroutines) : undefined));
  const findings = lazy(() => findLeaks(goroutines, before?.goroutines, moment.memory?.reading));
  const changesBody = lazy((): ChangesBody => {
    const changes = compared();
    const isComparable = before !== undefined && changes?.isComparable === true;
    const history = [...(moment.history ?? []), { stop, total: goroutines.total }].slice(-MAX_HISTORY);
    if (!isComparable) return { stop, ...whose, created: 0, finished: 0, stuck: 0, moved: 0, creators: [], history };
    return {
      stop,
      ...whose,
      since: before.stop,
      created: changes.created.length,
      finished: changes.finished.length,
      stuck: changes.stuck.length,
      moved: changes.moved.length,
      creators: growingCreators(before.goroutines, goroutines),
      history,
    };
  });
  const graph = moment.memory?.graph;
  const waitedFor = waitsOf(goroutines, graph);
  const waiting = lazy(() => (graph ? withWaits(goroutines, graph) : goroutines));
  // People look at one list, page by page: the last one asked for is kept.
  let kept: { key: string; rows: Uint32Array } | undefined;
  let grouped: { key: string; groups: readonly NamedGroup[] } | undefined;

  /** The table that a change is about, and its rows that pass. */
  function passing(about: GoroutinesArguments, filter: GoroutineFilter) {
    const table = about.change === "finished" ? (before?.goroutines ?? goroutines) : goroutines;
    const key = JSON.stringify([about.filter ?? "", about.change ?? ""]);
    if (kept?.key !== key) kept = { key, rows: rowsOf(table, about.change, filter) };
    return { table, key, rows: kept.rows };
  }

  function rowsOf(table: Goroutines, change: GoroutineChange | undefined, filter: GoroutineFilter) {
    if (change === undefined) return filterGoroutines(table, filter);
    const changed = compared()?.[change] ?? new Uint32Array(0);
    if (filter.terms.length === 0) return changed;
    const passed = new Uint8Array(table.count);
    for (const row of filterGoroutines(table, filter)) passed[row] = 1;
    return changed.filter((row) => passed[row] === 1);
  }

  return {
    goroutines(about) {
      const base = {
        stop,
        ...whose,
        total: goroutines.total,
        complete: goroutines.complete,
        ...(!goroutines.complete && { incompleteBecause: moment.incompleteBecause ?? reasonOf(goroutines) }),
      };
      const filter = parseFilter(about.filter ?? "");
      if ("message" in filter) {
        return { ...base, matched: 0, filterError: { message: filter.message, column: filter.column } };
      }
      const { table, key, rows } = passing(about, filter);
      const matched = totalOf(table, rows);
      const start = Math.max(0, about.start ?? 0);
      const end = start + Math.min(MAX_PAGE, Math.max(1, about.count ?? PAGE));
      const changes = about.change === "finished" ? undefined : compared()?.change;
      const listed = (of: Uint32Array) =>
        Array.from(of.subarray(start, end), (row) => ({
          ...goroutineJson(table, row, changes?.[row], about.change),
          ...(table === goroutines && waitedFor(row)),
          ...whose,
        }));
      if (about.group === undefined) return { ...base, matched, goroutines: listed(rows) };

      const grouping = parseGrouping(about.group);
      if (grouping === undefined) {
        throw new Error(`There is no grouping "${about.group}". Use ${GROUPINGS}.`);
      }
      const known = grouping === "object" && table === goroutines ? waiting() : table;
      const groupKey = `${about.group}\n${key}`;
      if (grouped?.key !== groupKey) {
        grouped = { key: groupKey, groups: withOwnTitles(groupGoroutines(known, rows, grouping)) };
      }
      const { groups } = grouped;
      if (about.inGroup !== undefined) {
        const group = groups.find(({ title }) => title === about.inGroup);
        return { ...base, matched: group?.count ?? 0, goroutines: group ? listed(group.rows) : [] };
      }
      const shown = groups.slice(start, end).map((group) => groupRow(table, group, changes));
      return { ...base, matched, groups: shown, groupCount: groups.length };
    },

    goroutine({ id, start = 0, levels = PAGE }) {
      const row = id === UNKNOWN_ID ? -1 : goroutines.id.indexOf(id);
      if (row < 0) return undefined;
      const frames = framesOf(goroutines, goroutines.stack[row]);
      const shown = frames.slice(start, start + Math.min(MAX_PAGE, Math.max(1, levels)));
      return {
        goroutine: { ...goroutineJson(goroutines, row, compared()?.change[row]), ...waitedFor(row), ...whose },
        stack: shown.map((frame) => frameJson(goroutines, frame)),
        totalFrames: frames.length,
      };
    },

    changes: changesBody,

    leaks: () => ({
      stop,
      ...whose,
      findings: findings(),
      notes: moment.noMemoryBecause === undefined ? [] : [moment.noMemoryBecause],
    }),
  };
}

/** The same calls from two places have one title: the contract names groups by it, so later ones get a number. */
function withOwnTitles(groups: readonly NamedGroup[]): NamedGroup[] {
  const seen = new Map<string, number>();
  return groups.map((group) => {
    const times = (seen.get(group.title) ?? 0) + 1;
    seen.set(group.title, times);
    return times === 1 ? group : { ...group, title: `${group.title} (${times})` };
  });
}

function groupRow(goroutines: Goroutines, group: NamedGroup, changes: Uint8Array | undefined): GroupRow {
  const { rows } = group;
  const { id } = goroutines;
  const first = rows[0];
  let newCount = 0;
  let stuckCount = 0;
  let firstId = id[first];
  for (let i = 0; i < rows.length; i++) {
    if (id[rows[i]] < firstId) firstId = id[rows[i]];
    if (changes === undefined) continue;
    const change = changes[rows[i]];
    if (change === CREATED) newCount++;
    if (change === STUCK) stuckCount++;
  }
  return {
    title: group.title,
    count: group.count,
    ...(newCount > 0 && { newCount }),
    ...(stuckCount > 0 && { stuckCount }),
    ...(group.longestWaitNs !== undefined && { longestWaitNs: group.longestWaitNs }),
    state: goroutines.states[goroutines.state[first]],
    ...placeJson(goroutines, first),
    firstId,
  };
}

function goroutineJson(
  goroutines: Goroutines,
  row: GoroutineRow,
  change: number | undefined,
  named?: GoroutineChange,
): GoroutineJson {
  const changed = named ?? CHANGE_NAMES[change ?? 0];
  return {
    id: goroutines.id[row],
    ...stateJson(goroutines, row),
    ...placeJson(goroutines, row),
    ...(changed !== undefined && { change: changed }),
  };
}

/** What single goroutines wait for: as memory says, else as the text of a dump shows. */
function waitsOf(goroutines: Goroutines, graph: WaitGraph | undefined) {
  const objectAt = lazy(() => new Map(graph?.objects.map((object) => [object.address, object])));
  return (row: GoroutineRow): { readonly waitsFor?: WaitedFor } => {
    const addresses = graph?.waitsFor.get(goroutines.id[row]);
    const object = addresses === undefined ? undefined : objectAt().get(addresses[0]);
    if (addresses === undefined || object === undefined) {
      const address = goroutines.waitsFor[row];
      const kind = kindOfWait(goroutines.states[goroutines.state[row]]);
      return address === 0 ? {} : { waitsFor: { kind: kind ?? "unknown", address } };
    }
    const servers = object.servers.slice(0, MAX_SERVERS).map(({ goroutine }) => goroutine);
    const { kind, address, isTimer } = object;
    return {
      waitsFor: {
        kind,
        address,
        ...(addresses.length > 1 && { of: addresses.length }),
        ...(isTimer && { isTimer }),
        ...(servers.length > 0 && { servers }),
      },
    };
  };
}

function placeJson(goroutines: Goroutines, row: GoroutineRow): Pick<GoroutineJson, "at" | "createdBy"> {
  const at = tellingFrame(goroutines, goroutines.stack[row]);
  return { ...(at !== NO_FRAME && { at: frameJson(goroutines, at) }), ...creatorJson(goroutines, row) };
}

/** Calls only: what stands for frames that were left out is none. */
function framesOf({ stacks, frames }: Goroutines, stack: number): GoroutineFrameIndex[] {
  const list = stacks.frame.subarray(stacks.start[stack], stacks.start[stack + 1]);
  return Array.from(list).filter((frame) => frames.kind[frame] === CALL || frames.kind[frame] === INLINED_CALL);
}

/** `go` statements whose goroutines became more, the largest growth first. */
function growingCreators(before: Goroutines, now: Goroutines): ChangesBody["creators"] {
  const counts = new Map<string, { createdBy: FrameJson; before: number; now: number }>();
  for (const [table, when] of [[before, "before"] as const, [now, "now"] as const]) {
    startedBy(table).forEach((started, creator) => {
      if (started === 0) return;
      const createdBy = frameJson(table, creator);
      const key = `${createdBy.function}\n${createdBy.file}:${createdBy.line}`;
      let entry = counts.get(key);
      if (entry === undefined) counts.set(key, (entry = { createdBy, before: 0, now: 0 }));
      entry[when] += started;
    });
  }
  return [...counts.values()]
    .filter((entry) => entry.now > entry.before)
    .sort((a, b) => b.now - b.before - (a.now - a.before))
    .slice(0, MAX_CREATORS);
}

/** Per frame: how many goroutines the `go` statement there has started. */
function startedBy({ count, creator, multiplicity, frames }: Goroutines): Float64Array {
  const started = new Float64Array(frames.count);
  for (let row = 0; row < count; row++) if (creator[row] !== NO_FRAME) started[creator[row]] += multiplicity[row];
  return started;
}

function reasonOf(goroutines: Goroutines): string {
  return goroutines.warnings.at(0)?.message ?? "Not every goroutine could be read.";
}

function lazy<T>(compute: () => T): () => T {
  let value: { readonly of: T } | undefined;
  return () => (value ??= { of: compute() }).of;
}
