/**
 * How a diagnosis goes: in the Live tab of the program, which has charts running, the snapshots as marks, and the leading
 * suspects; or in a notification, where it is not known which process of this machine it is.
 */
import * as vscode from "vscode";
import { formatValue } from "../../core/text/format.js";
import type { Diagnosis } from "../../core/diagnosis/diagnosis.js";
import type { Suspect } from "../../core/live/leading-suspects.js";
import { watchForDiagnosis } from "../live/live-commands.js";
import type { LiveSession } from "../live/live-session.js";
import { showProgress } from "../messages.js";
import type { FromThread } from "./diagnosis-thread.js";

export interface Wishes {
  readonly onEnd: () => void;
  readonly onLonger: () => void;
}

type Report = (text: string, increment?: number) => void;

/** What connects within this time needs no notification. */
const SLOW_MS = 1_000;
const MOST_MARKED = 3;

export class DiagnosisProgress {
  readonly #name: string;
  readonly #wishes: Wishes;
  readonly #slow: NodeJS.Timeout;
  #live: LiveSession | undefined;
  #wishing: vscode.Disposable | undefined;
  #toast: { readonly report: Report; readonly end: () => void } | undefined;
  #text: string;
  #suspects: readonly Suspect[] = [];
  #canBeLonger = true;

  constructor(name: string, wishes: Wishes) {
    this.#name = name;
    this.#wishes = wishes;
    this.#text = `connecting to ${name}`;
    this.#slow = setTimeout(() => this.#showToast(), SLOW_MS);
  }

  /** The process is known: it is watched. Without one, a notification tells. */
  found(pid: number | undefined, session?: vscode.DebugSession): void {
    if (this.#live !== undefined) return;
    clearTimeout(this.#slow);
    if (pid === undefined || process.platform !== "linux") return this.#showToast();
    this.#toast?.end();
    this.#toast = undefined;
    const live = watchForDiagnosis({ pid, name: this.#name, ...(session && { session }) });
    this.#live = live;
    this.#wishing = live.onDidWish((wish) => {
      if (wish === "end") return this.#wishes.onEnd();
      this.#canBeLonger = false;
      this.#wishes.onLonger();
      this.#tell();
    });
    this.#tell();
  }

  say(text: string, increment?: number): void {
    this.#text = text;
    this.#toast?.report(text, increment);
    this.#tell();
  }

  take(message: FromThread): void {
    switch (message.type) {
      case "snapshot": {
        const { numbers, index, of } = message;
        const bytes = numbers.heapInuse ?? numbers.rss;
        const what = numbers.heapInuse === undefined ? "resident" : "heap";
        const heap = bytes === undefined ? "" : `, ${what} ${formatValue(bytes, "bytes")}`;
        const goroutines = numbers.goroutines === undefined ? "" : `, ${numbers.goroutines} goroutines`;
        this.#live?.mark("capture", `Snapshot ${index + 1} of ${of}`);
        return this.say(`${this.#name}: snapshot ${index + 1} of ${of}${heap}${goroutines}`, 100 / of);
      }
      case "suspects":
        this.#suspects = message.suspects;
        return this.#tell();
      case "judging":
        this.#canBeLonger = false;
        return this.say("comparing the snapshots");
      case "found":
      case "read":
      case "shared":
      case "done":
    }
  }

  /** Findings become marks of the moment in which they were known. */
  end(diagnosis: Diagnosis | undefined): void {
    clearTimeout(this.#slow);
    this.#wishing?.dispose();
    this.#toast?.end();
    this.#live?.tellDiagnosis(undefined);
    for (const { function: name, level } of diagnosis?.findings.slice(0, MOST_MARKED) ?? []) {
      this.#live?.mark("finding", `${name}: ${level === "confirmed" ? "leaks" : "may leak"}`);
    }
  }

  #tell(): void {
    this.#live?.tellDiagnosis({ text: this.#text, suspects: this.#suspects, canBeLonger: this.#canBeLonger });
  }

  #showToast(): void {
    if (this.#toast !== undefined) return;
    const options = {
      location: vscode.ProgressLocation.Notification,
      title: "Diagnosing Go memory",
      cancellable: true,
    };
    void showProgress(options, (progress, token) => {
      token.onCancellationRequested(() => this.#wishes.onEnd());
      return new Promise<void>((end) => {
        const report: Report = (message, increment) =>
          progress.report({ message, ...(increment !== undefined && { increment }) });
        this.#toast = { report, end };
        report(this.#text);
      });
    });
  }
}
