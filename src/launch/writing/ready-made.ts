/**
 * Ready-made configurations fitted to a machine and a folder: only what starts there is offered, pointed at a package
 * that is there.
 */
import type { Ready } from "./add-configuration.js";
import type { Json } from "../change.js";
import type { Facts } from "../rule.js";
import { type Snippet, snippetsFor } from "./snippets.js";

export interface Machine {
  readonly facts: Facts;
  /** The race detector builds with it. */
  readonly cCompiler: boolean;
}

export interface Packages {
  /** Folders with a main function, relative to the workspace folder; "" is the folder itself. */
  readonly programs: readonly string[];
  /** Folders with tests, and the names of the tests. */
  readonly tests: readonly { readonly folder: string; readonly names: readonly string[] }[];
}

/** What a snippet debugs: programs, the tests of a package, or something that runs already. */
export function aimOf({ configuration }: Snippet): "program" | "tests" | "process" {
  if (configuration["request"] === "attach") return "process";
  return configuration["mode"] === "test" ? "tests" : "program";
}

export function startableSnippets({ facts, cCompiler }: Machine, packages: Packages): readonly Snippet[] {
  return snippetsFor(facts).filter((snippet) => {
    const aim = aimOf(snippet);
    if (aim === "program" && packages.programs.length === 0) return false;
    if (aim === "tests" && packages.tests.length === 0) return false;
    if (JSON.stringify(snippet.configuration["buildFlags"] ?? "").includes("-race") && !cCompiler) return false;
    const joins = snippet.configuration["mode"] === "local";
    return !(joins && !facts.root && facts.ptraceScope !== undefined && facts.ptraceScope > 0);
  });
}

/** Pointed at a folder of the workspace and, where the snippet wants one, at a test. */
export function readyFor({ label, configuration }: Snippet, facts: Facts, folder: string, test?: string): Ready {
  const { name, ...rest } = configuration;
  const ready: Record<string, Json> = rest;
  if ("program" in ready) ready["program"] = "${workspaceFolder}" + (folder === "" ? "" : `/${folder}`);
  if (Array.isArray(ready["args"]) && test !== undefined) {
    ready["args"] = (ready["args"] as readonly string[]).map((arg) => arg.replace("TestName", test));
  }
  // Nothing would act on it.
  if (!facts.proxy) delete ready["dlvLoadAll"];
  return { name: typeof name === "string" ? name : label, ...ready };
}

export function wantsTestName({ configuration }: Snippet): boolean {
  return JSON.stringify(configuration["args"] ?? "").includes("TestName");
}

/** What a Go file says about its package. */
export function packageFacts(
  path: string,
  text: string,
): { readonly isProgram: boolean; readonly tests: readonly string[] } {
  const isTest = path.endsWith("_test.go");
  return {
    isProgram:
      !isTest && /^package main\b/m.test(text) && /^func main\(\)/m.test(text) && !/^\/\/go:build ignore\b/m.test(text),
    tests: isTest
      ? [...text.matchAll(/^func (Test(?:[^a-z(][^(\s]*)?)\(\w+ \*testing\.T\)/gm)].map((match) => match[1])
      : [],
  };
}
