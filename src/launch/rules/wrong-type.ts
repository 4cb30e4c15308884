/** A value of the wrong type fails the launch inside dlv, with a Go type error. */
import type { Node } from "jsonc-parser";
import { type AttributeFact, attributeFact } from "../attributes.js";
import type { Change, Json } from "../change.js";
import { code, hasVariable, removeAttribute } from "../configuration.js";
import { type Attribute, membersOf } from "../document.js";
import { splitWords } from "../flags.js";
import type { Problem, Rule, Severity } from "../rule.js";

export const wrongType: Rule = {
  id: "wrong-type",
  about: "A value of the wrong type",
  configuration(configuration) {
    return configuration.list.flatMap((attribute): Problem[] => {
      const fact = attributeFact(attribute.name);
      // Its own rule knows more, and flags as one string are told by another.
      if (!fact || attribute.name === "substitutePath" || configuration.byName.get(attribute.name) !== attribute)
        return [];
      if (attribute.name === "dlvFlags" && attribute.value.type === "string") return [];
      if (attribute.name === "logDest") return [];
      const { value } = attribute;
      switch (fact.type) {
        case "environment":
          return environment(attribute);
        case "strings":
        case "string or strings":
          if (value.type === "array") return elements(attribute, fact);
          return value.type === "string" && fact.type === "string or strings" ? [] : mismatch(attribute, value, fact);
        case "process":
          return value.type === "number" || value.type === "string" ? [] : mismatch(attribute, value, fact);
        case "task":
          return value.type === "object" || value.type === "string" ? [] : mismatch(attribute, value, fact);
        case "object":
          return value.type === "object" ? [] : mismatch(attribute, value, fact);
        case "integer":
          if (value.type === "string" && hasVariable(String(value.value)) && fact.reader !== "dlv") return [];
          return value.type === "number" && Number.isInteger(value.value) ? [] : mismatch(attribute, value, fact);
        case "number":
        case "boolean":
        case "string":
          return value.type === fact.type ? [] : mismatch(attribute, value, fact);
        case "path mappings":
          return [];
      }
    });
  },
  delveConfig: true,
};

function mismatch(attribute: Attribute, at: Node, fact: AttributeFact): Problem[] {
  if (at.type === "null") {
    // Go's decoder takes null for "not written"; so does golang.go.
    return [];
  }
  const better = converted(at, fact);
  const wrong = String(at.value ?? at.type);
  const written =
    at.type === "string" ? `"${wrong}"` : at.type === "object" || at.type === "array" ? `an ${at.type}` : wrong;
  const does =
    better === undefined
      ? `Without it the default ${fact.default === undefined ? "" : `(${JSON.stringify(fact.default)}) `}applies: the fix takes it out.`
      : `You wanted ${code(JSON.stringify(better))}: the fix writes that.`;
  return [
    {
      at,
      severity: severityOf(fact),
      isHarmless: isTaken(attribute, at),
      message: `\`${attribute.name}\` must be ${article(fact.type)}, not ${written}: ${isTaken(attribute, at) ? "golang.go takes it all the same" : consequence(fact)}. ${does}`,
      fix:
        better === undefined
          ? { title: `Remove ${attribute.name}`, changes: [removeAttribute(attribute)] }
          : { title: `Write ${JSON.stringify(better)}`, changes: [{ do: "replace", node: at, value: better }] },
    },
  ];
}

function elements(attribute: Attribute, fact: AttributeFact): Problem[] {
  return (attribute.value.children ?? [])
    .filter(({ type }) => type !== "string")
    .map((node) => {
      const better = node.type === "number" || node.type === "boolean" ? String(node.value) : undefined;
      const change: Change =
        better === undefined ? { do: "remove", member: node } : { do: "replace", node, value: better };
      return {
        at: node,
        severity: severityOf(fact),
        message: `Every element of \`${attribute.name}\` must be a string: ${consequence(fact)}. The fix ${better === undefined ? "takes this one out" : `writes ${code(JSON.stringify(better))}`}.`,
        fix: {
          title: better === undefined ? "Remove the element" : `Write ${JSON.stringify(better)}`,
          changes: [change],
        },
      };
    });
}

