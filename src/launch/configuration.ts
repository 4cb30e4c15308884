/**
 * Questions that many rules ask about one configuration, and the changes they commonly propose.
 */
import { attributeFact } from "./attributes.js";
import type { Change, Json } from "./change.js";
import {
  type Attribute,
  type Configuration,
  type LaunchDocument,
  type Members,
  membersOf,
  stringAt,
} from "./document.js";
import { olderThan } from "./dlv-version.js";
import { type FlagUse, flagsIn, rawWords, splitWords } from "./flags.js";
import type { Facts, Severity } from "./rule.js";

/** The mode Delve is asked for, with golang.go's default where none is written. */
export function modeOf(configuration: Configuration): string {
  return stringAt(configuration, "mode") || (configuration.request === "attach" ? "local" : "auto");
}

export function buildsProgram(configuration: Configuration): boolean {
  return configuration.request === "launch" && ["auto", "debug", "test"].includes(modeOf(configuration));
}

/** Which adapter golang.go takes: for remote it falls back to legacy where dlv cannot guess path mappings. */
export function usesLegacyAdapter(configuration: Configuration, facts: Facts): boolean {
  const named = stringAt(configuration, "debugAdapter");
  if (named) return named === "legacy";
  return modeOf(configuration) === "remote" && facts.dlv !== undefined && olderThan(facts.dlv.version, "1.24.0");
}

/** False where golang.go connects to a dlv (or adapter) that is already running: flags then go nowhere. */
export function startsDlv(configuration: Configuration): boolean {
  const port: unknown = configuration.byName.get("port")?.value.value ?? 0;
  return modeOf(configuration) !== "remote" && port === 0 && !configuration.byName.has("debugServer");
}

/** Whether dlv runs where its paths are not this machine's to judge. */
export function isElsewhere(configuration: Configuration): boolean {
  const port: unknown = configuration.byName.get("port")?.value.value ?? 0;
  return port !== 0 || configuration.byName.has("debugServer") || modeOf(configuration) === "remote";
}

/** Whether a task runs before: VS Code waits for it before golang.go looks at any file, and it may make them. */
export function isPrepared(configuration: Configuration, { compounds }: LaunchDocument): boolean {
  const has = (members: Members | undefined) => members?.byName.has("preLaunchTask") === true;
  let prepared = preparedNames.get(compounds);
  if (prepared === undefined) {
    const after = compounds.filter(({ node }) => has(membersOf(node)));
    const named = after.flatMap(({ configurations }) => configurations);
    prepared = new Set(named.map((one): unknown => stringAt(membersOf(one), "name") ?? one.value));
    preparedNames.set(compounds, prepared);
  }
  return has(configuration) || prepared.has(configuration.name);
}

/** What compounds with a task start; each configuration is asked about by several rules. */
const preparedNames = new WeakMap<LaunchDocument["compounds"], ReadonlySet<unknown>>();

/** What is at a path as the configuration writes it; undefined where that is not known. */
export function pathFact(facts: Facts, path: string): "file" | "directory" | "missing" | undefined {
  return facts.paths && Object.hasOwn(facts.paths, path) ? facts.paths[path] : undefined;
}

/** Attributes in which articles put flags for dlv. Only dlvFlags gets there. */
const FLAG_PLACES = ["dlvFlags", "dlvArgs", "delveFlags", "delveArgs", "args", "buildFlags"] as const;

export function flagUses(configuration: Configuration, name: (flag: string) => boolean): FlagUse[] {
  let uses = allFlags.get(configuration);
  if (uses === undefined) {
    uses = FLAG_PLACES.flatMap((place) => flagsIn(configuration.byName.get(place)));
    allFlags.set(configuration, uses);
  }
  return uses.filter((use) => name(use.name));
}

/** A dozen rules ask for the same configuration's flags. */
const allFlags = new WeakMap<Configuration, readonly FlagUse[]>();

/** Where a flag really goes, for messages. */
export function destinationOf(place: string): string {
  if (place === "args") return "`args` goes to your program, not to dlv";
  if (place === "buildFlags") return "`buildFlags` goes to go build, which refuses it";
  if (place === "dlvFlags") return "`dlvFlags` goes to `dlv dap`";
  return `\`${place}\` is read by no tool`;
}

/** What a flag that no dlv knows leads to. */
export function outcomeOf(configuration: Configuration, place: string): { severity: Severity; means: string } {
  if (place === "dlvFlags") {
    return startsDlv(configuration)
      ? { severity: "error", means: "dlv exits on it before it starts" }
      : { severity: "warning", means: "golang.go starts no dlv here, so `dlvFlags` goes nowhere" };
  }
  if (place === "buildFlags" && buildsProgram(configuration))
    return { severity: "error", means: "go build exits on it" };
  return { severity: "warning", means: destinationOf(place) };
}

export function setAttribute(members: Members, key: string, value: Json): Change {
  const present = members.byName.get(key);
  return present ? { do: "replace", node: present.value, value } : { do: "add", to: members.node, key, value };
}

export function removeAttribute(attribute: Attribute): Change {
  return { do: "remove", member: attribute.property };
}

/** Takes flags out of the attributes they are in; an attribute that is left empty goes too. */
export function withoutFlags(uses: readonly FlagUse[]): Change[] {
  const changes: Change[] = [];
  for (const attribute of new Set(uses.map((use) => use.attribute))) {
    const here = uses.filter((use) => use.attribute === attribute);
    const { value } = attribute;
    if (value.type === "array") {
      const nodes = new Set(here.flatMap((use) => use.nodes));
      if ((value.children ?? []).every((node) => nodes.has(node))) changes.push(removeAttribute(attribute));
      else for (const member of nodes) changes.push({ do: "remove", member });
    } else {
      const gone = here.flatMap((use) => use.words);
      const rest = rawWords(String(value.value)).filter((word) => !gone.includes(splitWords(word)[0] ?? ""));
      if (rest.length === 0) changes.push(removeAttribute(attribute));
      else changes.push({ do: "replace", node: value, value: rest.join(" ") });
    }
  }
  return changes;
}

/** Adds words to a list attribute (or to one that is written as a string), creating it where it is missing. */
export function addWords(members: Members, key: string, words: readonly string[]): Change[] {
  const present = members.byName.get(key);
  if (!present) return [{ do: "add", to: members.node, key, value: [...words] }];
  const { value } = present;
  if (value.type === "array") return words.map((word) => ({ do: "append", to: value, value: word }));
  if (value.type === "string" && String(value.value).trim() !== "") {
    const quoted = words.map((word) => (/\s/.test(word) ? `'${word}'` : word));
    return [{ do: "replace", node: value, value: [String(value.value), ...quoted].join(" ") }];
  }
  return [{ do: "replace", node: value, value: [...words] }];
}

/** Whether a configuration of this request may say it. */
export function takesAttribute(configuration: Configuration, name: string): boolean {
  const request = attributeFact(name)?.request;
  return request === "both" || request === configuration.request;
}

/** Values with a variable are known only at the start. */
export function hasVariable(text: string): boolean {
  return text.includes("${");
}

/** What a tool says, word for word. */
export function quotation(text: string): string {
  return `\`${text.replaceAll("`", "'").slice(0, 200)}\``;
}

export function code(text: string): string {
  return `\`${text.length > 80 ? text.slice(0, 77) + "…" : text}\``;
}
