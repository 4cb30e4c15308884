/**
 * The promise that typing stays smooth: a file of 1,000 configurations is parsed, checked and, where something is
 * wrong, given its fixes in under 50 ms.
 */
import { performance } from "node:perf_hooks";
import { check } from "../../src/launch/check.js";
import type { Facts } from "../../src/launch/rule.js";
import { median, ms, type Row } from "./measure.js";

const CONFIGURATIONS = 1000;
const WARM_UP = 10;
const ROUNDS = 40;

export function launchRows(): Row[] {
  return [0, 10].map((every) => {
    const { findings, times, characters } = checkAgain(every);
    return {
      what: "Checking 1,000 debug configurations, warm",
      on: `launch.json of ${Math.round(characters / 1000)} kB, ${findings} findings`,
      figures: `${ms(median(times))}, best ${ms(Math.min(...times))}`,
      measured: median(times),
      unit: "ms",
      wanted: 50,
      atMost: true,
    };
  });
}

/** `every`: each how many-th configuration has three things wrong; 0 for none. */
function checkAgain(every: number): { findings: number; times: readonly number[]; characters: number } {
  const facts: Facts = { goos: "linux", proxy: false, dlv: { version: "1.27.1", path: "dlv" } };
  const text = JSON.stringify(
    {
      configurations: Array.from({ length: CONFIGURATIONS }, (_, i) => ({
        name: `Service ${i}`,
        type: "go",
        request: "launch",
        mode: "debug",
        program: `\${workspaceFolder}/cmd/service${i}`,
        env: { PORT: String(8000 + i), GODEBUG: "gctrace=1" },
        args: ["--config", "config.yaml", "-v"],
        buildFlags: ["-tags=integration"],
        ...(every > 0 && i % every === 0
          ? { dlvFlags: ["--follow-fork"], stopOnEntry: "false", dlvDapMode: true }
          : { stopOnEntry: false, dlvFlags: ["--check-go-version=false"] }),
      })),
    },
    undefined,
    2,
  );
  let findings = 0;
  const times: number[] = [];
  for (let round = 0; round < ROUNDS + WARM_UP; round++) {
    const began = performance.now();
    findings = check(text, "launch", facts).length;
    if (round >= WARM_UP) times.push(performance.now() - began);
  }
  return { findings, times, characters: text.length };
}
