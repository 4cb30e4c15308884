/**
 * The notation of the launch rules' tests: text before, with every expected finding marked as «severity:text», and
 * text after fixing.
 *
 * `expectCase` asserts far more than the two texts, on every case: a second fix changes nothing, nothing that could be
 * fixed is left, comments stay in order, edits lie apart and inside the text, each fix alone leaves valid JSON, and
 * all of that with CRLF, with tabs and behind a byte order mark too.
 */
import { type ParseError, createScanner, parse } from "jsonc-parser";
import { expect } from "vitest";
import { applyEdits } from "../../src/launch/change.js";
import { check, fixAll } from "../../src/launch/check.js";
import type { DocumentKind } from "../../src/launch/document-kind.js";
import type { Facts, Finding } from "../../src/launch/rule.js";
import type { Edit } from "../../src/launch/edit.js";
import { RULES } from "../../src/launch/rules.js";

export const NEWEST: Facts = { goos: "linux", proxy: false, dlv: { version: "1.27.1", path: "dlv" } };
export const dlv = (version: string, more: Partial<Facts> = {}): Facts => ({
  ...NEWEST,
  ...more,
  dlv: { version, path: "dlv" },
});

/** Where a fragment stands. */
export const launch = (body: string) =>
  configuration(joined(`"request": "launch",\n"program": "\${workspaceFolder}"`, body));
export const attach = (body: string) => configuration(joined('"request": "attach"', body));
export const configuration = (body: string) => `{
  "version": "0.2.0",
  // mine
  "configurations": [
    {
      "name": "A", // the name
      "type": "go",
      ${body.trim().replaceAll("\n", "\n      ")}
    }
  ]
}
`;
export const object = (body: string) => `{
  // mine
  ${joined('"editor.tabSize": 4', body.trim()).replaceAll("\n", "\n  ")}
}
`;
const joined = (head: string, body: string) => (body === "" ? head : `${head},\n${body}`);
export const whole = (text: string) => text;

export interface Where {
  readonly facts?: Facts;
  readonly kind?: DocumentKind;
}

export interface LaunchCase extends Where {
  /** Of the rule. */
  readonly id: string;
  /** The text of the case without what is around it, for people. */
  readonly name: string;
  /** With marks. */
  readonly before: string;
  /** Undefined where the rule fixes nothing. */
  readonly after: string | undefined;
}

export function expectCase({ id, before, after, facts = NEWEST, kind = "launch" }: LaunchCase): void {
  const { text, expected } = unmark(before);
  const target = after ?? text;
  const only = RULES.filter((one) => one.id === id);
  const findings = check(text, kind, facts, only);
  expect(findings.map(drawn(text)), "findings").toEqual(expected);
  for (const finding of findings) expectSentences(finding);
  expect(fixAll(text, kind, facts, only).text, "fixed").toBe(target);

  for (const [variant, of] of Object.entries(VARIANTS)) {
    const again = fixAll(of(text), kind, facts, only);
    expect(again.text, variant).toBe(of(target));
    expect(fixAll(again.text, kind, facts, only).text, `${variant}, twice`).toBe(again.text);
    const left = findings.every(({ fix }) => fix) ? [] : findings.filter(({ fix }) => !fix).map(({ rule }) => rule);
    expect(
      again.left.map(({ rule }) => rule),
      `${variant}, left`,
    ).toEqual(left);
    expect(comments(again.text), `${variant}, comments`).toEqual(comments(of(text)));
  }
  for (const finding of findings) {
    for (const fix of [finding.fix, ...(finding.alternatives ?? [])]) if (fix) expectClean(text, fix.edits);
  }
  // With all rules at work there is an end, too, and the file still reads.
  const all = fixAll(text, kind, facts);
  expect(fixAll(all.text, kind, facts).text).toBe(all.text);
  expect(errors(all.text).length).toBeLessThanOrEqual(errors(text).length);
  expect(all.left.filter(({ fix }) => fix)).toEqual([]);
}

const VARIANTS: Readonly<Record<string, (text: string) => string>> = {
  "as it is": (text) => text,
  CRLF: (text) => text.replaceAll("\n", "\r\n"),
  "byte order mark": (text) => "\uFEFF" + text,
  tabs: (text) => text.replace(/^(?: {2})+/gm, (indent) => "\t".repeat(indent.length / 2)),
};

function expectClean(text: string, edits: readonly Edit[]): void {
  let from = 0;
  for (const { offset, length } of edits) {
    expect(offset).toBeGreaterThanOrEqual(from);
    expect(length).toBeGreaterThanOrEqual(0);
    from = offset + length;
  }
  expect(from).toBeLessThanOrEqual(text.length);
  const fixed = applyEdits(text, edits);
  expect(fixed).not.toBe(text);
  expect(errors(fixed).length).toBeLessThanOrEqual(errors(text).length);
  expect(comments(fixed)).toEqual(comments(text));
}

function expectSentences({ message, fix, alternatives }: Finding): void {
  expect(message).toMatch(/^[A-Z`"]|^dlv|^golang\.go|^gopls/);
  expect(message).toMatch(/[.)]$/);
  expect(message).not.toMatch(/undefined(?!: \w)|\[object|NaN| {2}|\.\./);
  for (const one of [fix, ...(alternatives ?? [])]) if (one) expect(one.title).toMatch(/^[A-Z]\S*( |$)/);
}

/** The text of a case as people write it. */
export function textOf({ before }: LaunchCase): string {
  return unmark(before).text;
}

function unmark(marked: string): { text: string; expected: string[] } {
  const expected: string[] = [];
  let text = "";
  let from = 0;
  for (const match of marked.matchAll(/«(error|warning|information):([^»]*)»/g)) {
    text += marked.slice(from, match.index);
    expected.push(`${match[1]} ${text.length}: ${match[2]}`);
    text += match[2];
    from = match.index + match[0].length;
  }
  return { text: text + marked.slice(from), expected };
}

const drawn =
  (text: string) =>
  ({ severity, offset, length }: Finding): string =>
    `${severity} ${offset}: ${text.slice(offset, offset + length)}`;

function comments(text: string): string[] {
  const scanner = createScanner(text);
  const found: string[] = [];
  for (let token: number = scanner.scan(); token !== 17; token = scanner.scan()) {
    if (token === 12 || token === 13)
      found.push(text.slice(scanner.getTokenOffset(), scanner.getTokenOffset() + scanner.getTokenLength()).trim());
  }
  return found;
}

function errors(text: string): ParseError[] {
  const found: ParseError[] = [];
  parse(text.replace(/^\uFEFF/, ""), found, { allowTrailingComma: true, allowEmptyContent: true });
  return found;
}
