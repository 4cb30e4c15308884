/**
 * The promise that typing stays smooth: a file of 1,000 configurations is parsed, checked and, where something is
 * wrong, given its fixes in under 50 ms.
 */
import { performance } from "node:perf_hooks";
import { check } from "../../src/launch/check.js";
import type { Facts } from "../../src/launch/rule.js";

export interface LaunchBench {
  readonly configurations: number;
  readonly characters: number;
  readonly findings: number;
  /** Over the rounds after warm-up. On a busy machine the best one is the one to compare. */
  readonly medianMs: number;
  readonly bestMs: number;
}

/** `broken`: every how many-th configuration has three things wrong; 0 for none. */
export function benchLaunchCheck(broken: number, configurations = 1_000, rounds = 15): LaunchBench {
  const facts: Facts = { goos: "linux", proxy: false, dlv: { version: "1.27.1", path: "dlv" } };
  const text = JSON.stringify(
    {
      configurations: Array.from({ length: configurations }, (_, i) => ({
        name: `Service ${i}`,
        type: "go",
        request: "launch",
        mode: "debug",
        program: `\${workspaceFolder}/cmd/service${i}`,
        env: { PORT: String(8000 + i), GODEBUG: "gctrace=1" },
        args: ["--config", "config.yaml", "-v"],
        buildFlags: ["-tags=integration"],
        ...(broken > 0 && i % broken === 0
          ? { dlvFlags: ["--follow-fork"], stopOnEntry: "false", dlvDapMode: true }
          : { stopOnEntry: false, dlvFlags: ["--check-go-version=false"] }),
      })),
    },
    undefined,
    2,
  );
  let findings = 0;
  const times: number[] = [];
  for (let round = 0; round < rounds + WARM_UP; round++) {
    const began = performance.now();
    findings = check(text, "launch", facts).length;
    if (round >= WARM_UP) times.push(performance.now() - began);
  }
  times.sort((a, b) => a - b);
  return {
    configurations,
    characters: text.length,
    findings,
    medianMs: times[times.length >> 1],
    bestMs: times[0],
  };
}

const WARM_UP = 10;
