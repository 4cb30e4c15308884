/** "Explain": what a goroutine waits for, who could wake it, and what a leak verdict rests on, as plain text. */
import { printable } from "../../core/text/printable.js";
import type { GoroutineBody, LeakJson, WaitsBody } from "../../core/goroutines/answer-bodies.js";
import { joined, waitObjectWords, waitWords } from "./goroutine-text.js";

export function goroutineReport({
  finding,
  about,
  waits,
  stack,
}: {
  readonly finding?: LeakJson | undefined;
  readonly about?: GoroutineBody | undefined;
  readonly waits?: WaitsBody | undefined;
  readonly stack?: string | undefined;
}): string {
  const sections: string[] = [];
  if (finding) {
    sections.push(
      `${printable(finding.explanation)}\n\nWhat to do: ${printable(finding.advice)}`,
      `At ${printable(finding.function)}\n   ${printable(finding.file)}:${finding.line}`,
      `Why it is ${finding.level}:\n${finding.evidence.map((text) => ` - ${printable(text)}`).join("\n")}`,
    );
  }
  if (about) {
    const { id, state, waitNs, labels } = about.goroutine;
    const shown = Object.entries(labels).map(([key, value]) => printable(`${key}=${value}`));
    sections.push(
      joined(
        [
          `${finding ? "One of them: goroutine" : "Goroutine"} ${id}: ${printable(state)}`,
          waitNs !== undefined && ` for ${waitWords(waitNs)}`,
          shown.length > 0 && `, labels ${shown.join(", ")}`,
        ],
        "",
      ),
    );
  }
  if (waits && about) sections.push(waitText(waits, about.goroutine.id));
  if (stack) sections.push(stack.trimEnd());
  return `${sections.join("\n\n")}\n`;
}

function waitText({ objects, cycles, notes }: WaitsBody, id: number): string {
  const lines = objects
    .slice(0, 8)
    .flatMap((object) => [
      `It waits for ${waitObjectWords(object)}.`,
      ...(object.servers.length === 0
        ? [" - Nobody who could wake it was found."]
        : object.servers
            .slice(0, 8)
            .map(({ goroutine, because }) => ` - goroutine ${goroutine} could: ${printable(because)}`)),
    ]);
  for (const cycle of cycles.filter((one) => one.some(({ goroutine }) => goroutine === id)).slice(0, 3)) {
    lines.push(
      `They wait for each other: ${cycle.map(({ goroutine }) => goroutine).join(" → ")} → ${cycle[0].goroutine}.`,
    );
  }
  lines.push(...notes.map((note) => printable(note)));
  return lines.length === 0 ? "What it waits for cannot be read." : lines.join("\n");
}
