/**
 * The "Goroutines" view in Run and Debug: goroutine-tree.ts drawn by VS Code, for the source of goroutine-source.ts.
 *
 * It asks when it is seen, and only then; between two stops that follow each other within a moment it stays as it is,
 * so that stepping does not make it flicker.
 */
import * as vscode from "vscode";
import { printable } from "../../core/text/printable.js";
import type { FrameJson, LeaksBody } from "../../core/goroutines/answer-bodies.js";
import type { GoroutineSource, GoroutineSources } from "./goroutine-source.js";
import { withKnownDiagnosis } from "../diagnosis/known-verdicts.js";
import { type TopOptions, type TreeQuery, type TreeTop, treeTop } from "./goroutine-tree.js";
import { thousands } from "../../core/text/format.js";
import { count, joined } from "./goroutine-text.js";
import { log } from "../log.js";
import type { Mark, TreeNode } from "./paged-tree.js";
import { showProgress } from "../messages.js";
import { errorText } from "../../core/text/error-text.js";

const GOROUTINES_VIEW = "goDiagnostics.goroutines";

const GROUP_KEY = "goroutines.group";
/** How long the program may run before the list of its last stop is taken away. */
const STALE_AFTER_MS = 400;
/** For what is known this soon a list waits. */
const SOON_MS = 300;
const MARK_SCHEME = "go-diagnostics-goroutine";

/** Set by `when` clauses: whether there was ever something to show in this window, and whether it is a dump. */
const SHOWN_CONTEXT = "goDiagnostics.goroutinesShown";
const FILTERED_CONTEXT = "goDiagnostics.goroutinesFiltered";
const DUMP_CONTEXT = "goDiagnostics.goroutinesOfDump";

type Top = Awaited<ReturnType<typeof treeTop>>;

interface AskedLeaks {
  readonly of: string;
  readonly asked: Promise<LeaksBody | undefined>;
  known?: LeaksBody | undefined;
}

export class GoroutineView implements vscode.TreeDataProvider<TreeNode> {
  readonly sources: GoroutineSources;
  readonly #context: vscode.ExtensionContext;
  readonly #view: vscode.TreeView<TreeNode>;
  readonly #changed = new vscode.EventEmitter<TreeNode | undefined>();
  readonly #loaded = new vscode.EventEmitter<{ readonly source: GoroutineSource; readonly top: TreeTop } | undefined>();
  readonly #subscriptions: vscode.Disposable[];
  #query: TreeQuery;
  #top: Top | undefined;
  #problem: string | undefined;
  /** What the shown list is of: source, moment and query. */
  #shownFor = "";
  /** The leaks of a source at a moment; whatever is listed of it, they are asked for once. */
  #leaks: AskedLeaks | undefined;
  #stale: NodeJS.Timeout | undefined;

  readonly onDidChangeTreeData = this.#changed.event;
  /** The list of another moment is there; undefined when there is none any more. */
  readonly onDidLoad = this.#loaded.event;

  constructor(context: vscode.ExtensionContext, sources: GoroutineSources) {
    this.#context = context;
    this.sources = sources;
    this.#query = { filter: "", group: context.workspaceState.get<string>(GROUP_KEY) ?? "wait" };
    this.#view = vscode.window.createTreeView(GOROUTINES_VIEW, { treeDataProvider: this, showCollapseAll: true });
    this.#subscriptions = [
      this.#view,
      this.#changed,
      this.#loaded,
      sources.onDidChange(() => this.#sourceChanged()),
      this.#view.onDidChangeVisibility(({ visible }) => visible && this.#sourceChanged()),
      vscode.window.registerFileDecorationProvider({ provideFileDecoration: decoration }),
    ];
  }

