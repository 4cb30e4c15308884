/**
 * An engine that keeps the profiles of many programs, as a person names it:
 * `pyroscope+http://HOST:4040?selector={service_name="shop"}`, `parca+https://HOST/prefix?selector={job="shop"}`.
 *
 * `service=shop` is short for the label that names a program there. User and password of the URL are sent as basic
 * authentication, tokens and tenants as headers; none of them is ever shown.
 */
import { type Matcher, parseSelector, selectorText } from "../../core/fleet/selector.js";
import { type Captured, captured, problem, quoted } from "../capture-problem.js";
import type { Access } from "../pprof-endpoint.js";

export type EngineKind = "pyroscope" | "parca";

export interface EngineTarget {
  readonly kind: EngineKind;
  /** With a slash at its end. */
  readonly base: URL;
  readonly matchers: readonly Matcher[];
  readonly access: Access;
  /** For people, without credentials. */
  readonly name: string;
}

const SERVICE_LABEL: Readonly<Record<EngineKind, string>> = { pyroscope: "service_name", parca: "job" };

/** Whether a text names an engine. */
export const isEngine = (text: string): boolean => /^(?:pyroscope|parca)\+https?:\/\//i.test(text);

/** `selector` and `service` are told from a literal selector with `&` and `+` in its strings. */
const SELECTOR = /[?&]selector=(\{(?:[^"}]|"(?:[^"\\]|\\.)*")*\}|[^&#]*)/;
const SERVICE = /[?&]service=([^&#]*)/;

export function parseEngine(text: string, access: Access = {}): Captured<EngineTarget> {
  const shown = text.replace(/\/\/[^/\s]*@/, "//").replace(/\?.*$/s, "");
  const what = `cannot use ${quoted(shown) || "the empty target"}`;
  const example = `Give pyroscope+http://localhost:4040?selector={service_name="shop"} or parca+http://localhost:7070?selector={job="shop"}`;
  const [, kindText = "", address = ""] = /^(pyroscope|parca)\+(https?:\/\/[^?#]*)/i.exec(text) ?? [];
  if (address === "" || !URL.canParse(address))
    return problem("bad-url", what, "it is not the URL of an engine", example);
  const kind = kindText.toLowerCase() as EngineKind;
  const base = new URL(address);
  if (!base.pathname.endsWith("/")) base.pathname += "/";
  const given = decoded(SELECTOR.exec(text)?.[1]);
  const service = decoded(SERVICE.exec(text)?.[1]);
  const matchers = given === undefined ? [] : parseSelector(given);
  if (matchers === undefined) {
    const why = `${quoted(given ?? "")} is not a selector`;
    return problem("bad-url", what, why, 'Write one as {service_name="shop",zone=~"eu-.*"}');
  }
  const all =
    service === undefined ? matchers : [...matchers, { name: SERVICE_LABEL[kind], op: "=" as const, value: service }];
  const at = `${kind}+${base.protocol}//${base.host}${base.pathname === "/" ? "" : base.pathname.slice(0, -1)}`;
  return captured({ kind, base, matchers: all, access, name: all.length === 0 ? at : `${at} ${selectorText(all)}` });
}

/** A `+` is itself here: patterns have them. */
function decoded(text: string | undefined): string | undefined {
  if (text === undefined || text === "") return undefined;
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a literal % in a selector
  }
}
