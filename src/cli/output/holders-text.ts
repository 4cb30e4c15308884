/** A reading of a heap for people: a line and a sentence for each holder. */
import { holderAdvice, holderSentence, shareText } from "../../core/heap/holders-text.js";
import type { HolderJson, HoldersJson } from "../../core/heap/holders-json.js";
import { formatValue } from "../../core/text/format.js";
import { printable } from "../../core/text/printable.js";
import { many, paint, type Paint } from "./goroutine-text.js";

/** `all` is how many holders there are. */
export function holdersText(reading: HoldersJson, all: number, color: boolean): string {
  const ink = paint(color);
  const { heap, holders, pauseMs, goVersion } = reading;
  const runtime =
    heap.runtimeBytes === undefined ? "" : ` (the runtime counts ${formatValue(heap.runtimeBytes, "bytes")})`;
  const size = `${formatValue(heap.bytes, "bytes")} in ${many(heap.objects, "object")} reachable${runtime}`;
  const parts = [ink.bold(`${size}, ${printable(goVersion)}, paused for ${pauseMs} ms`)];
  for (const holder of holders) parts.push(holderText(holder, heap.bytes, ink));
  if (holders.length < all) parts.push(`${many(all - holders.length, "more holder")}: --limit 0 shows all`);
  return parts.join("\n\n") + "\n";
}

function holderText(holder: HolderJson, total: number, ink: Paint): string {
  const grew = holder.grewBytes;
  const growth =
    grew === undefined
      ? ""
      : `  ${grew < 0 ? "-" : "+"}${formatValue(Math.abs(grew), "bytes")} since the earlier reading`;
  const lines = [
    `${formatValue(holder.retainedBytes, "bytes").padStart(9)} ${shareText(holder, total).padStart(7)}  ${holderSentence(holder)}${growth}`,
  ];
  if (holder.with !== undefined)
    lines.push(`held by several: also by ${holder.with.map((name) => printable(name)).join(", ")}`);
  if (holder.file !== undefined) lines.push(ink.dim(`${printable(holder.file)}:${holder.line}`));
  const advice = holderAdvice(holder);
  if (advice !== undefined) lines.push(advice);
  return lines.join(`\n${" ".repeat(19)}`);
}
