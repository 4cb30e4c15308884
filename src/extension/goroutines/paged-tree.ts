/**
 * A tree of values that is filled page by page: a node is asked for its children when it is opened, never before, and
 * keeps them. VS Code draws it (goroutine-view.ts); goroutine-tree.ts says what is in it.
 */
import type { FrameJson, GoroutineJson, LeakJson } from "../../core/goroutines/answer-bodies.js";
import { thousands } from "../../core/text/format.js";

export type NodeKind =
  | "leaks"
  | "finding"
  | "changes"
  | "change"
  | "creator"
  | "group"
  | "goroutine"
  | "wait"
  | "waker"
  | "frame"
  | "runtime"
  | "started"
  | "more"
  | "note";

export interface TreeNode {
  readonly kind: NodeKind;
  /** The same at every stop for the same thing, so that what is open stays open. */
  readonly id: string;
  readonly label: string;
  readonly description: string;
  readonly tooltip: string;
  readonly mark?: Mark;
  /** Where a click goes. */
  readonly place?: FrameJson;
  readonly goroutine?: GoroutineJson;
  readonly finding?: LeakJson;
  readonly parent: TreeNode | undefined;
  readonly children?: NodeList;
}

/** What a badge says of a row. */
export type Mark = "new" | "stuck" | "suspect" | "confirmed";

export interface NodeList {
  /** Those that are loaded, the first page at the first time; a last row of kind "more" stands for the others. */
  load(): Promise<readonly TreeNode[]>;
  /** Adds the next page. */
  more(): Promise<void>;
}

export type Rows = { readonly nodes: readonly TreeNode[]; readonly total: number };
export type Fetch = (start: number, count: number, parent: TreeNode | undefined) => Promise<Rows>;

const FIRST_PAGE = 100;
/** What "Load more" adds. */
const NEXT_PAGE = 1000;

export function node({
  fetch,
  ...about
}: Omit<TreeNode, "children"> & { readonly fetch?: Fetch | undefined }): TreeNode {
  if (!fetch) return about;
  const self: TreeNode & { children?: NodeList } = { ...about };
  return Object.assign(self, { children: nodeList(fetch, self) });
}

export function nodeList(fetch: Fetch, parent: TreeNode | undefined): NodeList {
  let loaded: TreeNode[] = [];
  let total = 0;
  let first: Promise<void> | undefined;
  const page = async (size: number) => {
    const rows = await fetch(loaded.length, size, parent);
    loaded = [...loaded, ...rows.nodes];
    total = rows.nodes.length === 0 ? loaded.length : rows.total;
  };
  return {
    load: async () => {
      first ??= page(FIRST_PAGE).catch((error: unknown) => {
        first = undefined;
        throw error;
      });
      await first;
      return loaded.length < total ? [...loaded, moreNode(parent, total - loaded.length)] : loaded;
    },
    more: () => page(NEXT_PAGE),
  };
}

function moreNode(parent: TreeNode | undefined, left: number): TreeNode {
  const next = Math.min(left, NEXT_PAGE);
  return {
    kind: "more",
    id: `${parent?.id ?? ""}/more`,
    label: `Load ${thousands(next)} more`,
    description: next < left ? `of ${thousands(left)}` : "",
    tooltip: `${thousands(left)} more are not loaded`,
    parent,
  };
}
