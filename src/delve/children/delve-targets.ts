/**
 * The processes that one Delve debugs at once, its targets: a parent and the children that it follows. All of them stop
 * and resume together; whatever is asked (threads, stacks, memory) is answered about the selected one.
 */
import { askRpc, type DelveAddress } from "../dlv/json-rpc.js";

export interface Target {
  readonly pid: number;
  /** As Delve writes it: words with spaces in quotes. */
  readonly commandLine: string;
  readonly selected: boolean;
  /** The thread that its stop is about, and the goroutine on it, where Delve tells. */
  readonly thread?: number;
  readonly goroutine?: number;
}

/** Both may be called while the program stands still only. */
export interface DelveTargets {
  list(): Promise<readonly Target[]>;
  select(target: Target): Promise<void>;
}

interface ListedTarget {
  readonly Pid: number;
  readonly CmdLine: string;
  readonly CurrentThread?: { readonly id: number; readonly goroutineID?: number } | null;
}

/** Over JSON-RPC, from dlv 1.21 on. */
export function rpcTargets(address: DelveAddress): DelveTargets {
  return {
    async list() {
      const [{ Targets }, { State }] = await Promise.all([
        askRpc<{ readonly Targets: readonly ListedTarget[] }>(address, "ListTargets", {}),
        askRpc<{ readonly State: { readonly Pid?: number } }>(address, "State", { NonBlocking: false }),
      ]);
      return Targets.map(({ Pid, CmdLine, CurrentThread }) => ({
        pid: Pid,
        commandLine: CmdLine,
        selected: Pid === State.Pid,
        ...(CurrentThread && { thread: CurrentThread.id }),
        ...(CurrentThread?.goroutineID && { goroutine: CurrentThread.goroutineID }),
      }));
    },
    async select({ pid, thread = pid }) {
      await askRpc(address, "Command", { name: "switchThread", threadID: thread });
    },
  };
}

/** Over DAP, from dlv 1.26 on. The thread of the stop is not told, and is the first one after a switch. */
export function dapTargets(evaluate: (expression: string) => Promise<string>): DelveTargets {
  return {
    list: async () => targetsIn(await evaluate("dlv target list")),
    select: async ({ pid }) => void (await evaluate(`dlv target switch ${pid}`)),
  };
}

/** Lines of `*`, process id, command line, between tabs. */
function targetsIn(text: string): Target[] {
  return text.split("\n").flatMap((line) => {
    const [, star, pid, commandLine] = /^(\*?)\t(\d+)\t(.*)$/.exec(line) ?? [];
    return pid === undefined ? [] : [{ pid: Number(pid), commandLine, selected: star === "*" }];
  });
}

/** What people call a process: the file that it runs. */
export function shortName(commandLine: string): string {
  const first = /^"((?:[^"\\]|\\.)*)"/.exec(commandLine)?.[1] ?? commandLine.split(" ", 1)[0];
  return first.replace(/^.*[/\\]/, "");
}
