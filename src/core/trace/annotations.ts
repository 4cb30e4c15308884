/** What the program itself wrote into the trace: tasks, regions and log messages of runtime/trace, by name. */
import { LogHistogram } from "./log-histogram.js";
import * as format from "./events/trace-format.js";
import type { GoroutineRow, Happening } from "./events/trace-listener.js";
import type { TraceString } from "./events/trace-names.js";

export interface LogMessage {
  readonly atNs: number;
  readonly category: TraceString;
  readonly message: TraceString;
}

/** The first messages are kept, all are counted. */
const MAX_MESSAGES = 1000;

export class Annotations {
  /** Durations by the task's name (its type). */
  readonly tasks = new Map<TraceString, LogHistogram>();
  readonly regions = new Map<TraceString, LogHistogram>();
  readonly messages: LogMessage[] = [];
  messageCount = 0;
  readonly #openTasks = new Map<number, { name: TraceString; since: number }>();
  readonly #openRegions = new Map<GoroutineRow, { name: TraceString; since: number }[]>();

  on(
    happening: Happening,
    row: GoroutineRow,
    timeNs: number,
    task: number,
    a: TraceString,
    b: TraceString,
    clip: (from: number, to: number) => number,
  ): void {
    switch (happening) {
      case format.USER_TASK_BEGIN:
        this.#openTasks.set(task, { name: a, since: timeNs });
        return;
      case format.USER_TASK_END: {
        const begun = this.#openTasks.get(task);
        this.#openTasks.delete(task);
        if (begun !== undefined) add(this.tasks, begun.name, clip(begun.since, timeNs));
        return;
      }
      case format.USER_REGION_BEGIN: {
        const open = this.#openRegions.get(row);
        if (open === undefined) this.#openRegions.set(row, [{ name: a, since: timeNs }]);
        else open.push({ name: a, since: timeNs });
        return;
      }
      case format.USER_REGION_END: {
        const begun = this.#openRegions.get(row)?.pop();
        if (begun !== undefined) add(this.regions, begun.name, clip(begun.since, timeNs));
        return;
      }
      case format.USER_LOG:
        if (clip(timeNs, timeNs) < 0) return;
        this.messageCount++;
        if (this.messages.length < MAX_MESSAGES) this.messages.push({ atNs: timeNs, category: a, message: b });
        return;
    }
  }

  /** A goroutine ended; its row may be used again. */
  forget(row: GoroutineRow): void {
    if (this.#openRegions.size > 0) this.#openRegions.delete(row);
  }
}

function add(durations: Map<TraceString, LogHistogram>, name: TraceString, ns: number): void {
  if (ns < 0) return;
  let histogram = durations.get(name);
  if (histogram === undefined) durations.set(name, (histogram = new LogHistogram()));
  histogram.add(ns);
}
