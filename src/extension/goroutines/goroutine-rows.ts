/**
 * Goroutines as rows of the tree: groups of them, below each its stack, and what it waits for with who could wake it.
 * Each asks for what is below it when somebody opens it.
 */
import { printable } from "../../core/text/printable.js";
import type { Ask } from "../../delve/session/requests.js";
import type {
  FrameJson,
  GoroutineChange,
  GoroutineJson,
  GoroutinesBody,
  GroupRow,
  WaitObjectJson,
} from "../../core/goroutines/answer-bodies.js";
import { thousands } from "../../core/text/format.js";
import {
  count,
  goroutineDescription,
  groupWords,
  joined,
  shortFrame,
  shortFunction,
  shortPlace,
  waitObjectWords,
  waitWords,
} from "./goroutine-text.js";
import { type Fetch, node, type TreeNode } from "./paged-tree.js";

/** Which goroutines, beyond the page of them. */
export interface Part {
  readonly filter?: string;
  readonly stacks?: false;
  readonly group?: string;
  readonly inGroup?: string;
  readonly change?: GoroutineChange;
}

const FRAMES = 100;
/** Ids that a filter may name one by one. */
const MAX_NAMED = 1000;

export function goroutineRows(ask: Ask, within: string, part: Part, heard?: (body: GoroutinesBody) => void): Fetch {
  return async (start, size, parent) => {
    const body = await ask("goDiagnostics/goroutines", { ...part, start, count: size });
    heard?.(body);
    const nodes = (body.goroutines ?? []).map((one, i) =>
      goroutineNode(ask, `${within}/${one.id > 0 ? one.id : `row ${start + i}`}`, one, parent, body.withoutStacks),
    );
    // Rows of a profile stand for several goroutines: there are no more than were sent.
    return { nodes, total: nodes.length < size ? start + nodes.length : Math.max(body.matched, start + nodes.length) };
  };
}

/** Goroutines by their ids; of very many the first. */
export function namedRows(ask: Ask, within: string, ids: readonly number[]): Fetch {
  return goroutineRows(ask, within, { filter: `id:${idRanges(ids.slice(0, MAX_NAMED))}` });
}

export function groupNode(
  ask: Ask,
  grouping: string,
  part: Part,
  group: GroupRow,
  parent: TreeNode | undefined,
  withoutStacks = false,
): TreeNode {
  const { what, where } = groupWords(group, grouping);
  const id = `group:${grouping}:${group.title}`;
  return node({
    kind: "group",
    id,
    label: `${thousands(group.count)} × ${what}`,
    description: joined([
      withoutStacks && grouping === "wait" ? startWords(group.at) : where,
      group.longestWaitNs !== undefined && `up to ${waitWords(group.longestWaitNs)}`,
      group.newCount !== undefined && `${thousands(group.newCount)} new`,
      group.stuckCount !== undefined && `${thousands(group.stuckCount)} stuck`,
    ]),
    tooltip: joined(
      [
        count(group.count, "goroutine"),
        group.at && `${withoutStacks ? "started with" : "waiting or running in"} ${frameTooltip(group.at)}`,
        group.createdBy && `started by ${frameTooltip(group.createdBy)}`,
      ],
      "\n",
    ),
    ...(group.newCount !== undefined ? { mark: "new" } : group.stuckCount !== undefined ? { mark: "stuck" } : {}),
    ...place(grouping === "creator" ? group.createdBy : withoutStacks ? undefined : group.at),
    parent,
    fetch: goroutineRows(ask, id, { ...part, group: grouping, inGroup: group.title }),
  });
}

