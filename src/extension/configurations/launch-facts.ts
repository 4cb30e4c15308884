/**
 * What the launch rules may know about this machine, kept ready: rules run at every keystroke with what is known by
 * then, while dlv is asked in the background. In a workspace that is not trusted files are looked at, and nothing is run.
 */
import * as vscode from "vscode";
import { flagsNamed, pathsNamed } from "../../launch/check.js";
import type { Facts } from "../../launch/rule.js";
import { forgetInstalledDelve } from "../../machine/installed-delve.js";
import {
  machineFacts as factsOfMachine,
  ownFacts as factsOfProcess,
  pathFacts,
  safeFacts,
} from "../../machine/launch-facts.js";
import { setting } from "../settings.js";
import { dlvSetting, pathContext, toolsEnvironment } from "./go-tools.js";
import { folderOf, kindOfDocument } from "./launch-documents.js";

const known = new Map<string, Facts>();

/** At once: what was found out the last time, or what needs no finding out. */
export function knownFacts(document: vscode.TextDocument): Facts {
  return known.get(document.uri.toString()) ?? ownFacts();
}

export async function gatherFacts(document: vscode.TextDocument): Promise<Facts> {
  const text = document.getText();
  const kind = kindOfDocument(document);
  const folder = folderOf(document.uri) ?? vscode.workspace.workspaceFolders?.[0]?.uri;
  const [machine, files] = await Promise.all([
    machineFacts(folder, flagsNamed(text, kind), /mem(?:ory)?-?limit/i.test(text)),
    pathFacts(pathsNamed(text, kind), pathContext(folderOf(document.uri))),
  ]);
  const facts: Facts = { ...machine, ...files };
  known.set(document.uri.toString(), facts);
  return facts;
}

/** Facts that belong to no file: for what is about to be written. */
export async function machineFacts(
  folder: vscode.Uri | undefined,
  flags: readonly string[] = [],
  asksGopls = false,
): Promise<Facts> {
  const machine = vscode.workspace.isTrusted
    ? await factsOfMachine({
        dlv: dlvSetting(folder),
        env: toolsEnvironment(folder),
        flags,
        asksGopls,
      })
    : await safeFacts();
  return { ...ownFacts(), ...machine };
}

/** After a change of settings, or when the workspace became trusted. */
export function forgetFacts(): void {
  forgetInstalledDelve();
  known.clear();
}

export function forgetFactsOf(document: vscode.TextDocument): void {
  known.delete(document.uri.toString());
}

function ownFacts(): Facts {
  const golang = vscode.extensions.getExtension("golang.go")?.packageJSON as { version?: unknown } | undefined;
  return {
    ...factsOfProcess(),
    proxy: vscode.workspace.isTrusted && setting("goDiagnostics.proxy.enabled") === true,
    ...(typeof golang?.version === "string" && { golangExtension: { version: golang.version } }),
  };
}