  dispose(): void {
    clearTimeout(this.#stale);
    for (const one of this.#subscriptions) one.dispose();
  }

  get query(): TreeQuery {
    return this.#query;
  }

  get top(): TreeTop | undefined {
    return this.#top;
  }

  async show(): Promise<void> {
    await vscode.commands.executeCommand("setContext", SHOWN_CONTEXT, true);
    await vscode.commands.executeCommand(`${GOROUTINES_VIEW}.focus`);
  }

  /** Shows what passes another filter or in other groups; answers with what is wrong with the filter. */
  async ask(change: Partial<TreeQuery>): Promise<TreeTop["filterError"]> {
    this.#query = { ...this.#query, ...change };
    if (change.group !== undefined) await this.#context.workspaceState.update(GROUP_KEY, change.group);
    void vscode.commands.executeCommand("setContext", FILTERED_CONTEXT, this.#query.filter !== "");
    await this.#load();
    return this.#top?.filterError;
  }

  async refresh(): Promise<void> {
    this.#shownFor = "";
    this.#leaks = undefined;
    await this.#load();
  }

  async loadMore(node: TreeNode): Promise<void> {
    await (node.parent?.children ?? this.#top?.list)?.more();
    this.#changed.fire(node.parent);
  }

  async getChildren(node?: TreeNode): Promise<TreeNode[]> {
    try {
      if (node) return [...((await node.children?.load()) ?? [])];
      return this.#top ? [...(await this.#top.list.load())] : [];
    } catch (error) {
      // The program went on while it was asked: the next stop asks again.
      log().warn(`goroutines: ${errorText(error)}`);
      return [];
    }
  }

  getParent(node: TreeNode): TreeNode | undefined {
    return node.parent;
  }

  getTreeItem(node: TreeNode): vscode.TreeItem {
    const { None, Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
    const state = !node.children ? None : node.kind === "changes" || node.kind === "leaks" ? Expanded : Collapsed;
    const item = new vscode.TreeItem(node.label, node.kind === "leaks" ? Collapsed : state);
    item.id = node.id;
    item.description = node.description;
    item.tooltip = node.tooltip;
    item.iconPath = iconOf(node);
    item.contextValue = contextOf(node, this.sources.current);
    item.accessibilityInformation = { label: joined([node.label, node.description, markWords(node.mark)], ", ") };
    if (node.mark) item.resourceUri = vscode.Uri.from({ scheme: MARK_SCHEME, path: `/${node.mark}` });
    if (node.kind === "more") {
      item.command = { command: "goDiagnostics.goroutines.loadMore", title: "Load more", arguments: [node] };
    } else if (node.place) {
      item.command = { command: "goDiagnostics.goroutines.open", title: "Open source", arguments: [node] };
    }
    return item;
  }

  #sourceChanged(): void {
    const source = this.sources.current;
    void vscode.commands.executeCommand("setContext", DUMP_CONTEXT, this.sources.hasDump);
    clearTimeout(this.#stale);
    if (!source) return this.#clear("");
    void vscode.commands.executeCommand("setContext", SHOWN_CONTEXT, true);
    if (source.isRunning) {
      this.#stale = setTimeout(
        () => this.#clear("The program is running. Pause it to see its goroutines."),
        STALE_AFTER_MS,
      );
      return;
    }
    if (this.#view.visible) void this.#load();
  }

  #clear(message: string): void {
    this.#top = undefined;
    this.#problem = undefined;
    this.#shownFor = "";
    this.#view.message = message;
    this.#view.description = "";
    this.#view.badge = undefined;
    this.#changed.fire(undefined);
    this.#loaded.fire(undefined);
  }

  async #load(): Promise<void> {
    const source = this.sources.current;
    if (!source || source.isRunning) return;
    const moment = JSON.stringify([source.session?.id ?? source.name, source.moment]);
    const wanted = moment + JSON.stringify(this.#query);
    if (wanted === this.#shownFor) return;
    this.#shownFor = wanted;
    const known = this.#leaks?.of === moment ? this.#leaks.known : undefined;
    const soon = performance.now() + SOON_MS;
    const list = await this.#listed(wanted, source, { leaks: known, isEarly: true });
    if (!list) return;
    if (!list.withoutStacks || list.filterError) return this.#showWithLeaks(wanted, source, moment, list);
    // Who there is is known several times sooner than all their stacks.
    const whole = this.#listed(wanted, source, { leaks: known }).then(async (found) => {
      if (found) await this.#showWithLeaks(wanted, source, moment, found);
      return found !== undefined;
    });
    await this.#showUnless(whole, wanted, source, list, soon - performance.now());
  }

  /** To find leaks the memory of the program is read: the list does not wait for that, unless it is a matter of a moment. */
  async #showWithLeaks(wanted: string, source: GoroutineSource, moment: string, list: Top): Promise<void> {
    if (list.findings) return this.#show(source, list);
    const whole = this.#leaksOf(source, moment).then(async (leaks) => {
      const found = leaks && this.#shownFor === wanted ? await this.#listed(wanted, source, { leaks }) : undefined;
      if (found) this.#show(source, found);
      return found !== undefined;
    });
    await this.#showUnless(whole, wanted, source, list, SOON_MS);
  }

