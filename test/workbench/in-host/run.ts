/**
 * Runs the cases inside the extension host, which calls `run` and takes its end for the end of the tests. Results go to
 * the file that the environment names, since only an exit code leaves the host by itself.
 */
import { writeFileSync } from "node:fs";
import * as vscode from "vscode";
import { type Activation, activation } from "./activation.js";
import { cases, id } from "./cases.js";

export interface Results {
  readonly activation: Activation;
  /** Per case: "ok", or what went wrong. */
  readonly cases: Readonly<Record<string, string>>;
}

const limitMs = 60_000;

export async function run(): Promise<void> {
  const activated = await activation(vscode, id); // before anything else uses the extension
  const results: Record<string, string> = {};
  for (const [name, check] of Object.entries(cases)) {
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`took longer than ${limitMs / 1000} s`)), limitMs);
    });
    try {
      await Promise.race([check(vscode), limit]);
      results[name] = "ok";
    } catch (error) {
      results[name] = error instanceof Error ? (error.stack ?? error.message) : String(error);
    }
    clearTimeout(timer);
  }
  writeFileSync(
    process.env["GO_DIAGNOSTICS_RESULTS"] ?? "",
    JSON.stringify({ activation: activated, cases: results } satisfies Results),
  );
}
