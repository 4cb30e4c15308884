/**
 * Breakpoints in files and functions that only a child has, before the child is there. `dlv dap` keeps such breakpoints
 * in files from 1.26 on, and none in functions; over JSON-RPC Delve keeps both from 1.21 on. So what DAP refuses is
 * created there, suspended, and becomes real when a child starts that has it.
 *
 * DAP's own are not touched: when the client sets those of a file anew, ours of that file are taken away before.
 */
import type { DebugProtocol } from "@vscode/debugprotocol";
import { askRpc, type DelveAddress } from "../dlv/json-rpc.js";
import type { Forwarder } from "../session/forwarder.js";
import type { KnownState } from "../session/session-state.js";

export type PendingCommand = "setBreakpoints" | "setFunctionBreakpoints";
/** Whether a request may set such ones. */
export function isPendingCommand(command: string): command is PendingCommand {
  return command === "setBreakpoints" || command === "setFunctionBreakpoints";
}

type Wanted = Partial<DebugProtocol.SourceBreakpoint & DebugProtocol.FunctionBreakpoint>;

interface Pending {
  readonly id: number;
  /** Of the source, or "" for functions. */
  readonly path: string;
  /** A process has had it, and the client knows. */
  isReal: boolean;
}

interface RpcBreakpoint {
  readonly id: number;
  readonly addrs?: readonly number[] | null;
  readonly file?: string;
  readonly line?: number;
}

type Tell = (body: DebugProtocol.BreakpointEvent["body"]) => void;

/** What Delve says of a place that no process has. */
const UNKNOWN_PLACE = /^could not find file |^location .* not found$|^could not find function /;
const WAITS = "Waits for a child process that has it.";

export class PendingBreakpoints {
  readonly #forwarder: Forwarder;
  readonly #state: KnownState;
  /** Tells the client that set a breakpoint what became of it. */
  readonly #tell: Tell;
  #pending: Pending[] = [];
  #lastName = 0;

  constructor(forwarder: Forwarder, state: KnownState, tell: Tell) {
    this.#forwarder = forwarder;
    this.#state = state;
    this.#tell = tell;
  }

  /** Where Delve answers JSON-RPC; undefined when children are not followed, or only over DAP. */
  get #address(): DelveAddress | undefined {
    return this.#state.follows ? this.#forwarder.engine.rpcAddress : undefined;
  }

  /** Whether a request that sets breakpoints is to be answered here. */
  get isNeeded(): boolean {
    return this.#address !== undefined && this.#state.standsStill;
  }

  /** Sets them, and answers as Delve does; `request` is as Delve is to get it. */
  async set(command: PendingCommand, request: object): Promise<DebugProtocol.Response> {
    const release = this.#forwarder.hold({ letsLeave: true });
    try {
      const asked = ((request as DebugProtocol.Request).arguments ?? {}) as DebugProtocol.SetBreakpointsArguments;
      const path = asked.source?.path ?? "";
      await this.#clear(path);
      const answer = await this.#forwarder.ask(command, asked);
      const body = answer.body as { readonly breakpoints?: readonly DebugProtocol.Breakpoint[] } | undefined;
      const wanted = (asked.breakpoints ?? []) as readonly Wanted[];
      const breakpoints: DebugProtocol.Breakpoint[] = [];
      for (const [i, one] of (body?.breakpoints ?? []).entries()) {
        const isUnknown = !one.verified && one.id === undefined && UNKNOWN_PLACE.test(one.message ?? "");
        breakpoints.push(isUnknown && wanted[i] !== undefined ? await this.#create(path, wanted[i], one) : one);
      }
      return { ...answer, ...(body?.breakpoints !== undefined && { body: { ...body, breakpoints } }) };
    } finally {
      release();
    }
  }

  /** At a stop: tells the client which have become real. */
  async stopped(): Promise<void> {
    const address = this.#address;
    if (this.#pending.every(({ isReal }) => isReal) || address === undefined) return;
    const { Breakpoints } = await askRpc<{ readonly Breakpoints: readonly RpcBreakpoint[] }>(
      address,
      "ListBreakpoints",
      {},
    );
    for (const { id, addrs, file, line } of Breakpoints) {
      const pending = this.#pending.find((one) => one.id === id);
      if (!addrs?.length || pending === undefined || pending.isReal) continue;
      pending.isReal = true;
      const where = file ? { source: { path: file }, ...(line !== undefined && { line }) } : {};
      this.#tell({ reason: "changed", breakpoint: { id, verified: true, ...where } });
    }
  }

  async #clear(path: string): Promise<void> {
    const address = this.#address;
    const ours = this.#pending.filter((pending) => pending.path === path);
    this.#pending = this.#pending.filter((pending) => pending.path !== path);
    if (address === undefined) return;
    // A restart takes away those that were not real: it is no news that one is gone.
    for (const { id } of ours) await askRpc(address, "ClearBreakpoint", { Id: id }).catch(() => {});
  }

  async #create(path: string, wanted: Wanted, refused: DebugProtocol.Breakpoint): Promise<DebugProtocol.Breakpoint> {
    const address = this.#address;
    if (address === undefined) return refused;
    if (wanted.logMessage) return { ...refused, message: "Log points in children need dlv 1.26 or newer." };
    const file = inDelvesPath(path, this.#state.attributes["substitutePath"]);
    const { condition: Cond = "", hitCondition: HitCond = "", line, name: LocExpr = "" } = wanted;
    const place = path === "" ? {} : { file, line };
    const parameters = {
      Breakpoint: { name: `godiag${++this.#lastName}`, ...place, Cond, HitCond },
      ...(path === "" && { LocExpr }),
      Suspended: true,
    };
    try {
      const { Breakpoint } = await askRpc<{ readonly Breakpoint: RpcBreakpoint }>(
        address,
        "CreateBreakpoint",
        parameters,
      );
      this.#pending.push({ id: Breakpoint.id, path, isReal: false });
      return { id: Breakpoint.id, verified: false, message: WAITS, ...(line !== undefined && { line }) };
    } catch (error) {
      return { ...refused, message: (error as Error).message };
    }
  }
}

/** As `substitutePath` says, from the client's path to Delve's: the first rule whose `from` is a folder above it. */
function inDelvesPath(path: string, rules: unknown): string {
  if (!Array.isArray(rules)) return path;
  for (const { from, to } of rules as readonly { readonly from?: unknown; readonly to?: unknown }[]) {
    if (typeof from !== "string" || typeof to !== "string" || from === "") continue;
    const folder = from.replace(/[/\\]$/, "");
    if (path === folder || path.startsWith(`${folder}/`) || path.startsWith(`${folder}\\`)) {
      return to.replace(/[/\\]$/, "") + path.slice(folder.length);
    }
  }
  return path;
}
