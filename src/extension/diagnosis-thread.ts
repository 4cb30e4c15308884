/**
 * The thread that samples a program and judges the series: decoding profiles and comparing stacks takes longer than the
 * extension host may be kept from others. Its bundle is dist/diagnosis-thread.cjs.
 */
import { parentPort, workerData } from "node:worker_threads";
import type { CaptureProblem } from "../capture/capture-problem.js";
import { parseTarget } from "../capture/pprof-endpoint.js";
import { takeSeries } from "../capture/series.js";
import { diagnose } from "../core/diagnose.js";
import type { Diagnosis, SnapshotNumbers } from "../core/diagnosis.js";

export interface DiagnosisJob {
  readonly url: string;
  readonly samples: number;
  readonly intervalMs: number;
}

export interface NamedBytes {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What the thread says; the only thing it is told is "stop": take no more snapshots, judge those that are there. */
export type FromThread =
  | { readonly type: "snapshot"; readonly index: number; readonly numbers: SnapshotNumbers }
  | { readonly type: "judging" }
  | {
      readonly type: "done";
      /** Undefined when there was not a single snapshot. */
      readonly diagnosis: Diagnosis | undefined;
      readonly profiles: readonly NamedBytes[];
      /** Why the series ended early. */
      readonly partial: CaptureProblem | undefined;
    };

const stop = new AbortController();
const say = (message: FromThread) => parentPort?.postMessage(message);

async function run({ url, samples, intervalMs }: DiagnosisJob): Promise<void> {
  const target = parseTarget(url);
  if (!target.ok) return say({ type: "done", diagnosis: undefined, profiles: [], partial: target.problem });
  const { taken, partial } = await takeSeries(target.value, {
    samples,
    intervalMs,
    signal: stop.signal,
    onSnapshot: ({ snapshot: { heap: _heap, goroutine: _goroutine, ...numbers } }, index) =>
      say({ type: "snapshot", index, numbers }),
  });
  say({ type: "judging" });
  const diagnosis =
    taken.length === 0
      ? undefined
      : diagnose(
          shownTarget(url),
          taken.map(({ snapshot }) => snapshot),
        );
  const last = taken.length - 1;
  const profiles = taken.flatMap(({ heapBytes, goroutineBytes }, i): NamedBytes[] => {
    const when = i === last ? "last" : i === 0 ? "first" : undefined;
    if (when === undefined) return []; // two of a kind show what changed; all of them are many megabytes
    const heap = { name: `heap, ${when} snapshot`, bytes: heapBytes };
    return goroutineBytes ? [heap, { name: `goroutines, ${when} snapshot`, bytes: goroutineBytes }] : [heap];
  });
  say({ type: "done", diagnosis, profiles: profiles.sort(lastHeapFirst), partial });
}

/** The profile to look at first comes first. */
function lastHeapFirst(a: NamedBytes, b: NamedBytes): number {
  const rank = ({ name }: NamedBytes) => (name.startsWith("heap") ? 0 : 1) + (name.includes("last") ? 0 : 2);
  return rank(a) - rank(b);
}

/** Without credentials: results are shown and kept. */
function shownTarget(url: string): string {
  const shown = new URL(url);
  shown.username = "";
  shown.password = "";
  shown.search = "";
  return shown.href;
}

parentPort?.on("message", () => stop.abort());
void run(workerData as DiagnosisJob);
