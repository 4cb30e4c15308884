/**
 * The Goroutines view as a tree (paged-tree.ts), filled from whoever answers the requests: the proxy of a debug session,
 * or an opened dump. Nothing here knows VS Code.
 *
 * Nodes keep their children until the next stop: with 100,000 goroutines only the pages that somebody looks at cross a
 * process border.
 */
import { parseFilter, readsStacks } from "../core/goroutine-filter.js";
import { printable } from "../core/printable.js";
import type {
  ChangesBody,
  FrameJson,
  GoroutineChange,
  GoroutineJson,
  GoroutinesBody,
  GroupRow,
  LeakJson,
  LeaksBody,
  Requests,
  WaitObjectJson,
} from "../delve/requests.js";
import {
  count,
  goroutineDescription,
  groupWords,
  joined,
  shortFrame,
  shortFunction,
  shortPlace,
  thousands,
  waitObjectWords,
  waitWords,
} from "./goroutine-words.js";
import { type Fetch, node, type NodeList, nodeList, type TreeNode } from "./paged-tree.js";

export type Ask = <Name extends keyof Requests>(
  name: Name,
  about: Requests[Name]["arguments"],
) => Promise<Requests[Name]["body"]>;

export interface TreeQuery {
  /** In the filter language; "" is everything. */
  readonly filter: string;
  /** A grouping of core/goroutine-group.ts, or "none" for a plain list. */
  readonly group: string;
}

/** The top of the tree and what stands above it. */
export interface TreeTop {
  readonly nodes: readonly TreeNode[];
  readonly total: number;
  readonly matched: number;
  readonly complete: boolean;
  readonly incompleteBecause: string | undefined;
  /** Stacks were not waited for: rows say what each goroutine started with, and nothing is compared. */
  readonly withoutStacks: boolean;
  readonly filterError: GoroutinesBody["filterError"];
  /** Undefined while they are not known. */
  readonly findings: readonly LeakJson[] | undefined;
  readonly changes: ChangesBody | undefined;
}

const FRAMES = 100;
/** Ids that a filter may name one by one. */
const MOST_NAMED = 1000;

/** What is asked for beyond the query. */
export interface TopOptions {
  /** Shown where they are known: to know them takes longer than the list, which stands without. */
  readonly leaks?: LeaksBody | undefined;
  /** Stacks that are not there yet are not waited for, unless the query is about them. */
  readonly isEarly?: boolean;
}

/** Asks for the first page and the changes; a filter that cannot be read leaves the list empty. */
export async function treeTop(
  ask: Ask,
  query: TreeQuery,
  { leaks, isEarly = false }: TopOptions = {},
): Promise<TreeTop & { readonly list: NodeList }> {
  let body: GoroutinesBody | undefined;
  const part = { filter: query.filter, ...(isEarly && !isAboutStacks(query) && { stacks: false as const }) };
  const list = nodeList(
    queryRows(ask, query.group, part, (answer) => (body ??= answer)),
    undefined,
  );
  const nodes = await list.load();
  if (body === undefined) throw new Error("The goroutines were not answered.");
  const about = body;
  const withoutStacks = about.withoutStacks === true;
  // Whoever answers may have nothing to compare with.
  const changes = withoutStacks ? undefined : await ask("goDiagnostics/changes", {}).catch(() => undefined);
  const top = [
    ...(leaks && leaks.findings.length + leaks.notes.length > 0 ? [leaksNode(ask, leaks)] : []),
    ...(changes?.since === undefined ? [] : [changesNode(ask, query, changes)]),
  ];
  return {
    nodes: [...top, ...nodes],
    list: { load: async () => [...top, ...(await list.load())], more: () => list.more() },
    total: about.total,
    matched: about.matched,
    complete: about.complete,
    incompleteBecause: about.incompleteBecause,
    withoutStacks,
    filterError: about.filterError,
    findings: leaks?.findings,
    changes,
  };
}

/** Whether the answer without stacks would be another one, and not only say less. */
function isAboutStacks({ filter, group }: TreeQuery): boolean {
  const parsed = parseFilter(filter);
  return STACK_GROUPINGS.has(group) || ("terms" in parsed && readsStacks(parsed));
}

/** And those that rest on more than stacks. */
const STACK_GROUPINGS: ReadonlySet<string> = new Set(["stack", "similar", "package", "object"]);

/** Rows for a picker: the goroutines that a filter lets through, at most `limit`. */
export async function firstMatches(ask: Ask, filter: string, limit: number): Promise<readonly GoroutineJson[]> {
  const body = await ask("goDiagnostics/goroutines", { filter, count: limit });
  return body.filterError ? [] : (body.goroutines ?? []);
}

function queryRows(ask: Ask, group: string, part: Part, heard: (body: GoroutinesBody) => void): Fetch {
  if (group === "none") return goroutineRows(ask, "all", part, heard);
  return async (start, size, parent) => {
    const body = await ask("goDiagnostics/goroutines", { ...part, group, start, count: size });
    heard(body);
    const nodes = (body.groups ?? []).map((one) => groupNode(ask, group, part, one, parent, body.withoutStacks));
    return { nodes, total: body.groupCount ?? nodes.length };
  };
}

interface Part {
  readonly filter?: string;
  readonly stacks?: false;
  readonly group?: string;
  readonly inGroup?: string;
  readonly change?: GoroutineChange;
}

