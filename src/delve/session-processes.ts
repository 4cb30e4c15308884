/** The processes of a session: those that Delve says it debugs, and what it started without saying so. */
import type { DebugProtocol } from "@vscode/debugprotocol";
import { killQuietly, processesOf } from "./debuggee-processes.js";
import type { Engine } from "./engine.js";
import { type Frame, messageOf } from "./framing.js";
import { connectRpc } from "./json-rpc.js";
import type { ProcessRow } from "./requests.js";
import { event } from "./session-words.js";
import type { Wire } from "./wire.js";

export class SessionProcesses {
  readonly #wire: Wire;
  #rows: readonly ProcessRow[] = [];
  /** Children of dlv: what it debugs, where an old Delve does not say it. */
  #children: readonly number[] = [];

  constructor(wire: Wire) {
    this.#wire = wire;
  }

  get rows(): readonly ProcessRow[] {
    return this.#rows;
  }

  /** Delve has told the client of a process. */
  told(frame: Frame): void {
    const body = messageOf<DebugProtocol.ProcessEvent>(frame)?.body;
    if (body?.systemProcessId !== undefined) this.#add(body.systemProcessId, body.name);
  }

  /** The event that `dlv dap` sends when it has launched a program; a remote attach says nothing. */
  async announce({ rpcAddress }: Engine): Promise<void> {
    if (rpcAddress === undefined) return;
    const rpc = await connectRpc(rpcAddress);
    const { Targets } = await rpc.call<{ Targets: { Pid: number; CmdLine: string }[] }>("ListTargets", {});
    rpc.close();
    for (const { Pid, CmdLine } of Targets) {
      const body = { name: CmdLine, systemProcessId: Pid, isLocalProcess: true, startMethod: "launch" };
      this.#wire.tell(event("process", body));
      this.#add(Pid, CmdLine);
    }
  }

  /** A dlv of ours has launched its program. */
  started(dlv: { readonly pid: number }): void {
    void processesOf(dlv.pid).then((children) => (this.#children = children));
  }

  /** Nothing of what was launched remains. */
  kill(): void {
    for (const pid of new Set([...this.#rows.map((row) => row.pid), ...this.#children])) killQuietly(pid);
  }

  #add(pid: number, name: string): void {
    const known = this.#rows.filter((row) => row.pid !== pid);
    this.#rows = [...known, { pid, name, selected: known.length === 0 }];
  }
}
