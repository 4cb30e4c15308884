/**
 * Toggles of configurations and tasks alike: what of a file has an environment, and the text with exactly the wanted
 * toggles on.
 */
import { applyEdits, editsOf } from "../change.js";
import { type Members, elementsAt, membersOf, objectAt, readDocument, stringAt } from "../document.js";
import { type DocumentKind } from "../document-kind.js";
import { TOGGLES, type Toggle, isOn, toggled } from "./toggle.js";

/** Something with an environment: a Go configuration that launches, or a task. */
export interface EnvironmentHolder {
  readonly name: string;
  readonly offset: number;
  readonly length: number;
  readonly on: readonly string[];
  readonly toggles: readonly Toggle[];
}

export type HolderKind = DocumentKind | "tasks";

export function environmentHolders(text: string, kind: HolderKind): EnvironmentHolder[] {
  return placesIn(text, kind).map(({ name, owner, env }) => {
    const toggles = TOGGLES.filter(({ dlvFlag }) => kind !== "tasks" || dlvFlag === undefined);
    const on = toggles.filter((toggle) => env && isOn(env, toggle)).map(({ id }) => id);
    return { name, offset: owner.node.offset, length: owner.node.length, on, toggles };
  });
}

/** The text with these on; undefined where `env` is not what it should be, so that it is unclear what to keep. */
export function withToggles(text: string, kind: HolderKind, index: number, on: readonly string[]): string | undefined {
  let now = text;
  for (const toggle of environmentHolders(text, kind)[index]?.toggles ?? []) {
    const { owner, env } = placesIn(now, kind)[index];
    const wanted = on.includes(toggle.id);
    if (wanted === (env !== undefined && isOn(env, toggle))) continue;
    if (!env) {
      if (owner.byName.has("options")) return undefined;
      now = applyEdits(now, editsOf(now, [{ do: "add", to: owner.node, key: "options", value: {} }]));
    }
    const members = placesIn(now, kind)[index].env;
    const edits = members ? toggled({ text: now }, members, toggle) : [];
    if (edits.length === 0) return undefined;
    now = applyEdits(now, edits);
  }
  return now;
}

interface Place {
  readonly name: string;
  readonly owner: Members;
  /** What `env` is a member of; a task's options may not be there yet. */
  readonly env: Members | undefined;
}

function placesIn(text: string, kind: HolderKind): Place[] {
  if (kind === "tasks") {
    return elementsAt(membersOf(readDocument(text, "launch").root), "tasks").flatMap((node) => {
      const owner = membersOf(node);
      const name = stringAt(owner, "label") ?? stringAt(owner, "taskName");
      return owner && name !== undefined ? [{ name, owner, env: objectAt(owner, "options") }] : [];
    });
  }
  return readDocument(text, kind)
    .configurations.filter(({ type, request }) => type === "go" && request === "launch")
    .map((configuration) => ({ name: configuration.name, owner: configuration, env: configuration }));
}
