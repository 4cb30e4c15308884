/**
 * Where settings.json talks to gopls: its flags, its environment, its settings.
 */
import type { Change } from "./change.js";
import { setAttribute } from "./configuration.js";
import { type Attribute, type Members, objectAt } from "./document.js";

export const SERVER_FLAGS = "go.languageServerFlags";
/** Reaches gopls, and every go command and the debuggee too. */
export const TOOLS_ENVIRONMENT = "go.toolsEnvVars";

/** `"gopls": { "build.memoryMode": … }`, `"gopls.memoryMode"`: gopls goes by the last word. */
export function goplsSettings(settings: Members): { name: string; attribute: Attribute }[] {
  const dotted = settings.list.filter(({ name }) => name.startsWith("gopls."));
  const nested = objectAt(settings, "gopls")?.list ?? [];
  return [...nested, ...dotted].map((attribute) => ({
    name: attribute.name.slice(attribute.name.lastIndexOf(".") + 1),
    attribute,
  }));
}

export function setGopls(settings: Members, name: string, value: number | string): Change[] {
  const gopls = objectAt(settings, "gopls");
  const dotted = settings.byName.get(`gopls.${name}`);
  if (dotted) return [setAttribute(settings, dotted.name, value)];
  return [gopls ? setAttribute(gopls, name, value) : setAttribute(settings, "gopls", { [name]: value })];
}

export function setTool(settings: Members, name: string, value: string): Change[] {
  const tools = objectAt(settings, TOOLS_ENVIRONMENT);
  if (tools?.byName.has(name)) return [];
  return [tools ? setAttribute(tools, name, value) : setAttribute(settings, TOOLS_ENVIRONMENT, { [name]: value })];
}
