/** What settings.json and launch.json say about builds: flags, and configurations for what was built before. */
import { type Configuration, elementsAt, type Members, objectAt, readDocument, stringAt } from "../document.js";
import { modeOf } from "../configuration.js";
import type { EditorFlags } from "./facts.js";

export type EditorSystem = "linux" | "osx" | "windows";

export function editorFlags(settingsText: string, system: EditorSystem): EditorFlags {
  const settings = readDocument(settingsText, "settings").settings;
  const build = elementsAt(settings, "go.buildFlags").map((node) => String(node.value));
  return {
    tools: known(stringAt(objectAt(settings, "go.toolsEnvVars"), "GOFLAGS")),
    build: build.length === 0 ? undefined : known(build.join(" ")),
    terminal: known(stringAt(terminalEnv(settings, system), "GOFLAGS")),
  };
}

/** Names of the configurations that join a process or start a binary. */
export function prebuiltConfigurations(launchText: string): string[] {
  return readDocument(launchText, "launch")
    .configurations.filter(isPrebuilt)
    .map(({ name }) => name);
}

function isPrebuilt(configuration: Configuration): boolean {
  if (configuration.type !== "go") return false;
  const mode = modeOf(configuration);
  return configuration.request === "attach" ? mode === "local" : mode === "exec";
}

const terminalEnv = (settings: Members | undefined, system: EditorSystem) =>
  objectAt(settings, `terminal.integrated.env.${system}`);

/** Only the editor knows what a variable stands for. */
const known = (flags: string | undefined) => (flags?.includes("${") ? undefined : flags);
