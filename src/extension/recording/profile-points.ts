/**
 * Profile points: breakpoints that capture a profile and let the program go on, with a series kept for each. To VS Code
 * they are breakpoints like others, with their condition and hit count; that they capture is remembered here.
 *
 * A stop that another breakpoint shares stays a stop: the profile is captured, and the program waits for the person.
 */
import * as vscode from "vscode";
import { CAPTURE_KINDS, type CaptureKind } from "./capture-kinds.js";
import { keepCapture } from "./captures.js";
import type { GoroutineSources } from "../goroutines/goroutine-source.js";
import { log } from "../log.js";
import { showWarning } from "../messages.js";
import { errorText } from "../../core/text/error-text.js";

const STORE_KEY = "profilePoints";
const MAX_IN_SERIES = 50;
/** The proxy says that the program stands still right after the editor hears it. */
const STOP_LIMIT_MS = 5_000;

interface Point {
  readonly breakpoint: vscode.SourceBreakpoint;
  readonly kind: CaptureKind;
  readonly series: vscode.Uri[];
}

/** As it is remembered over a reload of the window: VS Code restores the breakpoint, not its identity. */
interface Stored {
  readonly uri: string;
  readonly line: number;
  readonly kind: string;
}

export const POINT_KINDS = CAPTURE_KINDS.filter(({ paused }) => paused !== undefined);

export class ProfilePoints implements vscode.CodeLensProvider {
  readonly #context: vscode.ExtensionContext;
  readonly #sources: GoroutineSources;
  readonly #points = new Map<string, Point>();
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #subscriptions: vscode.Disposable[];

  readonly onDidChangeCodeLenses = this.#changed.event;

  constructor(context: vscode.ExtensionContext, sources: GoroutineSources) {
    this.#context = context;
    this.#sources = sources;
    const watch = (type: string) =>
      vscode.debug.registerDebugAdapterTrackerFactory(type, {
        createDebugAdapterTracker: (session) => ({
          onDidSendMessage: (message) => void this.#heard(session, message as DebugMessage),
        }),
      });
    this.#subscriptions = [
      watch("go"),
      watch("go-diagnostics"),
      this.#changed,
      vscode.languages.registerCodeLensProvider({ language: "go" }, this),
      vscode.debug.onDidChangeBreakpoints(({ added, removed, changed }) => {
        for (const { id } of removed) this.#points.delete(id);
        this.#restore(added);
        if (removed.length > 0 || changed.length > 0) void this.#store();
        this.#changed.fire();
      }),
    ];
    this.#restore(vscode.debug.breakpoints);
  }

  dispose(): void {
    for (const one of this.#subscriptions) one.dispose();
  }

  async add(breakpoint: vscode.SourceBreakpoint, kind: CaptureKind): Promise<void> {
    this.#points.set(breakpoint.id, { breakpoint, kind, series: [] });
    await this.#store();
    this.#changed.fire();
  }

  async remove(id: string): Promise<void> {
    const point = this.#points.get(id);
    if (point) vscode.debug.removeBreakpoints([point.breakpoint]);
    this.#points.delete(id);
    await this.#store();
    this.#changed.fire();
  }

  series(id: string): readonly vscode.Uri[] {
    return this.#points.get(id)?.series ?? [];
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    return [...this.#points.values()].flatMap(({ breakpoint, kind, series }) => {
      const now = vscode.debug.breakpoints.find(({ id }) => id === breakpoint.id) as
        vscode.SourceBreakpoint | undefined;
      if (now?.location.uri.toString() !== document.uri.toString()) return [];
      const { range } = now.location;
      const title = `$(flame) ${kind.label} profile point: ${series.length === 0 ? "nothing captured yet" : `${series.length} captured, show`}`;
      const lens = (command: string, words: string) =>
        new vscode.CodeLens(range, { command, title: words, arguments: [breakpoint.id] });
      return [lens("goDiagnostics.profilePoints.show", title), lens("goDiagnostics.profilePoints.remove", "remove")];
    });
  }

  async #heard(session: vscode.DebugSession, { event, body }: DebugMessage): Promise<void> {
    const hit = body?.hitBreakpointIds ?? [];
    if (event !== "stopped" || hit.length === 0 || this.#points.size === 0) return;
    const points: Point[] = [];
    for (const point of this.#points.values()) {
      const known = (await session.getDebugProtocolBreakpoint(point.breakpoint)) as { id?: number } | undefined;
      if (known?.id !== undefined && hit.includes(known.id)) points.push(point);
    }
    if (points.length === 0) return;
    try {
      await this.#paused(session);
      for (const point of points) await this.#capture(session, point);
    } catch (error) {
      log().error(`profile point in "${session.name}":`, error instanceof Error ? error : String(error));
      void showWarning(`The profile point could not capture: ${errorText(error)}`);
    }
    if (points.length === hit.length) await session.customRequest("continue", { threadId: body?.threadId ?? 1 });
  }

  async #capture(session: vscode.DebugSession, { breakpoint, kind, series }: Point): Promise<void> {
    const { captureOf } = await import("./capture-session.js");
    const { bytes, notes } = await captureOf(this.#sources, session, kind);
    for (const note of notes) log().info(`profile point: ${note}`);
    const line = breakpoint.location.range.start.line + 1;
    const file = breakpoint.location.uri.path.split("/").pop();
    series.push(await keepCapture(this.#context, `${kind.label} at ${file} ${line} (${series.length + 1})`, bytes));
    if (series.length > MAX_IN_SERIES) series.shift();
    this.#changed.fire();
  }

  #paused(session: vscode.DebugSession): Promise<void> {
    if (this.#sources.proxied(session)?.isRunning === false) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const heard = this.#sources.onDidStop((one) => one.session.id === session.id && done());
      const timer = setTimeout(() => {
        heard.dispose();
        reject(new Error("the proxy is not in this session"));
      }, STOP_LIMIT_MS);
      const done = () => {
        clearTimeout(timer);
        heard.dispose();
        resolve();
      };
    });
  }

  #restore(breakpoints: readonly vscode.Breakpoint[]): void {
    const stored = this.#context.workspaceState.get<readonly Stored[]>(STORE_KEY) ?? [];
    for (const one of breakpoints) {
      if (!(one instanceof vscode.SourceBreakpoint) || this.#points.has(one.id)) continue;
      const { uri, range } = one.location;
      const known = stored.find(({ uri: at, line }) => at === uri.toString() && line === range.start.line);
      const kind = known && POINT_KINDS.find(({ label }) => label === known.kind);
      if (kind) this.#points.set(one.id, { breakpoint: one, kind, series: [] });
    }
  }

  async #store(): Promise<void> {
    const stored = [...this.#points.values()].map(({ breakpoint: { location }, kind }): Stored => ({
      uri: location.uri.toString(),
      line: location.range.start.line,
      kind: kind.label,
    }));
    await this.#context.workspaceState.update(STORE_KEY, stored);
  }
}

interface DebugMessage {
  readonly event?: string;
  readonly body?: { readonly hitBreakpointIds?: readonly number[]; readonly threadId?: number };
}
