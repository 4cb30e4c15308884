/**
 * Selectors of label sets, as Prometheus, Pyroscope and Parca write them: `{service_name="shop",pod=~"shop-.*"}`.
 */
export interface Matcher {
  readonly name: string;
  readonly op: "=" | "!=" | "=~" | "!~";
  readonly value: string;
}

/** A label name of Prometheus; Pyroscope's own labels have dots as well. */
const MATCHER = /^\s*([A-Za-z_][\w.]*)\s*(=~|!~|!=|=)\s*"((?:[^"\\]|\\.)*)"\s*(,|$)/;

/** Undefined where the text is no selector; the braces may be left out. */
export function parseSelector(text: string): readonly Matcher[] | undefined {
  const inner = /^\s*\{(.*)\}\s*$/s.exec(text)?.[1] ?? text;
  const matchers: Matcher[] = [];
  for (let rest = inner; rest.trim() !== "";) {
    const [all, name, op, value] = MATCHER.exec(rest) ?? [];
    if (all === undefined) return undefined;
    matchers.push({ name, op: op as Matcher["op"], value: unescaped(value) });
    rest = rest.slice(all.length);
  }
  return matchers;
}

export function selectorText(matchers: readonly Matcher[]): string {
  return `{${matchers.map(({ name, op, value }) => `${name}${op}${quotedValue(value)}`).join(",")}}`;
}

/** A matcher for any of these values, or the one. */
export function anyOf(name: string, values: readonly string[]): Matcher {
  if (values.length === 1) return { name, op: "=", value: values[0] };
  return { name, op: "=~", value: values.map(literalPattern).join("|") };
}

/** RE2, as Go's regexp.QuoteMeta writes it. */
const literalPattern = (text: string): string => text.replace(/[\\.+*?()|[\]{}^$]/g, "\\$&");

const quotedValue = (value: string): string =>
  `"${value.replace(/[\\"]/g, "\\$&").replaceAll("\n", "\\n").replaceAll("\r", "\\r").replaceAll("\t", "\\t")}"`;

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };

const unescaped = (value: string): string => value.replace(/\\(.)/gs, (_, letter: string) => ESCAPES[letter] ?? letter);