function environment(attribute: Attribute): Problem[] {
  const { name, value } = attribute;
  if (value.type === "null") return [];
  const variables = membersOf(value);
  if (!variables) {
    const list = value.type === "array" ? (value.children ?? []).filter(({ type }) => type === "string") : [];
    const entries = list.map((node) => /^([^=]+)=([^]*)$/.exec(String(node.value))).filter((entry) => entry !== null);
    const better = Object.fromEntries(entries.map(([, key, text]) => [key, text]));
    const complete = entries.length > 0 && entries.length === (value.children ?? []).length;
    return [
      {
        at: value,
        severity: "warning",
        message: `\`${name}\` must be an object of strings: golang.go makes variables of it that are named 0, 1, 2, and the program gets none of yours. ${complete ? "The fix writes your list as one" : "The fix takes it out"}.`,
        fix: complete
          ? { title: "Write an object", changes: [{ do: "replace", node: value, value: better }] }
          : { title: `Remove ${name}`, changes: [removeAttribute(attribute)] },
      },
    ];
  }
  return variables.list
    .filter((variable) => variable.value.type !== "string" && variable.value.type !== "null")
    .map((variable) => {
      const scalar = variable.value.type === "number" || variable.value.type === "boolean";
      return {
        at: variable.value,
        severity: "error",
        message: `The environment variable \`${variable.name}\` must be a string (or null, which takes it away): dlv fails the launch with a type error. The fix ${scalar ? "puts it in quotes" : "takes it out"}.`,
        fix: scalar
          ? {
              title: "Put it in quotes",
              changes: [{ do: "replace", node: variable.value, value: String(variable.value.value) }],
            }
          : { title: `Remove ${variable.name}`, changes: [removeAttribute(variable)] },
      };
    });
}

/** What the author certainly meant, or undefined. */
function converted(node: Node, fact: AttributeFact): Json | undefined {
  const text = String(node.value).trim();
  switch (fact.type) {
    case "boolean":
      if (node.type === "number" && (text === "0" || text === "1")) return text === "1";
      return node.type === "string" && /^(?:true|false)$/i.test(text) ? text.toLowerCase() === "true" : undefined;
    case "integer":
    case "number":
      if (node.type === "number") return Math.round(Number(text));
      return node.type === "string" && /^-?\d{1,15}$/.test(text) ? Number(text) : undefined;
    case "string": {
      if (node.type === "number" || node.type === "boolean") return text;
      const only = node.type === "array" ? node.children : undefined;
      if (fact.values === undefined && only?.length && only.every(({ type }) => type === "string"))
        return only.map((element) => String(element.value)).join(fact.reader === "golang.go" ? "," : " ");
      return undefined;
    }
    case "strings":
      return node.type === "string" ? splitWords(text) : undefined;
    case "string or strings":
      return node.type === "number" ? [text] : undefined;
    case "environment":
    case "path mappings":
    case "process":
    case "task":
    case "object":
      return undefined;
  }
}

/** golang.go connects to port "2345" and passes showLog "true" on as it does the proper values (goDebugFactory.ts). */
function isTaken({ name }: Attribute, { type, value }: Node): boolean {
  if (type !== "string") return false;
  return name === "port" ? /^\d+$/.test(String(value)) : name === "showLog" && /^(?:true|false)$/.test(String(value));
}

function severityOf(fact: AttributeFact): Severity {
  return fact.reader === "dlv" ? "error" : "warning";
}

function consequence(fact: AttributeFact): string {
  return fact.reader === "dlv"
    ? "dlv fails the launch with a type error"
    : fact.reader === "godiag"
      ? "it is ignored"
      : "golang.go may ignore it or fail";
}

function article(type: AttributeFact["type"]): string {
  if (type === "strings") return "a list of strings";
  if (type === "string or strings") return "a string or a list of strings";
  if (type === "process") return "a number or a name";
  if (type === "task") return "the name of a task, or one as an object";
  return `${/^[aeio]/.test(type) ? "an" : "a"} ${type}`;
}
