/**
 * Rules and fixes are claims about real tools. Each configuration of a text is started as it is and as it is fixed:
 *
 * - what is called an error fails, and what is called none starts;
 * - a fix never turns a start that works into one that fails, nor a breakpoint that binds into one that does not;
 * - what is left without an error after the fixes starts.
 */
import { parse } from "jsonc-parser";
import { check, fixAll } from "../../src/launch/check.js";
import { findingsOf } from "../../src/launch/fix-one.js";
import { type Configuration, readDocument } from "../../src/launch/document.js";
import type { Facts, Rule } from "../../src/launch/rule.js";
import type { Attributes } from "./golang-go.js";
import { type Machine, type Outcome, outcomeOf } from "./outcome.js";

export async function disagreements(
  text: string,
  factsOf: (text: string) => Promise<Facts>,
  machine: Machine,
  rules?: readonly Rule[],
): Promise<string[]> {
  const facts = await factsOf(text);
  const fixed = fixAll(text, "launch", facts, rules).text;
  const factsAfter = await factsOf(fixed);
  const before = configurationsOf(text);
  const after = configurationsOf(fixed);
  const found: string[] = [];
  for (const [i, configuration] of before.entries()) {
    if (!isStartable(configuration)) continue;
    const inputs = new Set([...text.matchAll(/"id": "(\w+)"/g)].map(([, id]) => id));
    const around = { ...machine, inputs };
    const errors = errorsIn(text, i, facts, rules);
    const was = await started(configuration, around);
    // What becomes of an unknown variable depends on the place that it is in.
    const isOpen = check(text, "launch", facts).some(({ rule }) => rule === "unknown-variable");
    if (errors.length > 0 && was.starts) found.push(`${errors.join(", ")} is called an error, and it starts`);
    if (errors.length === 0 && !was.starts && !isOpen) found.push(`no error is found, and it fails: ${was.why}`);
    if (JSON.stringify(after[i]) === JSON.stringify(configuration) || !isStartable(after[i])) continue;
    const is = await started(after[i], around);
    if (was.starts && !is.starts) found.push(`it started before the fix, and fails after it: ${is.why}`);
    if (was.binds && !is.binds) found.push(`the breakpoint bound before the fix, and not after it: ${is.why}`);
    const left = errorsIn(fixed, i, factsAfter, rules);
    if (left.length === 0 && !is.starts) found.push(`no error is left after the fix, and it fails: ${is.why}`);
  }
  return found;
}

/** What this test can start: the rest needs another system, another adapter, a recording, or a task to run first. */
export function isStartable(configuration: Attributes): boolean {
  const { type, debugAdapter, mode, preLaunchTask, waitFor, processId } = configuration;
  return (
    type === "go" &&
    debugAdapter !== "legacy" &&
    !["core", "replay"].includes(mode as string) &&
    preLaunchTask === undefined &&
    (waitFor === undefined || processId !== undefined)
  );
}

export function configurationsOf(text: string): Attributes[] {
  const options = { allowTrailingComma: true };
  const value = parse(text.replace(/^\uFEFF/, ""), undefined, options) as { configurations?: unknown } | undefined;
  const all = Array.isArray(value?.configurations) ? (value.configurations as unknown[]) : [];
  return all.filter((one): one is Attributes => typeof one === "object" && one !== null && !Array.isArray(one));
}

function errorsIn(text: string, index: number, facts: Facts, rules: readonly Rule[] | undefined): string[] {
  const configuration = readDocument(text, "launch").configurations[index];
  return findingsOf(configuration, check(text, "launch", facts, rules))
    .filter(({ severity, offset }) => severity === "error" && !isElsewhere(configuration, offset))
    .map(({ rule }) => rule);
}

/** In the block of another system. */
function isElsewhere(configuration: Configuration, offset: number): boolean {
  return ["windows", "osx"].some((name) => {
    const node = configuration.byName.get(name)?.value;
    return node !== undefined && offset >= node.offset && offset < node.offset + node.length;
  });
}

/** Many cases start the same. */
const known = new Map<string, Promise<Outcome>>();

function started(configuration: Attributes, machine: Machine): Promise<Outcome> {
  const rest = Object.entries(configuration).filter(([name]) => name !== "name");
  const key = JSON.stringify([machine.dlv, rest, [...machine.inputs]]);
  let outcome = known.get(key);
  if (!outcome) known.set(key, (outcome = outcomeOf(configuration, machine)));
  return outcome;
}
