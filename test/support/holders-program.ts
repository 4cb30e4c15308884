/** test/fixtures/holders as a running process, and what it says of itself. */
import { type ChildProcess, spawn } from "node:child_process";
import { resolve } from "node:path";
import { built } from "./paused-debuggee.js";

const FOLDER = resolve("test/fixtures/holders");

export interface HoldersAccount {
  readonly pid: number;
  readonly heapAlloc: number;
  readonly objects: number;
  /** Bytes of what each holder was given, by its name. */
  readonly expected: Readonly<Record<string, number>>;
}

export interface RunningHolders {
  readonly account: HoldersAccount;
  stop(): Promise<void>;
}

export function builtHolders(go: string, flags: readonly string[] = []): string {
  return built(FOLDER, ".", go, flags);
}

export async function startHolders(binary: string, ...args: string[]): Promise<RunningHolders> {
  const child = spawn(binary, args, { stdio: ["ignore", "pipe", "ignore"] });
  const account = JSON.parse(await firstLine(child)) as HoldersAccount;
  return {
    account,
    stop: () =>
      new Promise((done) => {
        child.once("close", () => done());
        child.kill("SIGKILL");
      }),
  };
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((found, failed) => {
    let text = "";
    child.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
      if (text.includes("\n")) found(text.slice(0, text.indexOf("\n")));
    });
    child.once("error", failed);
    child.once("close", () => failed(new Error(`the program ended: ${text}`)));
  });
}
