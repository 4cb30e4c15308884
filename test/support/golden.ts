/**
 * The answers of `go tool pprof` stored in test/fixtures/golden, read back as values.
 *
 * A file holds sections, `$ COMMAND` and what it printed; see test/fixtures/make-golden.mjs.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliDecompressSync } from "node:zlib";

export const fixtures = join(import.meta.dirname, "..", "fixtures");

export interface Section {
  readonly command: string;
  /** Options without dashes; a flag without value is "". */
  readonly options: Readonly<Record<string, string>>;
  readonly profile: string;
  readonly text: string;
}

export function sectionsOf(name: string): Section[] {
  const text = brotliDecompressSync(readFileSync(join(fixtures, "golden", `${name}.txt.br`))).toString("utf8");
  return text.split(/^\$ (?=go tool pprof)/m).flatMap((section) => {
    const [command, ...lines] = section.split("\n");
    if (command === "") return [];
    const words = [...command.matchAll(/'([^']*)'|(\S+)/g)].map((word) => word[1] ?? word[2]).slice(3);
    const flags = words.filter((word) => word.startsWith("-")).map((word) => /^-(\w+)=?(.*)$/s.exec(word));
    return [
      {
        command: words.filter((word) => !/^-(symbolize|(node|edge)\w+|unit)=/.test(word)).join(" "),
        options: Object.fromEntries(flags.map((flag) => [flag?.[1] ?? "", flag?.[2] ?? ""])),
        profile: words.at(-1) ?? "",
        text: lines.join("\n"),
      },
    ];
  });
}

/** "Showing nodes accounting for 5B, 100% of 7B total" */
export function totalOfText(text: string): number | undefined {
  const total = / of (\S+) total$/m.exec(text)?.[1];
  return total === undefined ? undefined : number(total);
}

/** Rows "flat cum name", sorted. */
export function topRows(text: string): string[] {
  const rows: string[] = [];
  for (const line of text.split("\n")) {
    const match = /^ *(\S+) +\S+% +\S+% +(\S+) +\S+% {2}(.*?)(?: \((?:partial-)?inline\))?$/.exec(line);
    if (match) rows.push(`${number(match[1])} ${number(match[2])} ${match[3]}`);
  }
  return rows.sort();
}

/** Rows "flat cum name < caller value … > callee value …", sorted; without calls that cancelled in a diff. */
export function peekRows(text: string): string[] {
  const rows: string[] = [];
  for (const block of text.split(/^-{20,}\+-+\n/m).slice(1)) {
    const callers: string[] = [];
    const callees: string[] = [];
    let own: string | undefined;
    for (const line of block.split("\n")) {
      const edge = /^ *(\S+) +\S+% \| {3}(.*?)(?: \(inline\))?$/.exec(line);
      const node = /^ *(\S+) +\S+% +\S+% +(\S+) +\S+% {16}\| (.*)$/.exec(line);
      if (node) own = `${number(node[1])} ${number(node[2])} ${node[3]}`;
      else if (edge && edge[1] !== "0") (own === undefined ? callers : callees).push(`${edge[2]} ${number(edge[1])}`);
    }
    if (own !== undefined) rows.push(peekRow(own, callers, callees));
  }
  return rows.sort();
}

export function peekRow(own: string, callers: readonly string[], callees: readonly string[]): string {
  return [own, ...callers.toSorted().map((row) => `< ${row}`), ...callees.toSorted().map((row) => `> ${row}`)].join(
    "\n",
  );
}

/** Rows "flat cum function file:line", sorted. */
export function listRows(text: string): string[] {
  const rows: string[] = [];
  let routine = "";
  for (const line of text.split("\n")) {
    const head = /^ROUTINE =+ (.*) in (.*)$/.exec(line);
    const row = /^ *(\S+) +(\S+) +(\d+):/.exec(line);
    if (head) routine = `${head[1]} ${head[2]}`;
    else if (row) rows.push(`${number(row[1])} ${number(row[2])} ${routine}:${row[3]}`);
  }
  return rows.sort();
}

function number(text: string): number {
  return text === "." ? 0 : Number(text.replace(/[a-zA-Z]+$/, ""));
}
