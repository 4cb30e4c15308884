/**
 * What is promised of an extension that is not used yet: measured inside the extension host of a real workbench
 * (test/workbench/in-host/activation.ts), the extension packaged as it ships, a new workbench for each round.
 */
import { runInHost } from "../workbench/in-host/host.js";
import packageExtension from "../workbench/package-extension.js";
import { median, ms, type Row } from "./measure.js";

const ROUNDS = 3;
const LIMIT_MS = 60;
const LIMIT_BYTES = 5_000_000;

export async function activationRows(): Promise<Row[]> {
  packageExtension();
  const rounds = [];
  for (let round = 0; round < ROUNDS; round++) rounds.push((await runInHost({ files: {} })).activation);
  const tookMs = median(rounds.map((round) => round.ms));
  const bytes = median(rounds.map(({ heapBytes }) => heapBytes));
  const on = "a workbench's extension host, nothing used yet";
  return [
    {
      what: `Activation, of ${LIMIT_MS} ms`,
      on,
      figures: `${ms(tookMs)} to the end of activate, by the clock`,
      measured: LIMIT_MS / tookMs,
      unit: "x",
      wanted: 1,
    },
    {
      what: `Memory of the activated extension, of ${LIMIT_BYTES / 1e6} MB`,
      on,
      figures: `${(bytes / 1e6).toFixed(1)} MB of heap after a collection`,
      measured: LIMIT_BYTES / bytes,
      unit: "x",
      wanted: 1,
    },
  ];
}
