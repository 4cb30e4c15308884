/** Goroutines, groups and findings in the few words that a row of a tree has room for. */
import { formatValue, thousands } from "../../core/text/format.js";
import { shortFunction as shortName } from "../../core/text/short-function.js";
import { printable } from "../../core/text/printable.js";
import { objectWords } from "../../core/goroutines/wait-graph.js";
import type {
  FrameJson,
  GoroutineJson,
  GroupRow,
  WaitedFor,
  WaitObjectJson,
} from "../../core/goroutines/answer-bodies.js";

const NAME_LIMIT = 120;
const NS = { second: 1e9, minute: 60e9, hour: 3600e9 };

/** "github.com/acme/shop/orders.(*Pricer).compute" is "orders.(*Pricer).compute". */
export function shortFunction(name: string): string {
  return printable(shortName(name), NAME_LIMIT);
}

/** "pricing.go:42"; "" where the file is not known. */
export function shortPlace({ file, line }: FrameJson): string {
  const name = file.slice(Math.max(file.lastIndexOf("/"), file.lastIndexOf("\\")) + 1);
  return name === "" ? "" : printable(`${name}:${line}`, NAME_LIMIT);
}

/** "main.worker work.go:7". */
export function shortFrame(frame: FrameJson): string {
  return joined([shortFunction(frame.function), shortPlace(frame)], " ");
}

/** "5 min", "1 h 20 min", "12 s": waiting times are coarse, and their decimals tell nothing. */
export function waitWords(ns: number): string {
  if (ns < NS.second) return formatValue(Math.round(ns), "nanoseconds");
  if (ns < NS.minute) return `${Math.floor(ns / NS.second)} s`;
  if (ns < NS.hour) return `${Math.floor(ns / NS.minute)} min`;
  const minutes = Math.floor((ns % NS.hour) / NS.minute);
  return `${Math.floor(ns / NS.hour)} h${minutes === 0 ? "" : ` ${minutes} min`}`;
}

export function count(number: number, one: string, many = `${one}s`): string {
  return `${thousands(number)} ${number === 1 ? one : many}`;
}

export function goroutineDescription(goroutine: GoroutineJson): string {
  const { at, waitNs, labels, leaked, locked, system, pid, waitsFor } = goroutine;
  return joined([
    at && shortFrame(at),
    waitNs !== undefined && `for ${waitWords(waitNs)}`,
    waitsFor && waitsForWords(waitsFor),
    ...Object.entries(labels).map(([key, value]) => printable(`${key}=${value}`, NAME_LIMIT)),
    leaked && "leaked",
    locked && "locked to its thread",
    system && "system",
    pid !== undefined && `process ${pid}`,
  ]);
}

/** Only what a person does not see from the state: whose lock it is, that a clock wakes it. */
function waitsForWords({ kind, isTimer, servers = [] }: WaitedFor): string {
  if (isTimer) return "a timer";
  if (servers.length === 0 || !HELD.has(kind)) return "";
  const [first, ...more] = servers;
  return `${kind === "waitgroup" ? "Done by" : "perhaps held by"} ${first}${more.length > 0 ? ", …" : ""}`;
}

const HELD: ReadonlySet<WaitedFor["kind"]> = new Set(["mutex", "rwmutex", "waitgroup"]);

export function waitObjectWords(object: WaitObjectJson): string {
  const { senderCount, receiverCount, waiterCount } = object;
  return objectWords(object, { senders: senderCount, receivers: receiverCount, waiters: waiterCount });
}

/** What the members of a group have in common, as its label; where they are, as its description. */
export function groupWords(group: GroupRow, grouping: string): { readonly what: string; readonly where: string } {
  const at = group.at && shortFrame(group.at);
  switch (grouping) {
    case "creator":
      return group.createdBy
        ? { what: shortFunction(group.createdBy.function), where: shortPlace(group.createdBy) }
        : { what: "not started by a go statement", where: "" };
    case "state":
    case "package":
      return { what: printable(group.title, NAME_LIMIT) || "unknown", where: "" };
    case "object":
      return { what: printable(group.title, NAME_LIMIT) || "waiting for nothing that is known", where: at ?? "" };
    case "stack":
    case "similar":
    case "wait":
      return { what: printable(group.state, NAME_LIMIT), where: at ?? "" };
    default:
      return { what: group.title === "" ? "without the label" : printable(group.title, NAME_LIMIT), where: "" };
  }
}

export function joined(parts: readonly (string | false | undefined)[], by = " · "): string {
  return parts.filter((part) => part !== undefined && part !== false && part !== "").join(by);
}
