/** What stands above the goroutines in the tree: likely leaks, and what changed since the stop before. */
import { printable } from "../../core/text/printable.js";
import type { Ask } from "../../delve/session/requests.js";
import type { ChangesBody, GoroutineChange, LeakJson, LeaksBody } from "../../core/goroutines/answer-bodies.js";
import { frameTooltip, goroutineRows, namedRows, noteNode, place } from "./goroutine-rows.js";
import { thousands } from "../../core/text/format.js";
import { count, joined, shortFunction, shortPlace } from "./goroutine-text.js";
import { node, type TreeNode } from "./paged-tree.js";

export function leaksNode(ask: Ask, { findings, notes }: LeaksBody): TreeNode {
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
      const notes = findingNotes(id, finding, self);
      const about = start === 0 ? notes : [];
      if (finding.ids.length === 0) return { nodes: about, total: about.length };
      const from = Math.max(0, start - notes.length);
      const { nodes, total } = await namedRows(ask, id, finding.ids)(from, size, self);
      return { nodes: [...about, ...nodes], total: total + notes.length };
    },
  });
}

/** The verdict in full, as rows: a tree is read with the keyboard and a screen reader, a tooltip is not. */
function findingNotes(id: string, finding: LeakJson, parent: TreeNode | undefined): TreeNode[] {
  return [finding.explanation, finding.advice, ...finding.evidence].map((text, i) =>
    noteNode(`${id}/note ${i}`, text, parent),
  );
}

/** `filter` is the query's, which holds for what changed as well. */
export function changesNode(ask: Ask, filter: string, changes: ChangesBody): TreeNode {
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
        .map(([change, label, number]) => changeNode(ask, filter, change, label, number, parent));
      nodes.push(...changes.creators.map((creator) => creatorNode(ask, creator, parent)));
      return Promise.resolve({ nodes, total: nodes.length });
    },
  });
}

function changeNode(
  ask: Ask,
  filter: string,
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
