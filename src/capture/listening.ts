/**
 * Where a process listens: its TCP ports on this machine and its Unix sockets.
 *
 * Linux tells through /proc, with the process's own view of the network; elsewhere `lsof` and `netstat` do. What cannot
 * be learned is left out: processes end, and other people's processes keep their secrets.
 */
import { readFile, readlink } from "node:fs/promises";
import { entriesOf, outputOf } from "./process.js";

export type Listener =
  | {
      readonly kind: "tcp";
      /** To connect to: a wildcard becomes loopback. */ readonly host: string;
      readonly port: number;
    }
  | { readonly kind: "unix"; readonly path: string };

/** More sockets than that are not looked at. */
const MAX_LISTENERS = 64;

export async function listenersOf(pid: number): Promise<readonly Listener[]> {
  const found = await (process.platform === "linux"
    ? throughProc(pid)
    : process.platform === "win32"
      ? throughNetstat(pid)
      : throughLsof(pid));
  const seen = new Set<string>();
  return found
    .filter((listener) => {
      const key = listener.kind === "tcp" ? `${listener.host}:${listener.port}` : listener.path;
      return !seen.has(key) && seen.add(key);
    })
    .slice(0, MAX_LISTENERS);
}

async function throughProc(pid: number): Promise<readonly Listener[]> {
  const links = await Promise.all(
    (await entriesOf(`/proc/${pid}/fd`)).map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => "")),
  );
  const inodes = new Set(links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []));
  if (inodes.size === 0) return [];
  const table = (name: string) => readFile(`/proc/${pid}/net/${name}`, "utf8").catch(() => "");
  const [tcp, tcp6, unix] = await Promise.all(["tcp", "tcp6", "unix"].map(table));
  return [...tcpListeners(tcp, inodes), ...tcpListeners(tcp6, inodes), ...unixListeners(unix, inodes)];
}

/** Listening sockets among `inodes`, from a table as in /proc/net/tcp and /proc/net/tcp6 (Linux, proc_net_tcp.rst). */
export function tcpListeners(table: string, inodes: ReadonlySet<string>): readonly Listener[] {
  const LISTEN = "0A";
  return table.split("\n").flatMap((row): Listener[] => {
    // sl local_address rem_address st tx_queue:rx_queue tr:tm->when retrnsmt uid timeout inode …
    const [, local, , state, , , , , , inode] = row.trim().split(/\s+/);
    if (state !== LISTEN || !inodes.has(inode)) return [];
    const [address, port] = local.split(":");
    return [{ kind: "tcp", host: reachable(addressOf(address)), port: Number.parseInt(port, 16) }];
  });
}

/** Named stream sockets that listen, from a table as in /proc/net/unix: flag 0x10000 is __SO_ACCEPTCON. */
export function unixListeners(table: string, inodes: ReadonlySet<string>): readonly Listener[] {
  return table.split("\n").flatMap((row): Listener[] => {
    // Num RefCount Protocol Flags Type St Inode Path
    const [, , , flags, type, , inode, path] = row.trim().split(/\s+/, 8);
    const listens = (Number.parseInt(flags ?? "", 16) & 0x10000) !== 0 && type === "0001";
    return listens && inodes.has(inode) && path?.startsWith("/") === true ? [{ kind: "unix", path }] : [];
  });
}

/** The kernel writes addresses as 32-bit words in the byte order of the machine; ours are little-endian. */
function addressOf(hex: string): string {
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) => (word.match(/../g) ?? []).reverse());
  const numbers = bytes.map((byte) => Number.parseInt(byte, 16));
  if (numbers.length === 4) return numbers.join(".");
  const mapped = numbers.slice(0, 10).every((byte) => byte === 0) && numbers[10] === 255 && numbers[11] === 255;
  if (mapped) return numbers.slice(12).join(".");
  const groups = Array.from({ length: 8 }, (_, i) => ((numbers[2 * i] << 8) | numbers[2 * i + 1]).toString(16));
  return groups.join(":");
}

/** Whoever listens on every address is reached on loopback, IPv6 wildcards too unless they were made IPv6 only. */
function reachable(address: string): string {
  if (/^(?:0\.0\.0\.0|\*|(?:0:){7}0|\[?::\]?)$/.test(address)) return "127.0.0.1";
  if (/^(?:0:){7}1$|^\[?::1\]?$/.test(address)) return "[::1]";
  return address.includes(":") && !address.startsWith("[") ? `[${address}]` : address;
}

async function throughLsof(pid: number): Promise<readonly Listener[]> {
  const args = ["-nP", "-a", "-p", String(pid), "-iTCP", "-sTCP:LISTEN", "-Fn"];
  return (await outputOf("lsof", args)).split("\n").flatMap((row) => tcpName(/^n(\S+)$/.exec(row)?.[1]));
}

async function throughNetstat(pid: number): Promise<readonly Listener[]> {
  const rows = (await outputOf("netstat", ["-ano"])).split("\n").map((row) => row.trim().split(/\s+/));
  // "LISTENING" is translated on Windows; a foreign port of 0 is not.
  const ours = rows.filter(([protocol, , foreign]) => protocol === "TCP" && foreign?.endsWith(":0") === true);
  return ours.flatMap((row) => (row.at(-1) === String(pid) ? tcpName(row[1]) : []));
}

function tcpName(name: string | undefined): Listener[] {
  const [, host, port] = /^(.*):(\d+)$/.exec(name ?? "") ?? [];
  return host === undefined ? [] : [{ kind: "tcp", host: reachable(host), port: Number(port) }];
}
