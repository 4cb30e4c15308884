/**
 * One configuration of a file: its findings, its safe fixes alone, and its value as VS Code reads it.
 */
import { getNodeValue } from "jsonc-parser";
import { applyEdits } from "./change.js";
import { check } from "./check.js";
import { type Configuration, readDocument } from "./document.js";
import { type DocumentKind } from "./document-kind.js";
import type { Facts, Finding } from "./rule.js";

const MAX_FIXES = 200;

/** Of several configurations of a name VS Code starts the first. */
export function configurationNamed(text: string, kind: DocumentKind, name: string): Configuration | undefined {
  return readDocument(text, kind).configurations.find((one) => one.name === name && one.type === "go");
}

export function valueOf(configuration: Configuration): Record<string, unknown> {
  return getNodeValue(configuration.node) as Record<string, unknown>;
}

export function findingsOf(configuration: Configuration, findings: readonly Finding[]): Finding[] {
  const { offset, length } = configuration.node;
  return findings.filter((finding) => finding.offset >= offset && finding.offset < offset + length);
}

/** Fixes what needs no question in this configuration (and is wanted), and nothing elsewhere. */
export function fixOne(
  text: string,
  kind: DocumentKind,
  facts: Facts,
  name: string,
  wanted: (finding: Finding) => boolean = () => true,
): string {
  let now = text;
  for (let i = 0; i < MAX_FIXES; i++) {
    const configuration = configurationNamed(now, kind, name);
    if (!configuration) return now;
    const { fix } =
      findingsOf(configuration, check(now, kind, facts)).find((finding) => finding.fix && wanted(finding)) ?? {};
    const next = fix ? applyEdits(now, fix.edits) : now;
    if (next === now) return now;
    now = next;
  }
  return now;
}
