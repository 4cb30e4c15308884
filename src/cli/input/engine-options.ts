/** How to get through to an engine: headers, trust, and which tenant of it. */
import type { Command } from "commander";
import type { Access } from "../../capture/pprof-endpoint.js";
import { accessOf, type TargetOptions } from "./target-options.js";
import type { Terminal } from "../terminal.js";

export interface EngineOptions extends TargetOptions {
  readonly tenant?: string;
}

export function addEngineOptions(command: Command): Command {
  return command.option("--tenant <name>", "of an engine: the tenant, sent as X-Scope-OrgID");
}

/** Throws Failure for a header that is none. */
export async function engineAccess(options: EngineOptions, terminal: Terminal): Promise<Access> {
  const access = await accessOf(options, terminal);
  if (options.tenant === undefined) return access;
  return { ...access, headers: { "x-scope-orgid": options.tenant, ...access.headers } };
}
