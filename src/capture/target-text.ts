/**
 * How a person names a running program: a URL, `pid:N`, `dlv:HOST:PORT`, `gops:PID` or `gops:HOST:PORT`; and the
 * memory of one that has ended, `core:FILE`. Capitals make no difference.
 */
export type TargetKind = "url" | "pid" | "dlv" | "gops" | "core";

/** Undefined for a file or a package. */
export function targetKind(text: string): TargetKind | undefined {
  if (/^(?:https?:\/\/|http\+unix:\/\/|unix:)/i.test(text)) return "url";
  const prefix = /^(pid|dlv|gops|core):/i.exec(text)?.[1].toLowerCase();
  return prefix as TargetKind | undefined;
}

/** What follows the kind. */
export function afterKind(text: string): string {
  return text.slice(text.indexOf(":") + 1).trim();
}

/** The process of `pid:N`; undefined where N is none. */
export function processNamed(text: string): number | undefined {
  if (targetKind(text) !== "pid" || !/^\d{1,9}$/.test(afterKind(text))) return undefined;
  return Number(afterKind(text)) || undefined;
}

/** Where the Delve of `dlv:HOST:PORT` listens; undefined where that is no address. */
export function delveNamed(text: string): { readonly host: string; readonly port: number } | undefined {
  const [, host, port] = (targetKind(text) === "dlv" && /^(.+):(\d{1,5})$/.exec(afterKind(text))) || [];
  return host === undefined ? undefined : { host: host.replace(/^\[|\]$/g, ""), port: Number(port) };
}
