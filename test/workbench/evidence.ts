/** When a test fails: what the workbench looked like at that moment, as artefacts/failed-TEST.png. */
import { beforeEach } from "vitest";
import type { Workbench } from "./workbench.js";

export function keepEvidence(workbench: () => Workbench | undefined): void {
  beforeEach(({ task, onTestFailed }) => {
    onTestFailed(async () => {
      await workbench()?.screenshot(`failed-${task.name.replace(/\W+/g, "-")}`);
    });
  });
}
