/**
 * The whole of it: text and facts in, findings out; and all safe fixes applied until nothing is left to fix.
 *
 * Nothing here throws on bad input, and nothing here does I/O: the caller reads files and gathers facts (which paths
 * are wanted says `pathsNamed`).
 */
import type { Node } from "jsonc-parser";
import { applyEdits, editsOf } from "./change.js";
import {
  type Configuration,
  type LaunchDocument,
  elementsAt,
  membersOf,
  objectAt,
  readDocument,
  stringAt,
} from "./document.js";
import { type DocumentKind } from "./document-kind.js";
import { flagsIn } from "./flags.js";
import { viewsOf } from "./platform-blocks.js";
import type { Edit } from "./edit.js";
import type { Facts, Finding, Fix, Plan, Problem, Rule } from "./rule.js";
import { RULES } from "./rules.js";

export function check(text: string, kind: DocumentKind, facts: Facts, rules: readonly Rule[] = RULES): Finding[] {
  return checkDocument(readDocument(text, kind), facts, rules).map(({ finding }) => finding);
}

export interface Fixed {
  readonly text: string;
  /** What was fixed, in the order it was done. */
  readonly fixed: readonly Finding[];
  /** What is left in `text`. */
  readonly left: readonly Finding[];
}

/** Applies every fix that needs no question, again and again, since one fix may bring another rule to see something. */
export function fixAll(text: string, kind: DocumentKind, facts: Facts, rules: readonly Rule[] = RULES): Fixed {
  const fixed: Finding[] = [];
  let now = text;
  for (let round = 0; ; round++) {
    const found = checkDocument(readDocument(now, kind), facts, rules);
    const edits: Edit[] = [];
    const place = new EditPlaces();
    // Two fixes for one configuration may both add the same attribute: one at a time, unless one rule only removes.
    const changedBy = new Map<unknown, string>();
    for (const { finding, subject } of found) {
      if (!finding.fix || finding.fix.edits.length === 0) continue;
      const before = changedBy.get(subject);
      const removes = finding.fix.edits.every(({ content }) => content === "");
      if (before !== undefined && (before !== finding.rule || !removes)) continue;
      if (place.touches(finding.fix.edits)) continue;
      place.add(finding.fix.edits);
      changedBy.set(subject, removes ? finding.rule : "");
      edits.push(...finding.fix.edits);
      fixed.push(finding);
    }
    const next = applyEdits(now, edits);
    // Fixes only ever remove mistakes; the limit is for a rule that would not.
    if (next === now || round === MAX_ROUNDS) return { text: now, fixed, left: found.map(({ finding }) => finding) };
    now = next;
  }
}

/** Paths in Go configurations whose existence the rules want to know, as written. */
export function pathsNamed(text: string, kind: DocumentKind): string[] {
  const paths = new Set<string>();
  for (const configuration of readDocument(text, kind).configurations) {
    if (configuration.type !== "go") continue;
    const places = ["linux", "osx", "windows"].flatMap((block) => objectAt(configuration, block) ?? []);
    for (const members of [configuration, ...places]) {
      const files = elementsAt(members, "envFile").map((node) => String(node.value));
      const named = [...["program", "cwd", "envFile"].map((name) => stringAt(members, name)), ...files];
      for (const path of named) if (path) paths.add(path);
      for (const mapping of elementsAt(members, "substitutePath")) {
        const from = stringAt(membersOf(mapping), "from");
        if (from) paths.add(from);
      }
    }
  }
  return [...paths];
}

/** Flags that configurations want `dlv dap` to take, without dashes: worth asking this machine's dlv about. */
export function flagsNamed(text: string, kind: DocumentKind): string[] {
  const document = readDocument(text, kind);
  const delve = objectAt(document.settings, "go.delveConfig");
  const places = [...document.configurations.filter(({ type }) => type === "go"), ...(delve ? [delve] : [])];
  return [...new Set(places.flatMap(({ byName }) => flagsIn(byName.get("dlvFlags")).map(({ name }) => name)))];
}

const MAX_ROUNDS = 200;

interface Found {
  readonly finding: Finding;
  /** The configuration, settings object or document that the fix changes. */
  readonly subject: Node | undefined;
}

