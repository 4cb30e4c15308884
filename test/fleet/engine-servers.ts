/**
 * The real engines for one test file, on loopback, with everything they keep in a folder of their own that goes with
 * them. `npm run test:fleet` builds them first (setup.mjs).
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../support/free-port.js";

export interface EngineServer {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  stop(): Promise<void>;
}

const folderOfEngines = process.env["FLEET_ENGINES"] ?? resolve(".tools/fleet");
const READY_MS = 120_000;

export async function startPyroscope(): Promise<EngineServer> {
  const [http, grpc, gossip] = [await freePort(), await freePort(), await freePort()];
  const folder = mkdtempSync(join(tmpdir(), "godiag-pyroscope-"));
  const own = "127.0.0.1";
  // Without these it tells its own queriers the machine's first address, where it does not listen.
  const rings = [
    "distributor.ring.instance-addr",
    "ingester.lifecycler.addr",
    "query-frontend.instance-addr",
    "query-scheduler.ring.instance-addr",
    "store-gateway.sharding-ring.instance-addr",
    "compactor.ring.instance-addr",
    "overrides-exporter.ring.instance-addr",
  ].map((flag) => `-${flag}=${own}`);
  const flags = [
    "-target=all",
    `-server.http-listen-address=${own}`,
    `-server.http-listen-port=${http}`,
    `-server.grpc-listen-address=${own}`,
    `-server.grpc-listen-port=${grpc}`,
    `-memberlist.bind-addr=${own}`,
    `-memberlist.bind-port=${gossip}`,
    `-memberlist.advertise-addr=${own}`,
    "-ring.store=inmemory",
    "-ingester.min-ready-duration=0s",
    ...rings,
    "-usage-stats.enabled=false",
    "-self-profiling.disable-push=true",
    `-pyroscopedb.data-path=${join(folder, "data")}`,
    "-storage.backend=filesystem",
    `-storage.filesystem.dir=${join(folder, "blocks")}`,
    "-distributor.ingestion-rate-limit-mb=256",
    "-distributor.ingestion-burst-size-mb=256",
  ];
  return started(join(folderOfEngines, "pyroscope"), flags, folder, `http://${own}:${http}`, "ready");
}

export async function startParca(): Promise<EngineServer> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), "godiag-parca-"));
  mkdirSync(join(folder, "debuginfo"));
  const bucket = `object_storage: {bucket: {type: FILESYSTEM, config: {directory: ${join(folder, "data")}}}}\n`;
  writeFileSync(join(folder, "parca.yaml"), bucket);
  const flags = [
    `--config-path=${join(folder, "parca.yaml")}`,
    `--http-address=127.0.0.1:${port}`,
    "--debuginfod-upstream-servers=",
    `--debuginfo-cache-dir=${join(folder, "debuginfo")}`,
    "--storage-active-memory=134217728",
  ];
  return started(join(folderOfEngines, "parca"), flags, folder, `http://127.0.0.1:${port}`, "api/profiles/types");
}

async function started(
  binary: string,
  flags: readonly string[],
  folder: string,
  url: string,
  readyPage: string,
): Promise<EngineServer> {
  const log = openSync(join(folder, "log"), "w");
  const child = spawn(binary, flags, { stdio: ["ignore", log, log], cwd: folder });
  const failed = new Promise<never>((_, reject) => child.once("error", reject));
  const stop = () => ended(child, folder);
  try {
    await Promise.race([ready(`${url}/${readyPage}`, child), failed]);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, stop };
}

async function ready(page: string, child: ChildProcess): Promise<void> {
  for (const until = Date.now() + READY_MS; Date.now() < until; await sleep(200)) {
    if (child.exitCode !== null) throw new Error(`the engine ended with ${child.exitCode}`);
    const answer = await fetch(page).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer?.ok === true) return;
  }
  throw new Error(`${page} did not answer`);
}

async function ended(child: ChildProcess, folder: string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null && child.pid !== undefined) {
    const gone = new Promise((done) => child.once("exit", done));
    child.kill("SIGKILL");
    await gone;
  }
  rmSync(folder, { recursive: true, force: true });
}