  /** Shows the list unless something fuller is shown within `ms`; a list that is drawn twice flickers. */
  async #showUnless(fuller: Promise<boolean>, wanted: string, source: GoroutineSource, list: Top, ms: number) {
    let isShown = false;
    const settled = fuller.then((is) => (isShown = is));
    await Promise.race([settled, new Promise((done) => setTimeout(done, ms))]);
    if (!isShown && this.#shownFor === wanted) this.#show(source, list);
  }

  /** Asked for once, whatever is listed of that moment; undefined when whoever answers cannot judge leaks. */
  #leaksOf(source: GoroutineSource, moment: string): Promise<LeaksBody | undefined> {
    if (this.#leaks?.of === moment) return this.#leaks.asked;
    const asked = Promise.resolve(
      showProgress({ location: { viewId: GOROUTINES_VIEW } }, () =>
        source.ask("goDiagnostics/leaks", {}).then(
          (leaks) => (source.session ? withKnownDiagnosis(leaks, source.session) : leaks),
          () => undefined,
        ),
      ),
    );
    const leaks: AskedLeaks = { of: moment, asked };
    this.#leaks = leaks;
    void asked.then((found) => (leaks.known = found));
    return asked;
  }

  /** Undefined when a later question was faster, or when it failed, which is shown. */
  async #listed(wanted: string, source: GoroutineSource, options: TopOptions): Promise<Top | undefined> {
    try {
      const top = await showProgress({ location: { viewId: GOROUTINES_VIEW } }, () =>
        treeTop(source.ask, this.#query, options),
      );
      return this.#shownFor === wanted ? top : undefined;
    } catch (error) {
      if (this.#shownFor !== wanted) return undefined;
      this.#shownFor = "";
      this.#problem = errorText(error);
      log().warn(`goroutines of "${source.name}": ${this.#problem}`);
      this.#show(source, undefined);
      return undefined;
    }
  }

  #show(source: GoroutineSource, top: Top | undefined): void {
    this.#top = top;
    if (top) this.#problem = undefined;
    this.#say(source);
    this.#changed.fire(undefined);
    if (top) this.#loaded.fire({ source, top });
  }

  #say(source: GoroutineSource): void {
    const top = this.#top;
    if (!top) {
      this.#view.message = this.#problem ?? "";
      this.#view.description = "";
      return;
    }
    const { filter } = this.#query;
    const all = count(top.total, "goroutine");
    this.#view.description = filter;
    this.#view.message = joined([
      filter === "" || top.filterError ? all : `${thousands(top.matched)} of ${all}`,
      source.session ? source.process && `process ${printable(source.process)}` : `in ${source.name}`,
      top.filterError && `the filter cannot be read, column ${top.filterError.column}: ${top.filterError.message}`,
      top.withoutStacks && "their stacks are being read",
      !top.complete && `not complete: ${top.incompleteBecause ?? "some could not be read"}`,
    ]);
    const leaks = top.findings?.length ?? 0;
    this.#view.badge = leaks === 0 ? undefined : { value: leaks, tooltip: `${count(leaks, "likely goroutine leak")}` };
  }
}

