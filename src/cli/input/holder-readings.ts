/** Who holds what grows: a program's heap is read at the first snapshot and after the last, and compared. */
import type { Diagnosis, Pauses } from "../../core/diagnosis/diagnosis.js";
import { withHolders } from "../../core/diagnosis/held-findings.js";
import { type HoldersJson, holdersJson } from "../../core/heap/holders-json.js";
import { openProcess } from "../../process/go-program.js";
import { ProcessProblem } from "../../process/memory/process-problem.js";
import { MemoryProblem } from "../../process/paused-program.js";
import { readRetention } from "../../process/read-retention.js";
import { allPauses, onePause } from "./pause-options.js";

export class HolderReadings {
  readonly #pid: number;
  readonly #maxPauseMs: number;
  #first: HoldersJson | undefined;
  #last: HoldersJson | undefined;
  /** Why there is no reading. */
  #problem: string | undefined;
  /** How long it stood still, each time. */
  readonly pausesMs: number[] = [];

  constructor(pid: number, maxPauseMs: number) {
    this.#pid = pid;
    this.#maxPauseMs = maxPauseMs;
  }

  readFirst(): void {
    this.#first = this.#read();
  }

  readLast(): void {
    this.#last = this.#read();
  }

  /** The diagnosis with who holds what its findings say was allocated; the program is read for that, unless it was. */
  told(diagnosis: Diagnosis): Diagnosis {
    const isAsked = diagnosis.findings.some(({ kind }) => kind === "heap-stack" || kind === "heap-function");
    if (!isAsked) return this.#withPauses(diagnosis);
    const now = this.#last ?? this.#read();
    if (now !== undefined) return this.#withPauses(withHolders(diagnosis, now, this.#first));
    const message = `Who holds what grows is not known: ${this.#problem}.`;
    return this.#withPauses({ ...diagnosis, notes: [...diagnosis.notes, { code: "holders", message }] });
  }

  #withPauses(diagnosis: Diagnosis): Diagnosis {
    const pauses: Pauses | undefined = allPauses([diagnosis.pauses, ...this.pausesMs.map(onePause)]);
    return pauses === undefined ? diagnosis : { ...diagnosis, pauses };
  }

  #read(): HoldersJson | undefined {
    try {
      const program = openProcess(this.#pid);
      try {
        const { retention, about } = readRetention(program, { maxPauseMs: this.#maxPauseMs });
        this.pausesMs.push(about.pauseMs);
        return holdersJson(retention, about);
      } finally {
        program.close();
      }
    } catch (error) {
      if (!(error instanceof ProcessProblem) && !(error instanceof MemoryProblem)) throw error;
      this.#problem = error.message;
      return undefined;
    }
  }
}
