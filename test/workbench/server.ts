/**
 * VS Code as a web server on a port of loopback, with settings, extensions and logs in a run folder of its own.
 */
import { execFile, execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { needed, serverEntry, serverNode } from "./places.js";
import { startGroup } from "./process-group.js";
import { until } from "./until.js";

export type Settings = Readonly<Record<string, unknown>>;

export interface Server {
  /** http://127.0.0.1:PORT */
  readonly url: string;
  readonly extensionsFolder: string;
  log(): string;
  stop(): Promise<void>;
}

/** Whatever would open by itself, ask, or look for updates would take the focus from a test. */
const quiet: Settings = {
  "workbench.startupEditor": "none",
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.enableExperiments": false,
  "workbench.tips.enabled": false,
  "security.workspace.trust.enabled": false,
  "telemetry.telemetryLevel": "off",
  "chat.disableAIFeatures": true,
  "extensions.autoUpdate": false,
  "extensions.autoCheckUpdates": false,
  "extensions.ignoreRecommendations": true,
  "git.enabled": false,
  "debug.internalConsoleOptions": "neverOpen",
  "files.simpleDialog.enable": true,
  "explorer.autoReveal": false, // it takes back what is selected there
  // A key that goes astray while a source of Go itself is in front must not change Go.
  "files.autoSave": "off",
  "files.readonlyInclude": { [`${execFileSync("go", ["env", "GOROOT"], { encoding: "utf8" }).trim()}/**`]: true },
};

export async function startServer(options: {
  runFolder: string;
  vsix: readonly string[];
  settings?: Settings;
  env?: NodeJS.ProcessEnv;
  /** Whether tests are to run inside the extension host. */
  inHost?: boolean;
}): Promise<Server> {
  const { runFolder } = options;
  const home = join(runFolder, "home");
  const userData = join(runFolder, "user-data");
  const extensionsFolder = join(runFolder, "extensions");
  for (const folder of [home, join(userData, "User"), extensionsFolder]) mkdirSync(folder, { recursive: true });

  const settings = { ...quiet, ...options.settings };
  writeFileSync(join(userData, "User", "settings.json"), JSON.stringify(settings, undefined, 2));

  const env = {
    ...process.env,
    ...options.env,
    HOME: home,
    XDG_DATA_HOME: join(home, "data"),
    XDG_CONFIG_HOME: join(home, "config"),
    EXTENSIONS_GALLERY: "{}", // no marketplace, hence no look-ups
  };
  const folders = ["--config", join(runFolder, "config.yaml"), "--user-data-dir", userData];
  folders.push("--extensions-dir", extensionsFolder);
  const node = needed("The VS Code workbench", serverNode);

  if (options.vsix.length > 0) {
    const install = options.vsix.flatMap((file) => ["--install-extension", file]);
    await promisify(execFile)(node, [serverEntry, ...folders, "--force", ...install], { env, timeout: 60_000 });
  }
  const group = startGroup(
    node,
    [
      ...[serverEntry, ...folders],
      ...["--auth", "none", "--bind-addr", "127.0.0.1:0"],
      ...["--disable-telemetry", "--disable-update-check", "--disable-workspace-trust"],
      ...["--disable-getting-started-override", "--ignore-last-opened"],
      ...["--vscode-option", "force-disable-user-env"], // else a login shell's PATH replaces ours, and Go is not found
      // Without it tests inside the extension host are ignored; with it notifications stay in their centre.
      ...(options.inHost ? ["--vscode-option", "enable-smoke-test-driver"] : []),
    ],
    { cwd: runFolder, env, logFile: join(runFolder, "server.log") },
  );
  try {
    const url = await until(
      "the VS Code server to listen",
      () => {
        if (group.ended()) throw new Error(`the VS Code server ended with ${group.ended()}:\n${group.log()}`);
        return /listening on (http:\/\/127\.0\.0\.1:\d+)/.exec(group.log())?.[1];
      },
      { seen: () => group.log() },
    );
    await until(`${url}/healthz to answer`, async () => {
      const answer = await fetch(`${url}/healthz`).catch(() => undefined);
      return answer?.status === 200;
    });
    return {
      url,
      extensionsFolder,
      log: () => group.log(),
      stop: () => group.stop(),
    };
  } catch (error) {
    await group.stop();
    throw error;
  }
}
