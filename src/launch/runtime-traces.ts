/**
 * The runtime's own traces and switches (GODEBUG), turned on and off in the environment of a configuration or a task
 * without losing what else is in it.
 */
import { editsOf } from "./change.js";
import {
  type DocumentKind,
  type Members,
  elementsAt,
  membersOf,
  objectAt,
  readDocument,
  stringAt,
} from "./document.js";
import type { Edit } from "./rule.js";

export interface RuntimeTrace {
  readonly id: string;
  readonly label: string;
  readonly about: string;
  /** What stands in GODEBUG when it is on. */
  readonly settings: Readonly<Record<string, string>>;
}

export const RUNTIME_TRACES: readonly RuntimeTrace[] = [
  {
    id: "gctrace",
    label: "GC trace",
    about: "One line on standard error for every garbage collection",
    settings: { gctrace: "1" },
  },
  {
    id: "schedtrace",
    label: "Scheduler trace",
    about: "The state of the scheduler on standard error every second",
    settings: { schedtrace: "1000", scheddetail: "1" },
  },
  {
    id: "asyncpreemptoff",
    label: "No asynchronous preemption",
    about: "Goroutines are interrupted at calls only: for stepping, and to rule out signals",
    settings: { asyncpreemptoff: "1" },
  },
  {
    id: "tracebackancestors",
    label: "Ancestors in tracebacks",
    about: "Stacks of panics and dumps name the goroutines that created theirs, ten generations up",
    settings: { tracebackancestors: "10" },
  },
];

/** Something with an environment: a Go configuration, or a task. */
export interface EnvironmentHolder {
  readonly name: string;
  readonly offset: number;
  readonly length: number;
  /** The object that `env` is in; a task's `options` may not be there yet. */
  readonly members: Members;
  readonly within: "env" | "options.env";
}

export function environmentHolders(text: string, kind: DocumentKind | "tasks"): EnvironmentHolder[] {
  const document = readDocument(text, kind === "tasks" ? "launch" : kind);
  if (kind === "tasks") {
    const root = membersOf(document.root);
    return elementsAt(root, "tasks").flatMap((node) => {
      const members = membersOf(node);
      const name = stringAt(members, "label") ?? stringAt(members, "taskName");
      if (!members || name === undefined) return [];
      return [{ name, offset: node.offset, length: node.length, members, within: "options.env" as const }];
    });
  }
  return document.configurations
    .filter(({ type, request }) => type === "go" && request === "launch")
    .map(({ name, node, list, byName }) => {
      return { name, offset: node.offset, length: node.length, members: { node, list, byName }, within: "env" };
    });
}

/** Which are on now. */
export function tracesOn(holder: EnvironmentHolder): string[] {
  const settings = new Map(pairsOf(godebugOf(holder)).map(([name, value]) => [name, value]));
  return RUNTIME_TRACES.filter((trace) =>
    Object.keys(trace.settings).some((name) => !["", "0"].includes(settings.get(name) ?? "")),
  ).map(({ id }) => id);
}

/** Edits that leave exactly these on; undefined where `env` is not what it should be and nobody knows what to keep. */
export function traceEdits(text: string, holder: EnvironmentHolder, on: readonly string[]): Edit[] | undefined {
  const before = tracesOn(holder);
  const changes: Record<string, string | undefined> = {};
  for (const { id, settings } of RUNTIME_TRACES) {
    if (on.includes(id) === before.includes(id)) continue;
    for (const [name, value] of Object.entries(settings)) changes[name] = on.includes(id) ? value : undefined;
  }
  const was = godebugOf(holder) ?? "";
  const value = mergeGodebug(was, changes);
  if (value === was) return [];
  const { members, within } = holder;
  const options = within === "env" ? members : objectAt(members, "options");
  if (!options) {
    if (members.byName.has("options")) return undefined;
    return editsOf(text, [{ do: "add", to: members.node, key: "options", value: { env: { GODEBUG: value } } }]);
  }
  const env = options.byName.get("env");
  if (!env) return editsOf(text, [{ do: "add", to: options.node, key: "env", value: { GODEBUG: value } }]);
  const variables = membersOf(env.value);
  if (!variables) return undefined;
  const godebug = variables.byName.get("GODEBUG");
  if (!godebug) return editsOf(text, [{ do: "add", to: variables.node, key: "GODEBUG", value }]);
  if (value !== "") return editsOf(text, [{ do: "replace", node: godebug.value, value }]);
  const gone = variables.list.length === 1 ? env : godebug;
  return editsOf(text, [{ do: "remove", member: gone.property }]);
}

/** GODEBUG with some settings set (or, undefined, taken out); the others stay as they are, in their order. */
export function mergeGodebug(value: string, changes: Readonly<Record<string, string | undefined>>): string {
  const done = new Set<string>();
  const kept = pairsOf(value).flatMap(([name, setting, text]) => {
    if (!Object.hasOwn(changes, name)) return [text];
    const wanted = changes[name];
    // Written twice, the last one holds: one is enough.
    if (wanted === undefined || done.has(name)) return [];
    done.add(name);
    return [setting === wanted ? text : `${name}=${wanted}`];
  });
  const added = Object.entries(changes).filter(([name, wanted]) => wanted !== undefined && !done.has(name));
  return [...kept, ...added.map(([name, wanted]) => `${name}=${wanted}`)].join(",");
}

function godebugOf({ members, within }: EnvironmentHolder): string | undefined {
  return stringAt(objectAt(within === "env" ? members : objectAt(members, "options"), "env"), "GODEBUG");
}

/** Name, value, and the text of both. */
function pairsOf(value: string | undefined): (readonly [string, string, string])[] {
  return (value ?? "")
    .split(",")
    .filter((text) => text.trim() !== "")
    .map((text) => {
      const [name, ...rest] = text.split("=");
      return [name.trim(), rest.join("=").trim(), text] as const;
    });
}