function goroutineNode(
  ask: Ask,
  nodeId: string,
  { at: frame, ...about }: GoroutineJson,
  parent: TreeNode | undefined,
  withoutStacks = false,
): TreeNode {
  // Where it is, is not known yet: nothing may lead to where it began as if it stood there.
  const goroutine: GoroutineJson = { ...about, ...(frame && !withoutStacks && { at: frame }) };
  const { id, state, change, at, leaked } = goroutine;
  const isKnown = id > 0 && change !== "finished";
  return node({
    kind: "goroutine",
    id: nodeId,
    label: id > 0 ? `${id} ${printable(state, 60)}` : printable(state, 60),
    description: joined([withoutStacks && startWords(frame), goroutineDescription(goroutine)]),
    tooltip: joined(
      [
        id > 0 && `goroutine ${id}`,
        printable(state, 60),
        frame && `${withoutStacks ? "started with" : "in"} ${frameTooltip(frame)}`,
        goroutine.createdBy && `started by ${frameTooltip(goroutine.createdBy)}`,
        leaked && "the Go runtime proved that nothing can wake it",
        change === "created" && "new since the previous stop",
        change === "stuck" && "where it was at the previous stop",
      ],
      "\n",
    ),
    ...(change === "created" ? { mark: "new" } : change === "stuck" ? { mark: "stuck" } : {}),
    ...place(at),
    goroutine,
    parent,
    ...(isKnown && { fetch: stackRows(ask, goroutine) }),
  });
}

/** Of a goroutine whose stack is not there yet: the function that it began with. */
function startWords(start: FrameJson | undefined): string {
  return start ? `started with ${shortFrame(start)}` : "";
}

function stackRows(ask: Ask, goroutine: GoroutineJson): Fetch {
  let read = 0;
  return async (start, _size, parent) => {
    const { id, waitsFor } = goroutine;
    if (start === 0) read = 0;
    // Known to the goroutine is known to the asked: the answer is at hand.
    const [{ stack, totalFrames }, waits] = await Promise.all([
      ask("goDiagnostics/goroutine", { id, start: read, levels: FRAMES }),
      start === 0 && waitsFor ? ask("goDiagnostics/waits", { id }).catch(() => undefined) : undefined,
    ]);
    const frames = stack.map((frame, i) => frameNode(`${parent?.id}/frame ${read + i}`, frame, goroutine, parent));
    read += stack.length;
    const left = stack.length === 0 ? 0 : totalFrames - read;
    const objects = (waits?.objects ?? []).slice(0, MAX_OBJECTS);
    const waitRows = objects.map((object) => waitNode(ask, goroutine, object, parent));
    const by = goroutine.createdBy;
    const started = by && {
      ...frameNode(`${parent?.id}/started`, by, goroutine, parent),
      kind: "started" as const,
      label: "started by",
      description: joined([shortFrame(by), by.goroutine !== undefined && `in goroutine ${by.goroutine}`]),
    };
    const nodes = [...waitRows, ...withoutRuntime(stack, frames), ...(left === 0 && started ? [started] : [])];
    return { nodes, total: start + nodes.length + left };
  };
}

/**
 * The frames with those of the runtime behind a row of their own: how a goroutine is parked is the same for all of them,
 * and of interest seldom. Where a goroutine is nothing but the runtime, they are what there is to see.
 */
function withoutRuntime(stack: readonly FrameJson[], frames: readonly TreeNode[]): TreeNode[] {
  const isRuntime = stack.map((frame) => RUNTIME.test(frame.function));
  if (!isRuntime.includes(false)) return [...frames];
  const rows: TreeNode[] = [];
  for (let from = 0; from < frames.length;) {
    let to = from + 1;
    while (to < frames.length && isRuntime[to] === isRuntime[from]) to++;
    if (!isRuntime[from]) rows.push(...frames.slice(from, to));
    // Below each goroutine; Go does not print it either.
    else if (stack[from].function !== "runtime.goexit") rows.push(runtimeNode(frames.slice(from, to)));
    from = to;
  }
  return rows;
}

const RUNTIME = /^(runtime\.|internal\/runtime\/)/;

