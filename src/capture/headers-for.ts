/**
 * Headers that are kept in settings, for the one address that they were written for: by origin (scheme, host and port) or
 * by socket, so that a token is not sent to whatever address is diagnosed next.
 */
import { parseTarget } from "./pprof-endpoint.js";

export interface FoundHeaders {
  readonly headers: Readonly<Record<string, string>>;
  /** Names that stand under no address, and are sent to nobody. */
  readonly unbound: readonly string[];
}

/** `set` is as a person wrote it: headers by address. `${env:NAME}` in a value is a variable of `env`. */
export function headersFor(
  address: string,
  set: Readonly<Record<string, unknown>>,
  env: Readonly<Record<string, string | undefined>>,
): FoundHeaders {
  const headers: Record<string, string> = {};
  const unbound: string[] = [];
  const wanted = originOf(address);
  for (const [key, value] of Object.entries(set)) {
    if (typeof value === "string") unbound.push(key);
    if (typeof value !== "object" || value === null || wanted === undefined || originOf(key) !== wanted) continue;
    for (const [name, text] of Object.entries(value)) {
      if (typeof text !== "string") continue;
      headers[name] = text.replace(/\$\{env:(\w+)\}/g, (_, variable: string) => env[variable] ?? "");
    }
  }
  return { headers, unbound };
}

/** Undefined of what is no address. */
function originOf(address: string): string | undefined {
  const target = parseTarget(address);
  if (!target.ok) return undefined;
  const { folder, access } = target.value;
  return access?.socketPath === undefined ? folder.origin : `unix:${access.socketPath}`;
}
