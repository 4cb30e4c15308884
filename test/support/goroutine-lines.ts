/**
 * The tests' notation for goroutines, one a line, leaf first:
 *
 *   7 [chan send, 5 minutes] main.send@a.go:7 < main.run@a.go:3 by main.main@m.go:9 in 1
 *
 * `dumpText` writes what Go would print for it, `drawnGoroutines` draws a model in it.
 */
import { formatGoroutine } from "../../src/core/goroutines/goroutine-text.js";
import { parseDump } from "../../src/core/goroutines/goroutine-dump.js";
import { type Goroutines, ELIDED, FOREIGN_CALL, INLINED_CALL } from "../../src/core/goroutines/goroutine.js";

export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export function goroutinesOf(lines: string): Goroutines {
  return parseDump(bytesOf(dumpText(lines)));
}

export function dumpText(lines: string): string {
  return lines
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .map((line) => {
      const match = /^(\d+) (\[.*?\](?: \{.*?\})?) ?(.*?)(?: by (\S+)@(\S+)(?: in (\d+))?)?$/.exec(line);
      if (match === null) throw new Error(`not a goroutine: ${line}`);
      const [, id, header, stack, creator, creatorPlace, creatorId] = match;
      const text = [`goroutine ${id} ${header}:`];
      for (const frame of stack.split(" < ").filter((each) => each !== "")) {
        const [name, place = "x.go:1"] = frame.split("@");
        text.push(`${name}(0x1)`, `\t/src/${place} +0x1d`);
      }
      if (creator !== undefined) {
        text.push(`created by ${creator}${creatorId === undefined ? "" : ` in goroutine ${creatorId}`}`);
        text.push(`\t/src/${creatorPlace} +0x2a`);
      }
      return text.join("\n") + "\n";
    })
    .join("\n");
}

/** One line per goroutine; kinds of frames are marked: (inlined), <C>. */
export function drawnGoroutines(goroutines: Goroutines): string {
  const { stacks, frames } = goroutines;
  const place = (frame: number) =>
    `${frames.function[frame]}@${frames.file[frame].split("/").pop()}:${frames.line[frame]}`;
  const frame = (index: number) => {
    switch (frames.kind[index]) {
      case ELIDED:
        return frames.function[index];
      case FOREIGN_CALL:
        return `<${frames.file[index] === "" ? frames.function[index] : place(index)}>`;
      case INLINED_CALL:
        return `(${place(index)})`;
      default:
        return place(index);
    }
  };
  const stack = (index: number) =>
    Array.from(stacks.frame.subarray(stacks.start[index], stacks.start[index + 1]), frame).join(" < ");
  const lines: string[] = [];
  for (let row = 0; row < goroutines.count; row++) {
    const header = formatGoroutine(goroutines, row)
      .split("\n", 1)[0]
      .replace(/^goroutine /, "")
      .replace(/:$/, "");
    const creator = goroutines.creator[row];
    const by =
      creator < 0 ? "" : ` by ${place(creator)}${goroutines.creatorId[row] ? ` in ${goroutines.creatorId[row]}` : ""}`;
    const ancestors = goroutines.ancestry[row] < 0 ? [] : goroutines.ancestries[goroutines.ancestry[row]];
    const from = ancestors.map((each) => `\n  from ${each.id} ${stack(each.stack)}`).join("");
    lines.push(`${header} ${stack(goroutines.stack[row])}${by}${from}`.trimEnd());
  }
  return lines.join("\n");
}