function goroutineRows(ask: Ask, within: string, part: Part, heard?: (body: GoroutinesBody) => void): Fetch {
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

function groupNode(
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
    const objects = (waits?.objects ?? []).slice(0, MOST_OBJECTS);
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
const MOST_OBJECTS = 20;

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
      fetch: goroutineRows(ask, `${id}/${name}`, { filter: `id:${idRanges(ids.slice(0, MOST_NAMED))}` }),
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

function leaksNode(ask: Ask, { findings, notes }: LeaksBody): TreeNode {
  const total = findings.reduce((sum, finding) => sum + finding.count, 0);
  const isNone = findings.length === 0;
  return node({
    kind: "leaks",
    id: "leaks",
    label: isNone ? "No leak found" : "Likely leaks",
    description: isNone ? "memory was not read" : count(total, "goroutine"),
    tooltip: isNone
      ? printable(notes.join("\n"))
      : `${count(findings.length, "finding")}: goroutines that will hardly ever wake`,
    ...(!isNone && { mark: findings.some(({ level }) => level === "confirmed") ? "confirmed" : "suspect" }),
    parent: undefined,
    fetch: (_start, _size, parent) => {
      const nodes = [
        ...notes.map((text, i) => noteNode(`leaks/note ${i}`, text, parent)),
        ...findings.map((finding, i) => findingNode(ask, finding, i, parent)),
      ];
      return Promise.resolve({ nodes, total: nodes.length });
    },
  });
}

function findingNode(ask: Ask, finding: LeakJson, index: number, parent: TreeNode | undefined): TreeNode {
  const id = `leak:${finding.pattern}:${finding.file}:${finding.line}:${index}`;
  const ids = finding.ids.slice(0, MOST_NAMED);
  return node({
    kind: "finding",
    id,
    label: `${thousands(finding.count)} × ${shortFunction(finding.function)}`,
    description: joined([shortPlace(finding), finding.level]),
    tooltip: printable(finding.explanation),
    mark: finding.level,
    ...place(finding),
    finding,
    parent,
    fetch: async (start, size, self) => {
      const about = start === 0 ? findingNotes(id, finding, self) : [];
      if (ids.length === 0) return { nodes: about, total: about.length };
      const from = Math.max(0, start - findingNotes(id, finding, self).length);
      const { nodes, total } = await goroutineRows(ask, id, { filter: `id:${idRanges(ids)}` })(from, size, self);
      return { nodes: [...about, ...nodes], total: total + findingNotes(id, finding, self).length };
    },
  });
}

/** The verdict in full, as rows: a tree is read with the keyboard and a screen reader, a tooltip is not. */
function findingNotes(id: string, finding: LeakJson, parent: TreeNode | undefined): TreeNode[] {
  return [finding.explanation, finding.advice, ...finding.evidence].map((text, i) =>
    noteNode(`${id}/note ${i}`, text, parent),
  );
}

function noteNode(id: string, text: string, parent: TreeNode | undefined): TreeNode {
  const words = printable(text);
  return node({ kind: "note", id, label: words, description: "", tooltip: words, parent });
}

function changesNode(ask: Ask, query: TreeQuery, changes: ChangesBody): TreeNode {
  const { created, finished, stuck, moved, since } = changes;
  const parts: readonly (readonly [GoroutineChange, string, number])[] = [
    ["created", "Created", created],
    ["finished", "Finished", finished],
    ["stuck", "Still where they were", stuck],
    ["moved", "Moved", moved],
  ];
  return node({
    kind: "changes",
    id: "changes",
    label: "What changed",
    description: `+${thousands(created)} −${thousands(finished)} since stop ${since}`,
    tooltip: changes.history.map(({ stop, total }) => `stop ${stop}: ${count(total, "goroutine")}`).join("\n"),
    ...(created > 0 && { mark: "new" as const }),
    parent: undefined,
    fetch: (_start, _size, parent) => {
      const nodes = parts
        .filter(([, , number]) => number > 0)
        .map(([change, label, number]) => changeNode(ask, query, change, label, number, parent));
      nodes.push(...changes.creators.map((creator) => creatorNode(ask, creator, parent)));
      return Promise.resolve({ nodes, total: nodes.length });
    },
  });
}

function changeNode(
  ask: Ask,
  { filter }: TreeQuery,
  change: GoroutineChange,
  label: string,
  number: number,
  parent: TreeNode | undefined,
): TreeNode {
  const id = `change:${change}`;
  return node({
    kind: "change",
    id,
    label,
    description: thousands(number),
    tooltip: `${count(number, "goroutine")}, compared with the previous stop`,
    parent,
    fetch: goroutineRows(ask, id, { change, filter }),
  });
}

function creatorNode(ask: Ask, creator: ChangesBody["creators"][number], parent: TreeNode | undefined): TreeNode {
  const { createdBy, before, now } = creator;
  const id = `creator:${createdBy.function}:${createdBy.file}:${createdBy.line}`;
  return node({
    kind: "creator",
    id,
    label: `+${thousands(now - before)} started by ${shortFunction(createdBy.function)}`,
    description: joined([shortPlace(createdBy), `${thousands(before)} → ${thousands(now)}`]),
    tooltip: `started by ${frameTooltip(createdBy)}`,
    ...place(createdBy),
    parent,
    fetch: goroutineRows(ask, id, { filter: `created:"${createdBy.function.replaceAll('"', "")}"`, change: "created" }),
  });
}

function place(frame: FrameJson | undefined): { readonly place?: FrameJson } {
  return frame && frame.file !== "" ? { place: frame } : {};
}

function frameTooltip(frame: FrameJson): string {
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