function runtimeNode(frames: readonly TreeNode[]): TreeNode {
  const [{ id, parent }] = frames;
  const names = frames.map(({ label }) => label).join(", ");
  return node({
    kind: "runtime",
    id: `${id}/runtime`,
    label: count(frames.length, "frame of the runtime", "frames of the runtime"),
    description: names,
    tooltip: names,
    parent,
    fetch: (_start, _size, self) =>
      Promise.resolve({ nodes: frames.map((frame) => ({ ...frame, parent: self })), total: frames.length }),
  });
}

/** Of a select: its cases. */
const MAX_OBJECTS = 20;

/** What it waits for; below it who could wake it, and who waits there, too. */
function waitNode(
  ask: Ask,
  { id: self }: GoroutineJson,
  object: WaitObjectJson,
  parent: TreeNode | undefined,
): TreeNode {
  const id = `${parent?.id}/wait ${object.address}`;
  const wakers = object.servers.map(({ goroutine }) => goroutine);
  const others = [...object.senders, ...object.receivers, ...object.waiters].filter((one) => one !== self);
  const otherCount = Math.max(0, object.senderCount + object.receiverCount + object.waiterCount - 1);
  const all = (kind: TreeNode["kind"], name: string, label: string, words: string, ids: readonly number[]) =>
    node({
      kind,
      id: `${id}/${name}`,
      label,
      description: words,
      tooltip: object.servers[0]?.because ?? "",
      parent,
      fetch: namedRows(ask, `${id}/${name}`, ids),
    });
  const words = printable(waitObjectWords(object));
  return node({
    kind: "wait",
    id,
    label: "waits for",
    description: words,
    tooltip: `waits for ${words}`,
    parent,
    fetch: (_start, _size, below) => {
      const because = printable(object.servers[0]?.because ?? "");
      const nodes: TreeNode[] = [
        ...(wakers.length > 0
          ? [all("waker", "wakers", `could be woken by ${count(wakers.length, "goroutine")}`, because, wakers)]
          : []),
        ...(others.length > 0 ? [all("wait", "others", `${count(otherCount, "other")} at the same`, "", others)] : []),
      ].map((one) => ({ ...one, parent: below }));
      if (wakers.length === 0 && !object.isTimer) {
        nodes.unshift(
          noteNode(`${id}/none`, "Of the goroutines that do not wait for it, none has it on its stack.", below),
        );
      }
      return Promise.resolve({ nodes, total: nodes.length });
    },
  });
}

function frameNode(id: string, frame: FrameJson, goroutine: GoroutineJson, parent: TreeNode | undefined): TreeNode {
  return node({
    kind: "frame",
    id,
    label: shortFunction(frame.function) || "unknown function",
    description: shortPlace(frame),
    tooltip: frameTooltip(frame),
    ...place(frame),
    goroutine,
    parent,
  });
}

export function noteNode(id: string, text: string, parent: TreeNode | undefined): TreeNode {
  const words = printable(text);
  return node({ kind: "note", id, label: words, description: "", tooltip: words, parent });
}

export function place(frame: FrameJson | undefined): { readonly place?: FrameJson } {
  return frame && frame.file !== "" ? { place: frame } : {};
}

export function frameTooltip(frame: FrameJson): string {
  return printable(frame.file === "" ? frame.function : `${frame.function} ${frame.file}:${frame.line}`);
}

/** "4,7-9": a thousand ids that follow each other are a short filter. */
function idRanges(ids: readonly number[]): string {
  const sorted = [...new Set(ids)].sort((a, b) => a - b);
  const ranges: string[] = [];
  for (let i = 0; i < sorted.length;) {
    let j = i;
    while (j + 1 < sorted.length && sorted[j + 1] === sorted[j] + 1) j++;
    ranges.push(i === j ? `${sorted[i]}` : `${sorted[i]}-${sorted[j]}`);
    i = j + 1;
  }
  return ranges.join(",");
}
