/**
 * Why something could not be captured, as a value: WHAT failed, WHY, and WHAT TO DO, each a phrase for people.
 *
 * The target's own words (a status line, an error page) are quoted only after `quoted` made them harmless.
 */
export type CaptureCode =
  | "bad-url"
  | "dns"
  | "refused"
  | "unreachable"
  | "tls"
  /** Nobody that this machine trusts signed the certificate; a person may trust it nevertheless. */
  | "untrusted"
  | "auth"
  | "no-pprof"
  | "unknown-profile"
  | "http-status"
  | "html"
  | "not-a-profile"
  | "empty"
  | "timeout"
  | "too-large"
  | "died"
  | "undecodable"
  | "build"
  | "start"
  /** No such process, or nothing in it that gives profiles. */
  | "no-process"
  | "no-endpoint"
  | "aborted";

export interface CaptureProblem {
  readonly code: CaptureCode;
  readonly what: string;
  readonly why: string;
  readonly todo: string;
}

export type Captured<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: CaptureProblem };

export const captured = <T>(value: T): Captured<T> => ({ ok: true, value });

export function problem(
  code: CaptureCode,
  what: string,
  why: string,
  todo: string,
): { ok: false; problem: CaptureProblem } {
  return { ok: false, problem: { code, what, why, todo } };
}

/** For people: "Cannot get the heap profile: the server has no such page (404). Give the path …." */
export function sentenceOf({ what, why, todo }: CaptureProblem): string {
  const text = `${what}: ${why}. ${todo}`;
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? "" : "."}`;
}

/** The first line of something a stranger sent, printable, short and in quotes; "" when there is nothing to quote. */
export function quoted(text: string): string {
  const line = text.trimStart().split(/\r?\n/, 1)[0] ?? "";
  const clean = line.replace(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, "").trim();
  if (clean === "") return "";
  return `"${clean.length > 120 ? `${clean.slice(0, 119)}…` : clean}"`;
}
