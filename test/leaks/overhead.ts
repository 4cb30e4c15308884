/**
 * What sampling costs the program: the CPU time of examples/leaky under load, with and without a snapshot every 5 s.
 *
 * The two are measured in turns on the same process, so that a busy machine, and a heap that grows, touch both alike.
 */
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { startLoad } from "../../src/capture/demo-load.js";
import { startShop } from "../../src/capture/example-shop.js";
import { parseTarget } from "../../src/capture/pprof-endpoint.js";
import { takeSeries } from "../../src/capture/series.js";

const ROUND_MS = 10_000;
const ROUNDS = 7;
const INTERVAL_MS = 5000;
const VISITS_PER_SECOND = 40;
/** Linux: USER_HZ, in which /proc counts. */
const TICK_MS = 10;

/** One sentence; Linux only, where the kernel says what a process used. */
export async function measureOverhead(): Promise<string> {
  const shop = await startShop("examples/leaky", ["-leaks", "all"], process.env, new AbortController().signal);
  if (!shop.ok) throw new Error(shop.problem.why);
  const { url, pprofUrl, pid } = shop.value;
  const target = parseTarget(pprofUrl);
  if (!target.ok) throw new Error(target.problem.why);
  const load = startLoad(url, VISITS_PER_SECOND);
  const alone: number[] = [];
  const sampled: number[] = [];
  try {
    await sleep(4000);
    for (let round = 0; round < ROUNDS; round++) {
      alone.push(await cpuDuring(pid, () => sleep(ROUND_MS)));
      sampled.push(
        await cpuDuring(pid, async () => {
          const series = takeSeries(target.value, { samples: ROUND_MS / INTERVAL_MS, intervalMs: INTERVAL_MS });
          await Promise.all([series, sleep(ROUND_MS)]);
        }),
      );
    }
  } finally {
    await load.stop();
    await shop.value.stop();
  }
  const more = median(sampled.map((ms, i) => ms - (alone[i] + (alone[i + 1] ?? alone[i])) / 2));
  const perSnapshot = more / (ROUND_MS / INTERVAL_MS);
  const ofCpu = (more / ROUND_MS) * 100;
  const ofItsOwn = (more / median(alone)) * 100;
  return (
    `\`examples/leaky\` with all leaks, ${VISITS_PER_SECOND} visitors a second, uses ${median(alone).toFixed(0)} ms CPU in ${ROUND_MS / 1000} s; ` +
    `a snapshot every ${INTERVAL_MS / 1000} s adds ${perSnapshot.toFixed(0)} ms each (medians of ${ROUNDS} rounds in turns), ` +
    `which is ${ofCpu.toFixed(1)} % of a CPU, and ${ofItsOwn.toFixed(1)} % of what the program uses itself.`
  );
}

async function cpuDuring(pid: number, work: () => Promise<unknown>): Promise<number> {
  const before = cpuMs(pid);
  await work();
  return cpuMs(pid) - before;
}

/** User and system time of a process: fields 14 and 15 of proc_pid_stat(5). */
function cpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}
