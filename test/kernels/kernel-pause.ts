/** One program under Delve: stopped where it calls `stopHere`, looked at from outside, and run to its end. */
import { spawn } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { parseVersion } from "../../src/delve/dlv/delve-versions.js";
import { connectRpc, type RpcClient } from "../../src/delve/dlv/json-rpc.js";
import type { PausedProgram } from "../../src/process/paused-program.js";
import { rpcProgram } from "../../src/delve/memory/rpc-program.js";
import { ended, listening } from "../support/dap-session.js";
import { NEW_MACHINE } from "../support/paused-debuggee.js";
import type { Kernel } from "./kernel-programs.js";
import { kernelEnvironment, type Moments, readMoments } from "./kernel-run.js";

/** `address`: HOST:PORT of the Delve that holds the program. */
export type Look<T> = (program: PausedProgram, client: RpcClient, address: string) => Promise<T>;

/** Runs `program name`, looks at the first `stops` stops, and returns what was seen and what the program wrote. */
export async function lookAtStops<T>(
  program: string,
  name: string,
  stops: number,
  look: Look<T>,
  env: NodeJS.ProcessEnv = process.env,
): Promise<{ seen: T[]; output: string }> {
  const output = `${program}.${name}.out`;
  const flags = [
    "--headless",
    "--api-version=2",
    "--accept-multiclient",
    "--listen=127.0.0.1:0",
    "--redirect",
    `stdout:${output}`,
  ];
  const child = spawn(NEW_MACHINE.dlv, ["exec", ...flags, program, "--", name], {
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  try {
    const { address } = await listening(child);
    const [host, port] = address.split(":");
    const client = await connectRpc({ host, port: Number(port) });
    const paused = rpcProgram(client, parseVersion(NEW_MACHINE.delveVersion));
    await client.call("CreateBreakpoint", { Breakpoint: { functionName: "main.stopHere" } });
    const seen: T[] = [];
    for (let stop = 0; stop < stops; stop++) {
      await client.call("Command", { name: "continue" });
      seen.push(await look(paused, client, address));
    }
    await client.call("Command", { name: "continue" });
    client.close();
    return { seen, output: readFileSync(output, "utf8") };
  } finally {
    await ended(child);
    rmSync(output, { force: true });
  }
}

/** A kernel at its leak, and what it says of that moment itself (moment.go.txt). */
export async function lookAtLeak<T>(
  program: string,
  name: string,
  kernel: Kernel | undefined,
  look: Look<T>,
): Promise<{ moments: Moments; seen: T }> {
  const { seen, output } = await lookAtStops(program, name, 1, look, kernelEnvironment(kernel));
  return { moments: readMoments(output), seen: seen[0] };
}
