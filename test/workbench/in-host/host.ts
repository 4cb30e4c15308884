/**
 * Starts the extension host of a real workbench with the cases in it, beside the packaged extension as it was installed,
 * and brings back their results.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { newRunFolder, repository } from "../places.js";
import { until } from "../until.js";
import { openWorkbench } from "../workbench.js";
import type { Results } from "./run.js";

export async function runInHost(options: { files: Readonly<Record<string, string | Uint8Array>> }): Promise<Results> {
  // The host wants an extension under development to hang tests on: an empty one, so that ours is tested as installed.
  const carrier = newRunFolder("in-host");
  const resultFile = join(carrier, "results.json");
  writeFileSync(
    join(carrier, "package.json"),
    JSON.stringify({ name: "carrier", publisher: "test", version: "0.0.0", engines: { vscode: "*" } }),
  );
  mkdirSync(join(carrier, "out"));
  await build({
    entryPoints: [join(repository, "test/workbench/in-host/run.ts")],
    outfile: join(carrier, "out", "run.cjs"),
    bundle: true,
    platform: "node",
    format: "cjs",
    external: ["vscode"],
  });

  const said: string[] = [];
  let exitCode: unknown;
  const workbench = await openWorkbench({
    name: "in-host",
    files: options.files,
    inHost: true,
    env: { GO_DIAGNOSTICS_RESULTS: resultFile },
    query: ({ url }) => {
      const remote = `vscode-remote://${new URL(url).host}${carrier}`;
      const payload = [
        ["extensionDevelopmentPath", remote],
        ["extensionTestsPath", `${remote}/out/run.cjs`],
        ["skipWelcome", "true"],
      ];
      return `&payload=${encodeURIComponent(JSON.stringify(payload))}`;
    },
    beforeLoad: async (page) => {
      await page.exposeFunction("codeAutomationLog", (_type: string, args: unknown[]) => said.push(args.join(" ")));
      await page.exposeFunction("codeAutomationExit", (code: unknown) => (exitCode = code));
    },
  });
  try {
    await until("the tests in the extension host to end", () => exitCode !== undefined, {
      limitMs: 120_000,
      seen: () => said.slice(-20),
    });
    if (!existsSync(resultFile)) throw new Error(`no results from the extension host:\n${said.join("\n")}`);
    return JSON.parse(readFileSync(resultFile, "utf8")) as Results;
  } catch (error) {
    await workbench.screenshot("in-host-failed");
    throw error;
  } finally {
    await workbench.stop();
    rmSync(carrier, { recursive: true, force: true });
  }
}
