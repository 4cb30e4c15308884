/**
 * A program that is watched: its history, what happened, and whether it runs. Pages come and go, the history stays with
 * it. It is read on a thread of its own, which begins with it and ends with it.
 */
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import * as vscode from "vscode";
import type { DiagnosisWish, LiveAbout, LiveDiagnosis, ToLive } from "../../../webview/protocol.js";
import { encodeRun, type LiveRun } from "../../core/live/live-file.js";
import { LiveHistory, type Mark, type MarkKind } from "../../core/live/live-history.js";
import { log } from "../log.js";
import type { FromLiveThread, LiveJob } from "./live-thread.js";

export interface Watched {
  readonly pid: number;
  /** For people: the session's name, or the program's. */
  readonly name: string;
  /** The session that debugs it. */
  readonly session?: vscode.DebugSession;
}

const INTERVAL_MS = 1_000;
const MAX_NAME = 200;

export class LiveSession {
  readonly watched: Watched;
  readonly #history = new LiveHistory();
  readonly #worker: Worker;
  readonly #changed = new vscode.EventEmitter<ToLive>();
  /** Rows, marks and states, for pages. */
  readonly onDidChange = this.#changed.event;
  readonly #wished = new vscode.EventEmitter<DiagnosisWish>();
  /** Somebody has a wish about the diagnosis that is under way. */
  readonly onDidWish = this.#wished.event;
  #diagnosis: LiveDiagnosis | undefined;
  #state: LiveAbout["state"] = "opening";
  #goVersion = "";
  #lacking: string | undefined;
  #ended: string | undefined;

  constructor(context: vscode.ExtensionContext, watched: Watched) {
    this.watched = watched;
    const job: LiveJob = { pid: watched.pid, intervalMs: INTERVAL_MS };
    this.#worker = new Worker(join(context.extensionPath, "dist", "live-thread.cjs"), { workerData: job });
    this.#worker.on("message", (message: FromLiveThread) => this.#take(message));
    this.#worker.on("error", (error) => {
      log().error(`watching ${watched.name}:`, error);
      this.#end(`cannot be watched: ${error.message}`);
    });
    log().info(`watching ${watched.name}, process ${watched.pid}`);
  }

  get run(): LiveRun {
    return { program: this.watched.name.slice(0, MAX_NAME), goVersion: this.#goVersion, history: this.#history };
  }

  get hasEnded(): boolean {
    return this.#state === "ended";
  }

  /** Everything until now, for a page that opens. */
  content(isNarrow: boolean): ToLive {
    return { type: "live", run: encodeRun(this.run), about: { ...this.#about(), isNarrow } };
  }

  /** Something that happened just now. */
  mark(kind: MarkKind, label: string, kept?: string): void {
    const { length } = this.#history;
    if (length === 0) return;
    const axisMs = this.#history.axisMs(length - 1);
    const mark: Mark = { kind, axisMs, atMs: Date.now(), label, ...(kept !== undefined && { kept }) };
    this.#history.addMark(mark);
    this.#changed.fire({ type: "mark", mark });
  }

  /** How far a diagnosis of the program is; undefined when it is over. */
  tellDiagnosis(diagnosis: LiveDiagnosis | undefined): void {
    this.#diagnosis = diagnosis;
    this.#tell();
  }

  wish(wish: DiagnosisWish): void {
    this.#wished.fire(wish);
  }

  dispose(): void {
    this.#end("is not watched any more");
    this.#changed.dispose();
    this.#wished.dispose();
  }

  #take(message: FromLiveThread): void {
    switch (message.type) {
      case "opened":
        this.#goVersion = message.goVersion;
        return this.#become("running");
      case "lacking":
        this.#lacking = message.why;
        return this.#tell();
      case "row":
        this.#history.add(message.row);
        this.#changed.fire({ type: "row", row: message.row });
        if (this.#state !== "running") this.#become("running");
        return;
      case "stopped":
        this.mark("stop", "Stopped");
        return this.#become("stopped");
      case "ended":
        return this.#end(message.why);
    }
  }

  #become(state: LiveAbout["state"]): void {
    this.#state = state;
    this.#tell();
  }

  #end(why: string): void {
    if (this.hasEnded) return;
    this.#ended = `${this.watched.name} ${why}`;
    this.#become("ended");
    this.#worker.postMessage("stop");
  }

  #tell(): void {
    this.#changed.fire({ type: "about", about: this.#about() });
  }

  #about(): LiveAbout {
    const { name, pid } = this.watched;
    const version = this.#goVersion === "" ? "" : `, ${this.#goVersion}`;
    const source =
      this.#lacking === undefined
        ? "Read from the memory of the process and from /proc, once a second: the program is not stopped, and needs no import."
        : "Read from /proc once a second.";
    return {
      title: `${name}, process ${pid}${version}`,
      state: this.#state,
      source,
      lacking:
        this.#lacking === undefined
          ? []
          : [{ source: "memory", why: `Without numbers of the runtime: ${this.#lacking}` }],
      ...(this.#ended !== undefined && { ended: this.#ended }),
      ...(this.#diagnosis !== undefined && { diagnosis: this.#diagnosis }),
      captures: this.#state === "running" || this.#state === "stopped",
      isNarrow: false,
    };
  }
}
