/** When a test fails: what the workbench looked like at that moment, as artefacts/failed-TEST.png. */
import { afterEach } from "vitest";
import type { Workbench } from "./workbench.js";

/** Call it after every other `afterEach`: hooks run last one first, and the picture comes before the clearing up. */
export function keepEvidence(workbench: () => Workbench | undefined): void {
  afterEach(async ({ task }) => {
    if (task.result?.state !== "fail") return;
    await workbench()?.screenshot(`failed-${task.name.replace(/\W+/g, "-")}`);
  });
}
