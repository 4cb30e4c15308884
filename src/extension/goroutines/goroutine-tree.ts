/**
 * The Goroutines view as a tree (paged-tree.ts), filled from whoever answers the requests: the proxy of a debug session,
 * or an opened dump. Nothing here knows VS Code.
 *
 * Nodes keep their children until the next stop: with 100,000 goroutines only the pages that somebody looks at cross a
 * process border.
 */
import { parseFilter, readsStacks } from "../../core/goroutines/goroutine-filter.js";
import type { Ask } from "../../delve/session/requests.js";
import type {
  ChangesBody,
  GoroutineJson,
  GoroutinesBody,
  LeakJson,
  LeaksBody,
} from "../../core/goroutines/answer-bodies.js";
import { changesNode, leaksNode } from "./goroutine-headings.js";
import { goroutineRows, groupNode, type Part } from "./goroutine-rows.js";
import { type Fetch, type NodeList, nodeList, type TreeNode } from "./paged-tree.js";

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
    ...(changes?.since === undefined ? [] : [changesNode(ask, query.filter, changes)]),
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
