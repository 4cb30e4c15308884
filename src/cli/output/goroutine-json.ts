/**
 * Goroutines as the JSON of cli.md. A dump may hold 100,000 of them: what depends on the stack alone is written once
 * per stack, and the document leaves in pieces.
 */
import { CHANGE_NAMES, type GoroutineChanges } from "../../core/goroutines/goroutine-diff.js";
import type { GoroutineGroup } from "../../core/goroutines/goroutine-group.js";
import { type GoroutineRow, type Goroutines, type StackIndex, UNKNOWN_ID } from "../../core/goroutines/goroutine.js";
import { creatorJson, frameJson, MAX_SERVERS, stateJson } from "../../core/goroutines/goroutine-json.js";
import { kindOfWait, type WaitGraph, type WaitObject } from "../../core/goroutines/wait-graph.js";

/** What is known of goroutines beside their own table. */
export interface Beside {
  readonly waits?: WaitGraph | undefined;
  /** Compared with an earlier moment. */
  readonly changes?: GoroutineChanges | undefined;
}

/** One goroutine per row; a row of a profile, which has no ids, carries a `count` instead. */
export function* goroutinesJson(goroutines: Goroutines, rows: Uint32Array, beside: Beside = {}): Generator<string> {
  const waitsFor = waitsJson(goroutines, beside.waits);
  const stackText = stackJson(goroutines);
  let piece = "[";
  for (let i = 0; i < rows.length; i++) {
    if (i > 0) piece += ",";
    const about = { ...aboutRow(goroutines, rows[i]), ...waitsFor(rows[i]), ...changeJson(beside.changes, rows[i]) };
    piece += JSON.stringify(about).slice(0, -1) + `,"stack":${stackText(rows[i])}}`;
    if (piece.length > 1 << 20) {
      yield piece;
      piece = "";
    }
  }
  yield piece + "]";
}

export function groupJson(goroutines: Goroutines, group: GoroutineGroup): object {
  const first = group.rows[0];
  const ids = Array.from(group.rows, (row) => goroutines.id[row]).filter((id) => id !== UNKNOWN_ID);
  const state = goroutines.states[goroutines.state[first]];
  return {
    count: group.count,
    title: group.title,
    ids,
    state,
    ...(group.longestWaitNs !== undefined && { longestWaitNs: group.longestWaitNs }),
    ...creatorJson(goroutines, first),
    stack: framesJson(goroutines, goroutines.stack[first]),
  };
}

function aboutRow(goroutines: Goroutines, row: GoroutineRow): object {
  return {
    ...(goroutines.id[row] === UNKNOWN_ID ? { count: goroutines.multiplicity[row] } : { id: goroutines.id[row] }),
    ...stateJson(goroutines, row),
    ...creatorJson(goroutines, row),
  };
}

/** The channels, locks and WaitGroups that a goroutine waits for; several for a select. */
function waitsJson(goroutines: Goroutines, graph: WaitGraph | undefined): (row: GoroutineRow) => object {
  const objects = new Map(graph?.objects.map((object) => [object.address, aboutObject(object)]));
  return (row) => {
    const known = (graph?.waitsFor.get(goroutines.id[row]) ?? []).flatMap((address) => objects.get(address) ?? []);
    if (known.length > 0) return { waitsFor: known };
    const address = goroutines.waitsFor[row];
    const kind = kindOfWait(goroutines.states[goroutines.state[row]]) ?? "unknown";
    return address === 0 ? {} : { waitsFor: [{ kind, address }] };
  };
}

function aboutObject({ senders, receivers, waiters, servers, ...object }: WaitObject): object {
  return {
    ...object,
    senderCount: senders.length,
    receiverCount: receivers.length,
    waiterCount: waiters.length,
    servers: servers.slice(0, MAX_SERVERS),
  };
}

function changeJson(changes: GoroutineChanges | undefined, row: GoroutineRow): object {
  const change = CHANGE_NAMES[changes?.change[row] ?? 0];
  return change === undefined ? {} : { change };
}

function stackJson(goroutines: Goroutines): (row: GoroutineRow) => string {
  const known: string[] = [];
  const { stack } = goroutines;
  return (row) => (known[stack[row]] ??= JSON.stringify(framesJson(goroutines, stack[row])));
}

function framesJson(goroutines: Goroutines, stack: StackIndex): object[] {
  const { stacks } = goroutines;
  const frames = stacks.frame.subarray(stacks.start[stack], stacks.start[stack + 1]);
  return Array.from(frames, (frame) => frameJson(goroutines, frame));
}
