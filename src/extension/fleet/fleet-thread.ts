/**
 * The thread that reads a fleet from an engine and judges it, or sends a profile to one: decoding takes longer than the
 * extension host may be kept from others. Its bundle is dist/fleet-thread.cjs.
 */
import { parentPort, workerData } from "node:worker_threads";
import type { CaptureProblem } from "../../capture/capture-problem.js";
import { parseEngine } from "../../capture/fleet/engine-target.js";
import { instanceProfiles, type NamedProfile } from "../../capture/fleet/instance-profile.js";
import { pushProfile } from "../../capture/fleet/push.js";
import { engineAt, type FleetReading, readFleet } from "../../capture/fleet/read-fleet.js";
import type { Access } from "../../capture/pprof-endpoint.js";
import { diagnoseFleet } from "../../core/fleet/fleet-diagnosis.js";
import type { Diagnosis } from "../../core/diagnosis/diagnosis.js";

export type FleetJob =
  | { readonly type: "diagnose"; readonly engine: string; readonly access: Access; readonly sinceMs: number }
  | {
      readonly type: "push";
      readonly engine: string;
      readonly access: Access;
      readonly bytes: Uint8Array;
      readonly labels: Readonly<Record<string, string>>;
    };

export type FromFleetThread =
  | { readonly type: "step"; readonly text: string }
  | { readonly type: "failed"; readonly problem: CaptureProblem }
  | { readonly type: "pushed" }
  | {
      readonly type: "diagnosed";
      readonly diagnosis: Diagnosis;
      /** The fastest leaking instance, last and first. */
      readonly profiles: readonly NamedProfile[];
      /** Without stacks, which were judged. */
      readonly reading: FleetReading;
    };

const POINTS = 12;
const stop = new AbortController();
const say = (message: FromFleetThread) => parentPort?.postMessage(message);

async function run(job: FleetJob): Promise<FromFleetThread> {
  const { signal } = stop;
  const target = parseEngine(job.engine, job.access);
  if (!target.ok) return { type: "failed", problem: target.problem };
  if (job.type === "push") {
    const pushed = await pushProfile(engineAt(target.value, signal), target.value, job.bytes, job.labels);
    return pushed.ok ? { type: "pushed" } : { type: "failed", problem: pushed.problem };
  }
  const onStep = (text: string) => say({ type: "step", text });
  const read = await readFleet(target.value, { sinceMs: job.sinceMs, points: POINTS, signal, onStep });
  if (!read.ok) return { type: "failed", problem: read.problem };
  onStep("nothing more: what was read is compared");
  const diagnosis = diagnoseFleet(read.value.fleet);
  const profiles = await instanceProfiles(target.value, read.value, diagnosis.findings, signal);
  const { target: name, by, timesMs, instances, notes } = read.value.fleet;
  return {
    type: "diagnosed",
    diagnosis,
    profiles,
    reading: { ...read.value, fleet: { target: name, by, timesMs, instances, notes } },
  };
}

parentPort?.on("message", () => stop.abort());
void run(workerData as FleetJob).then((done) => {
  say(done);
  parentPort?.close();
});
