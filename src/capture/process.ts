/**
 * What the operating system knows about a process: its resident memory, and which process serves a local port.
 *
 * Linux tells through /proc; elsewhere `ps` and `lsof` do. Whatever cannot be learned is undefined: processes end, and
 * other people's processes keep their secrets.
 */
import { readdir, readFile, readlink } from "node:fs/promises";
import { toolsNamed } from "../process/find-tool.js";
import { askProgram } from "../process/run-to-end.js";

/** Resident memory of a process in bytes, the parts of it that are mapped files and shared memory; its threads. */
export interface Resident {
  readonly rss: number;
  readonly rssFile?: number;
  readonly rssShared?: number;
  readonly threads?: number;
}

export async function residentOf(pid: number): Promise<Resident | undefined> {
  if (process.platform === "linux") {
    const status = (await textOf(`/proc/${pid}/status`)) ?? "";
    const bytes = (name: string): number | undefined => {
      const kibibytes = new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(status)?.[1];
      return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
    };
    const [rss, rssFile, rssShared] = ["VmRSS", "RssFile", "RssShmem"].map(bytes);
    if (rss === undefined) return undefined;
    const threads = Number(/^Threads:\s+(\d+)$/m.exec(status)?.[1] ?? 0);
    return {
      rss,
      ...(rssFile !== undefined && { rssFile }),
      ...(rssShared !== undefined && { rssShared }),
      ...(threads > 0 && { threads }),
    };
  }
  if (process.platform === "win32") return undefined;
  const kibibytes = Number.parseInt(await outputOf("ps", ["-o", "rss=", "-p", String(pid)]), 10);
  return kibibytes > 0 ? { rss: kibibytes * 1024 } : undefined;
}

/** Whether there is such a process, ours or somebody else's. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** The arguments that a process was started with, the program first. */
export async function commandLineOf(pid: number): Promise<readonly string[] | undefined> {
  if (process.platform !== "linux") return undefined;
  const text = await textOf(`/proc/${pid}/cmdline`);
  return text === undefined || text === "" ? undefined : text.replace(/\0$/, "").split("\0");
}

/** The process that listens on a TCP port of this machine. */
export async function pidListeningOn(port: number): Promise<number | undefined> {
  if (process.platform === "win32") return undefined;
  if (process.platform !== "linux") {
    const pid = Number.parseInt(await outputOf("lsof", ["-nP", `-iTCP:${port}`, "-sTCP:LISTEN", "-t"]), 10);
    return pid > 0 ? pid : undefined;
  }
  const tables = await Promise.all(["/proc/net/tcp", "/proc/net/tcp6"].map(textOf));
  const sockets = new Set(
    tables.flatMap((table) => listeningInodes(table ?? "", port)).map((inode) => `socket:[${inode}]`),
  );
  if (sockets.size === 0) return undefined;
  for (const entry of await entriesOf("/proc")) {
    if (!/^\d+$/.test(entry)) continue;
    for (const fd of await entriesOf(`/proc/${entry}/fd`)) {
      const link = await readlink(`/proc/${entry}/fd/${fd}`).catch(() => "");
      if (sockets.has(link)) return Number(entry);
    }
  }
  return undefined;
}

/** Inodes of the sockets that listen on `port`, from a table as in /proc/net/tcp. */
export function listeningInodes(table: string, port: number): string[] {
  const LISTEN = "0A";
  return table.split("\n").flatMap((row) => {
    // sl local_address rem_address st tx_queue:rx_queue tr:tm->when retrnsmt uid timeout inode …
    const [, local, , state, , , , , , inode] = row.trim().split(/\s+/);
    const hexPort = local?.split(":")[1];
    return state === LISTEN && hexPort !== undefined && Number.parseInt(hexPort, 16) === port && inode ? [inode] : [];
  });
}

async function textOf(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch(() => undefined);
}

/** The names in a folder; none when it cannot be read. */
export async function entriesOf(path: string): Promise<string[]> {
  return readdir(path).catch(() => []);
}

/** What a tool of the system prints; nothing when there is none, it fails or takes too long. */
export async function outputOf(tool: "ps" | "lsof" | "netstat", args: readonly string[]): Promise<string> {
  for await (const { path } of toolsNamed(tool, process.env)) {
    const answer = await askProgram(path, args, { limitMs: 5_000 });
    return typeof answer !== "string" && answer.exitCode === 0 ? answer.stdout : "";
  }
  return "";
}
