/**
 * An attribute explained: what it does, its default, since which dlv, and what the dlv of this machine does with it.
 *
 * Plain sentences for hovers and completions; what shows them chooses the markup.
 */
import { attributeFact } from "../attributes.js";
import { dlvLacks } from "../dlv-version.js";
import type { Facts } from "../rule.js";

export interface AttributeWords {
  readonly effect: string;
  /** As JSON. */
  readonly default?: string;
  readonly values?: readonly string[];
  /** Who reads it, since when, and what comes of it here. */
  readonly here: string;
}

export function attributeWords(name: string, facts: Facts): AttributeWords | undefined {
  const fact = attributeFact(name);
  if (!fact) return undefined;
  return {
    effect: fact.effect,
    ...(fact.default !== undefined && { default: JSON.stringify(fact.default) }),
    ...(fact.values && { values: fact.values }),
    here: hereOf(name, facts),
  };
}

function hereOf(name: string, facts: Facts): string {
  const fact = attributeFact(name);
  switch (fact?.reader) {
    case "vscode":
      return "Read by VS Code itself.";
    case "golang.go":
      return "Read by golang.go, before dlv starts.";
    case "legacy":
      return "Read by the legacy debug adapter only; dlv-dap ignores it.";
    case "godiag":
      return facts.proxy ? "Read by the Go Diagnostics proxy." : "Go Diagnostics' own; dlv and golang.go ignore it.";
    case "dlv": {
      if (fact.since === undefined) return "Read by every dlv that speaks DAP.";
      const yours = facts.dlv?.version;
      if (yours === undefined) return `Read by dlv since ${fact.since}.`;
      return dlvLacks(facts, fact.since)
        ? `Read by dlv since ${fact.since}; yours is ${yours} and ignores it in silence.`
        : `Read by dlv since ${fact.since}, also by yours (${yours}).`;
    }
    case undefined:
      return "";
  }
}