function checkDocument(document: LaunchDocument, facts: Facts, rules: readonly Rule[]): Found[] {
  const found: Found[] = [];
  const isSound = soundnessOf(document);
  const add = (rule: Rule, problems: readonly Problem[], configuration: string, subject: Node | undefined) => {
    if (problems.length === 0) return;
    const sound = isSound(subject);
    for (const problem of problems)
      found.push({ finding: findingOf(rule, problem, configuration, document.text, sound), subject });
  };
  const delveConfig = delveConfigOf(document);
  for (const configuration of document.configurations) {
    if (configuration.type !== "go") continue;
    for (const view of viewsOf(configuration, facts)) {
      for (const rule of rules) {
        const problems = rule.configuration?.(view.configuration, view.facts, document) ?? [];
        const shown = problems.filter(({ at }) => view.shows(at));
        add(rule, shown, configuration.name, configuration.node);
      }
    }
  }
  for (const rule of rules) {
    if (rule.document) add(rule, rule.document(document, facts), "", document.root);
    if (rule.delveConfig && rule.configuration && delveConfig) {
      add(rule, rule.configuration(delveConfig, facts, document), delveConfig.name, document.settings?.node);
    }
    if (rule.settings && document.settings) {
      add(rule, rule.settings(document.settings, facts, document), "", document.settings.node);
    }
  }
  return found.sort((a, b) => a.finding.offset - b.finding.offset);
}

function findingOf(rule: Rule, problem: Problem, configuration: string, text: string, sound: boolean): Finding {
  const compile = (plan: Plan) => compiled(text, plan);
  const alternatives = problem.alternatives?.filter(({ changes }) => sound && changes.length > 0).map(compile);
  return {
    rule: rule.id,
    severity: problem.severity,
    message: problem.message,
    configuration,
    ...(problem.isHarmless && { isHarmless: true }),
    offset: problem.at.offset,
    length: problem.at.length,
    ...(sound && problem.fix && problem.fix.changes.length > 0 && { fix: compile(problem.fix) }),
    ...(alternatives?.length && { alternatives }),
  };
}

/** The edits are made when a person asks for them: a list of findings shows titles, and an edit may be a whole list. */
function compiled(text: string, { title, changes }: Plan): Fix {
  let edits: readonly Edit[] | undefined;
  return {
    title,
    get edits() {
      return (edits ??= editsOf(text, changes));
    },
  };
}

/**
 * Answers whether the text of an object reads without guessing: where it does not, it is unknown what an edit would do.
 * A broken file may have as many problems as configurations, so they are put in order once.
 */
function soundnessOf({ problems }: LaunchDocument): (node: Node | undefined) => boolean {
  const inOrder = problems.toSorted((a, b) => a.offset - b.offset);
  // How far the problems up to and with each one reach.
  let reach = -1;
  const ends = inOrder.map(({ offset, length }) => (reach = Math.max(reach, offset + length)));
  return (node) => {
    if (node === undefined) return problems.length === 0;
    let low = 0;
    let high = inOrder.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (inOrder[middle].offset <= node.offset + node.length) low = middle + 1;
      else high = middle;
    }
    return low === 0 || ends[low - 1] < node.offset;
  };
}

/** The defaults for all configurations, in settings; of the attributes golang.go takes only some from there. */
function delveConfigOf(document: LaunchDocument): Configuration | undefined {
  const members = objectAt(document.settings, "go.delveConfig");
  return members && { ...members, name: "go.delveConfig", type: "delveConfig", request: "" };
}

/** Where edits are, in pieces of the text: a file with thousands of fixes is looked through once. */
class EditPlaces {
  readonly #edits = new Map<number, Edit[]>();

  add(edits: readonly Edit[]): void {
    for (const edit of edits) {
      for (const piece of piecesOf(edit)) {
        const here = this.#edits.get(piece);
        if (here === undefined) this.#edits.set(piece, [edit]);
        else here.push(edit);
      }
    }
  }

  touches(others: readonly Edit[]): boolean {
    return others.some((other) =>
      piecesOf(other).some((piece) =>
        this.#edits
          .get(piece)
          ?.some((edit) => other.offset <= edit.offset + edit.length && edit.offset <= other.offset + other.length),
      ),
    );
  }
}

const PIECE = 256;

/** Edits that touch have one in common. */
function piecesOf({ offset, length }: Edit): number[] {
  const first = Math.floor(offset / PIECE);
  return Array.from({ length: Math.floor((offset + length) / PIECE) - first + 1 }, (_, i) => first + i);
}
