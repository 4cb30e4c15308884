/**
 * Things that are put into a configuration (or a task's options) on request: runtime traces in `env`, a flag for dlv.
 *
 * A toggle merges: what GODEBUG says already stays, and switching off takes only its own words out again.
 */
import { addWords, removeAttribute, setAttribute, withoutFlags } from "../configuration.js";
import { type Change, editsOf } from "../change.js";
import { type LaunchDocument, type Members, membersOf } from "../document.js";
import { flagsIn } from "../flags.js";
import type { Edit } from "../edit.js";

export interface Toggle {
  readonly id: string;
  readonly label: string;
  readonly effect: string;
  /** Words of GODEBUG that it sets, or the flag of dlv. */
  readonly godebug?: Readonly<Record<string, string>>;
  readonly dlvFlag?: string;
}

export const TOGGLES: readonly Toggle[] = [
  {
    id: "gctrace",
    label: "GC trace",
    effect: "One line on standard error for every garbage collection.",
    godebug: { gctrace: "1" },
  },
  {
    id: "schedtrace",
    label: "Scheduler trace",
    effect: "The state of the scheduler, with every thread and goroutine, on standard error every second.",
    godebug: { schedtrace: "1000", scheddetail: "1" },
  },
  {
    id: "asyncpreemptoff",
    label: "No asynchronous preemption",
    effect:
      "Goroutines are interrupted at function calls only: fewer surprises while stepping, but loops may starve others.",
    godebug: { asyncpreemptoff: "1" },
  },
  {
    id: "tracebackancestors",
    label: "Ancestors in stack traces",
    effect: "Stack traces show the stacks that created a goroutine, ten levels up; every go statement costs more.",
    godebug: { tracebackancestors: "10" },
  },
  {
    id: "non-terminal",
    label: "--allow-non-terminal-interactive",
    effect:
      "Lets an interactive dlv run without a terminal. The dlv that the editor starts is never interactive: there the flag changes nothing.",
    dlvFlag: "--allow-non-terminal-interactive",
  },
];

export function isOn(configuration: Members, toggle: Toggle): boolean {
  if (toggle.dlvFlag !== undefined) return usesOf(configuration, toggle.dlvFlag).length > 0;
  const words = godebugOf(configuration);
  return Object.entries(toggle.godebug ?? {}).every(([name, value]) => words.get(name) === value);
}

/** The edits that switch it on, or off when it is on. None where `env` is not an object. */
export function toggled(document: Pick<LaunchDocument, "text">, configuration: Members, toggle: Toggle): Edit[] {
  const on = isOn(configuration, toggle);
  const changes =
    toggle.dlvFlag === undefined
      ? godebugChanges(configuration, toggle.godebug ?? {}, !on)
      : on
        ? withoutFlags(usesOf(configuration, toggle.dlvFlag))
        : addWords(configuration, "dlvFlags", [toggle.dlvFlag]);
  return editsOf(document.text, changes);
}

function godebugChanges(configuration: Members, wanted: Readonly<Record<string, string>>, on: boolean): Change[] {
  const attribute = configuration.byName.get("env");
  const env = membersOf(attribute?.value);
  if (attribute && !env && attribute.value.type !== "null") return [];
  const words = godebugOf(configuration);
  for (const [name, value] of Object.entries(wanted)) {
    if (on) words.set(name, value);
    else words.delete(name);
  }
  const text = [...words].map(([name, value]) => (value === undefined ? name : `${name}=${value}`)).join(",");
  if (!env) return [setAttribute(configuration, "env", { GODEBUG: text })];
  const present = env.byName.get("GODEBUG");
  if (text !== "" || !present) return [setAttribute(env, "GODEBUG", text)];
  // The last word is gone: an empty variable, or an empty env that only it had made, would be left over.
  return [removeAttribute(env.list.length === 1 && attribute ? attribute : present)];
}

/** The words of GODEBUG in order; one without "=" keeps an undefined value. */
function godebugOf(configuration: Members): Map<string, string | undefined> {
  const value: unknown = membersOf(configuration.byName.get("env")?.value)?.byName.get("GODEBUG")?.value.value;
  const words = typeof value === "string" ? value.split(",").filter((word) => word.trim() !== "") : [];
  return new Map(
    words.map((word) => {
      const at = word.indexOf("=");
      return at < 0 ? [word.trim(), undefined] : [word.slice(0, at).trim(), word.slice(at + 1).trim()];
    }),
  );
}

function usesOf(configuration: Members, flag: string) {
  return flagsIn(configuration.byName.get("dlvFlags")).filter(({ name }) => `--${name}` === flag);
}
