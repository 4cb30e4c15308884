/** Reads what the nearest .vscode folder says about builds. */
import { join } from "node:path";
import { type EditorSystem, editorFlags, prebuiltConfigurations } from "../launch/env/editor-text.js";
import type { EnvFacts } from "../launch/env/facts.js";
import { nearest, readText } from "./env-files.js";

export async function editorFacts(folder: string): Promise<Pick<EnvFacts, "editor" | "prebuilt">> {
  const [settings, launch] = await Promise.all(
    ["settings.json", "launch.json"].map(async (name) => {
      const path = await nearest(folder, join(".vscode", name));
      return path === undefined ? "" : ((await readText(path)) ?? "");
    }),
  );
  return { editor: editorFlags(settings, thisSystem()), prebuilt: prebuiltConfigurations(launch) };
}

function thisSystem(): EditorSystem {
  return process.platform === "win32" ? "windows" : process.platform === "darwin" ? "osx" : "linux";
}
