/**
 * A reading in words: a sentence for each holder, and what helps against it.
 */
import { formatPercent, formatValue, thousands } from "../text/format.js";
import { printable } from "../text/printable.js";
import type { HolderJson } from "./holders-json.js";

/** "`main.app.store.items` (map[string]*item) keeps 20MB alive: 1,280 × *item → payload []uint8, allocated at main.add (shop.go:41)". */
export function holderSentence(holder: HolderJson): string {
  const { name, type, retainedBytes, retainedObjects } = holder;
  const typed = type === undefined ? "" : ` (${printable(type)})`;
  const objects = `${thousands(retainedObjects)} ${retainedObjects === 1 ? "object" : "objects"}`;
  const parts = [contentsText(holder) ?? objects];
  const at = holder.allocatedAt.at(0);
  if (at !== undefined) {
    const file = at.file.replace(/^.*[/\\]/, "");
    parts.push(`allocated at ${printable(at.function)} (${printable(file)}:${at.line})`);
  }
  return `${whoText(holder, name)}${typed} keeps ${formatValue(retainedBytes, "bytes")} alive: ${parts.join(", ")}`;
}

/** What a person can do about it; undefined where that depends on the program. */
export function holderAdvice({
  kind,
  reachBytes,
  path,
  type,
  goroutines,
  retainedBytes,
}: HolderJson): string | undefined {
  if (reachBytes !== undefined) {
    const [reach, kept] = [formatValue(reachBytes, "bytes"), formatValue(retainedBytes, "bytes")];
    return `It is a part of ${reach} of an array of ${kept}, which stays whole: copy the part (slices.Clone, strings.Clone).`;
  }
  if (kind === "timer") return "It lives until the timer has fired: stop timers that are not needed (Timer.Stop).";
  if (kind === "finalizer") {
    return "It lives until its finalizer has run: objects in a cycle are never finalised, and one that blocks holds up all others.";
  }
  if (kind === "cgo") return "A cgo.Handle holds it until Handle.Delete is called.";
  if (kind === "goroutine") {
    const many = goroutines !== undefined && goroutines > 1 ? "they end" : "it ends";
    return `A goroutine's local holds it until ${many}: see godiag goroutines for what it waits for.`;
  }
  if (type?.startsWith("map[") === true)
    return "If it only ever grows: delete entries that are not needed, or bound it.";
  if (type?.startsWith("sync.Map") === true) return "If it only ever grows: Delete entries that are not needed.";
  if (type?.startsWith("sync.Pool") === true) return "A pool lets go of what it holds in two collections.";
  if (path.some(({ step, count }) => count !== undefined && count > 1 && !step.startsWith("["))) {
    return "It is a list in which each element holds the next one: cut it where its end is no longer needed.";
  }
  return undefined;
}

function whoText({ kind, goroutine, goroutines }: HolderJson, name: string): string {
  const shown = `\`${printable(name)}\``;
  if (kind !== "goroutine") return shown;
  if (goroutines !== undefined) return `${shown} of ${thousands(goroutines)} goroutines`;
  return goroutine === undefined ? shown : `${shown} of goroutine ${goroutine}`;
}

/** "1,280 × *item → payload []uint8"; undefined where nothing is known of what is in it. */
function contentsText({ path }: HolderJson): string | undefined {
  const from = path.findIndex(({ count }) => count !== undefined);
  if (from < 0) return undefined;
  return path
    .slice(from)
    .map(({ step, type, count }) => {
      const what = step.startsWith("[") ? (type ?? "elements") : type === undefined ? step : `${step} ${type}`;
      return printable(count === undefined ? what : `${thousands(count)} × ${what}`);
    })
    .join(" → ");
}

export function shareText(holder: HolderJson, total: number): string {
  return formatPercent(holder.retainedBytes, total);
}