/** Which menus a row has: words that `when` clauses look for. */
function contextOf(node: TreeNode, source: GoroutineSource | undefined): string {
  const isAlive = node.goroutine !== undefined && node.goroutine.id > 0 && node.goroutine.change !== "finished";
  return joined(
    [
      node.kind,
      isAlive && "alive",
      isAlive && source?.session && "session",
      placeOf(node) && "place",
      creatorOf(node) && "created",
    ],
    " ",
  );
}

/** The line that a row is about. */
export function placeOf(node: TreeNode): FrameJson | undefined {
  return node.place ?? (node.goroutine?.at?.file ? node.goroutine.at : undefined);
}

/** The `go` statement that started what a row is about. */
export function creatorOf(node: TreeNode): FrameJson | undefined {
  const by = node.goroutine?.createdBy ?? node.finding?.createdBy;
  return by && by.file !== "" ? by : undefined;
}

const ICONS: Readonly<Record<TreeNode["kind"], string>> = {
  leaks: "warning",
  finding: "warning",
  changes: "diff",
  change: "diff-modified",
  creator: "rocket",
  group: "layers",
  goroutine: "circle-outline",
  wait: "watch",
  waker: "bell",
  frame: "debug-stackframe-dot",
  runtime: "gear",
  started: "rocket",
  more: "ellipsis",
  note: "info",
};

function iconOf(node: TreeNode): vscode.ThemeIcon {
  const { kind, goroutine, finding, id } = node;
  if (kind === "change") {
    const names: Readonly<Record<string, string>> = {
      "change:created": "diff-added",
      "change:finished": "diff-removed",
      "change:stuck": "debug-pause",
    };
    return new vscode.ThemeIcon(names[id] ?? ICONS.change);
  }
  if (finding?.level === "confirmed")
    return new vscode.ThemeIcon("error", new vscode.ThemeColor("list.errorForeground"));
  if (kind === "finding" || kind === "leaks")
    return new vscode.ThemeIcon("warning", new vscode.ThemeColor("list.warningForeground"));
  if (kind === "goroutine" && goroutine) {
    if (goroutine.leaked) return new vscode.ThemeIcon("warning", new vscode.ThemeColor("list.warningForeground"));
    if (goroutine.waitReason === "") return new vscode.ThemeIcon("play-circle");
    if (goroutine.system) return new vscode.ThemeIcon("gear");
  }
  return new vscode.ThemeIcon(ICONS[kind]);
}

const MARKS: Readonly<Record<Mark, { readonly badge: string; readonly words: string; readonly color: string }>> = {
  new: { badge: "N", words: "new since the previous stop", color: "gitDecoration.addedResourceForeground" },
  stuck: { badge: "S", words: "where it was at the previous stop", color: "gitDecoration.modifiedResourceForeground" },
  suspect: { badge: "?", words: "suspected leak", color: "list.warningForeground" },
  confirmed: { badge: "!", words: "confirmed leak", color: "list.errorForeground" },
};

function markWords(mark: Mark | undefined): string | undefined {
  return mark && MARKS[mark].words;
}

function decoration(uri: vscode.Uri): vscode.FileDecoration | undefined {
  if (uri.scheme !== MARK_SCHEME) return undefined;
  const { badge, words, color } = MARKS[uri.path.slice(1) as Mark];
  return new vscode.FileDecoration(badge, words, new vscode.ThemeColor(color));
}

let shown: GoroutineView | undefined;

/** The one view of this window; its commands act on it. */
export function useGoroutineView(view: GoroutineView | undefined): void {
  shown = view;
}

export function view(): GoroutineView {
  if (!shown) throw new Error("The Goroutines view is not there yet.");
  return shown;
}

/** What can be asked now; throws a sentence for a person where nothing can. */
export function source(): GoroutineSource {
  const { current } = view().sources;
  if (!current)
    throw new Error("There are no goroutines to show. Start a Go program with the debugger, or open a dump.");
  if (current.isRunning)
    throw new Error("The program is running. Pause it first (F6), then its goroutines can be read.");
  return current;
}

/** Whether a command was called on a row of the view. */
export function isNode(value: unknown): value is TreeNode {
  return typeof value === "object" && value !== null && "kind" in value && "label" in value;
}
