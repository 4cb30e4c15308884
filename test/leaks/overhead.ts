/**
 * What sampling costs a program: the CPU time of examples/leaky under load, with and without a series of snapshots.
 *
 * Two of the program run side by side under the same load, for as long as a whole series takes; one of them is sampled.
 * So what a collection costs that is asked for, and what it spares the program of its own, are both in it. What the
 * parts of a snapshot cost is measured on a program that has leaked for a while and rests.
 */
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { startLoad } from "../../src/capture/demo-load.js";
import { type Shop, startShop } from "../../src/capture/example-shop.js";
import { httpGet } from "../../src/capture/http-get.js";
import { parseTarget } from "../../src/capture/pprof-endpoint.js";
import { takeSeries } from "../../src/capture/series.js";

const SERIES = { samples: 8, intervalMs: 5000 };
const SERIES_MS = SERIES.samples * SERIES.intervalMs;
const ROUNDS = 5;
const VISITS_PER_SECOND = 40;
const WARM_UP_MS = 4000;
/** Linux: USER_HZ, in which /proc counts. */
const TICK_MS = 10;

const MODES = [
  { words: "healthy", args: ["-healthy"] },
  { words: "with all its leaks", args: ["-leaks", "all"] },
];
/** Enough of each that ticks do not matter. */
const REQUESTS = 40;
const PARTS = [
  { words: "a heap profile", path: "pprof/heap" },
  { words: "… after a collection that is asked for", path: "pprof/heap?gc=1" },
  { words: "a goroutine profile", path: "pprof/goroutine" },
  { words: "the runtime's numbers", path: "vars" },
];

/** Two tables; Linux only, where the kernel says what a process used. */
export async function measureOverhead(): Promise<string> {
  const rows: string[] = [];
  for (const { words, args } of MODES) rows.push(await modeRow(words, args));
  return [
    `A series of ${SERIES.samples} snapshots, one every ${SERIES.intervalMs / 1000} s, of \`examples/leaky\` with ${VISITS_PER_SECOND} visitors a second from ${WARM_UP_MS / 1000} s after its start on; medians of ${ROUNDS} pairs side by side.`,
    "",
    "| The program | uses by itself | a snapshot adds | of its own CPU, least and most | of one CPU |",
    "| --- | ---: | ---: | ---: | ---: |",
    ...rows,
    "",
    ...(await partsTable()),
  ].join("\n");
}

async function modeRow(words: string, args: readonly string[]): Promise<string> {
  const own: number[] = [];
  const more: number[] = [];
  const shares: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const [alone, sampled] = await oneSampled(args, round % 2);
    own.push(alone);
    more.push(sampled - alone);
    shares.push((sampled / alone - 1) * 100);
    console.log(`${words}: ${alone} ms CPU alone, ${sampled} ms sampled`);
  }
  const percent = (value: number) => `${value.toFixed(1)} %`;
  const range = `${percent(Math.min(...shares))} to ${percent(Math.max(...shares))}`;
  return `| ${words} | ${(median(own) / (SERIES_MS / 1000)).toFixed(0)} ms a second | ${(median(more) / SERIES.samples).toFixed(1)} ms | ${percent(median(shares))} (${range}) | ${percent((median(more) / SERIES_MS) * 100)} |`;
}

/** CPU time of a program that is left alone, and of the same one that is sampled (the `first` or the second started). */
async function oneSampled(args: readonly string[], first: number): Promise<readonly [number, number]> {
  const shops = [await started(args), await started(args)];
  const loads = shops.map(({ url }) => startLoad(url, VISITS_PER_SECOND));
  try {
    await sleep(WARM_UP_MS);
    const target = parseTarget(shops[first].pprofUrl);
    if (!target.ok) throw new Error(target.problem.why);
    const before = shops.map(({ pid }) => cpuMs(pid));
    const [{ taken }] = await Promise.all([takeSeries(target.value, SERIES), sleep(SERIES_MS)]);
    const used = shops.map(({ pid }, i) => cpuMs(pid) - before[i]);
    if (taken.length < SERIES.samples) throw new Error(`only ${taken.length} snapshots were taken`);
    return [used[1 - first], used[first]];
  } finally {
    for (const load of loads) await load.stop();
    for (const shop of shops) await shop.stop();
  }
}

async function partsTable(): Promise<readonly string[]> {
  const shop = await started(["-leaks", "all"]);
  const load = startLoad(shop.url, VISITS_PER_SECOND);
  try {
    await sleep(WARM_UP_MS + SERIES_MS / 2);
    await load.stop();
    const get = async (path: string) => {
      const answer = await httpGet(new URL(`../${path}`, shop.pprofUrl), { timeoutMs: 10_000, maxBytes: 1e8 });
      if (!answer.ok) throw new Error(answer.problem.why);
      return new TextDecoder().decode(answer.value.bytes);
    };
    await sleep(1000);
    const { memstats } = JSON.parse(await get("vars")) as { memstats: { HeapAlloc: number } };
    const goroutines = /^goroutine profile: total (\d+)/.exec(await get("pprof/goroutine?debug=1"))?.[1];
    const rows: string[] = [];
    for (const { words, path } of PARTS) {
      const before = cpuMs(shop.pid);
      for (let i = 0; i < REQUESTS; i++) await get(path);
      rows.push(`| ${words} | ${((cpuMs(shop.pid) - before) / REQUESTS).toFixed(1)} ms |`);
    }
    const heap = `${(memstats.HeapAlloc / 1_048_576).toFixed(0)} MB of heap`;
    return [`| Of a program with ${heap} and ${goroutines} goroutines | CPU |`, "| --- | ---: |", ...rows];
  } finally {
    await load.stop();
    await shop.stop();
  }
}

async function started(args: readonly string[]): Promise<Shop> {
  const shop = await startShop("examples/leaky", args, process.env, new AbortController().signal);
  if (!shop.ok) throw new Error(shop.problem.why);
  return shop.value;
}

/** User and system time of a process: fields 14 and 15 of proc_pid_stat(5). */
function cpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}
