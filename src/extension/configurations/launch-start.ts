/**
 * The check of a configuration at F5: what would fail, or of which something would be ignored, is not started in silence.
 * People choose: fix the file, fix this start only, start as it is, never ask again.
 */
import * as vscode from "vscode";
import { check } from "../../launch/check.js";
import type { DocumentKind } from "../../launch/document-kind.js";
import { configurationNamed, findingsOf, fixOne, valueOf } from "../../launch/fix-one.js";
import type { Facts, Finding } from "../../launch/rule.js";
import { fixDocument } from "./fix-launch-command.js";
import { kindOfDocument, launchFileOf } from "./launch-documents.js";
import { gatherFacts, machineFacts } from "./launch-facts.js";
import { NEVER_ASK } from "./never-ask.js";
import { log } from "../log.js";
import { setting } from "../settings.js";
import { type Attributes, isFrom, withFix } from "./start-fix.js";
import { askWarning, showWarning } from "../messages.js";
import { errorText } from "../../core/text/error-text.js";

/** A configuration in text: that of a file, or one that somebody made for this start. */
interface Written {
  readonly document: vscode.TextDocument | undefined;
  readonly text: string;
  readonly kind: DocumentKind;
  readonly value: Attributes;
  readonly facts: Facts;
  readonly findings: readonly Finding[];
}

type Choice = "file" | "start" | "anyway" | "never" | undefined;

/** Undefined ends the start: somebody pressed Cancel. */
export async function checkedStart(
  context: vscode.ExtensionContext,
  folder: vscode.WorkspaceFolder | undefined,
  configuration: vscode.DebugConfiguration,
): Promise<vscode.DebugConfiguration | undefined> {
  const action = setting("goDiagnostics.launch.atStart", folder?.uri);
  if (action === "off" || !configuration.request) return configuration;
  const written = (await fromFile(folder, configuration)) ?? (await fromNowhere(folder, configuration));
  if (written.findings.length === 0) return configuration;
  const rules = written.findings.map(({ rule }) => rule).join(", ");
  log().info(`"${configuration.name}" starts with problems: ${rules}`);

  const id = `${written.document?.uri.toString() ?? folder?.uri.toString() ?? ""}#${configuration.name}`;
  const neverAsk = context.workspaceState.get<readonly string[]>(NEVER_ASK) ?? [];
  const fixable = written.findings.some(({ fix }) => fix);
  const byItself = action === "file" || action === "start" ? (fixable ? action : "anyway") : undefined;
  if (byItself === undefined && neverAsk.includes(id)) return configuration;
  const choice = byItself ?? (await ask(configuration.name, written, fixable));
  if (choice === "never") await context.workspaceState.update(NEVER_ASK, [...neverAsk, id]);
  if (byItself === "file" || byItself === "start") tellFixes(configuration.name, written.findings);
  if (choice === "file" || choice === "start") return fix(configuration, written, choice);
  return choice === undefined ? undefined : configuration;
}

async function fromFile(
  folder: vscode.WorkspaceFolder | undefined,
  configuration: vscode.DebugConfiguration,
): Promise<Written | undefined> {
  const { workspaceFile } = vscode.workspace;
  const files = [
    ...(folder ? [launchFileOf(folder), vscode.Uri.joinPath(folder.uri, ".vscode", "settings.json")] : []),
    ...(workspaceFile && workspaceFile.scheme !== "untitled" ? [workspaceFile] : []),
  ];
  for (const file of files) {
    const document = await vscode.workspace.openTextDocument(file).then(undefined, () => undefined);
    if (!document) continue;
    const text = document.getText();
    const kind = kindOfDocument(document);
    const found = configurationNamed(text, kind, configuration.name);
    if (!found || !isFrom(configuration, valueOf(found))) continue;
    const facts = await gatherFacts(document);
    // What works is not asked about, even if something in it has no effect.
    const findings = findingsOf(found, check(text, kind, facts)).filter(
      ({ severity, isHarmless }) => severity === "error" || (severity === "warning" && !isHarmless),
    );
    return { document, text, kind, value: valueOf(found), facts, findings };
  }
  return undefined;
}

/**
 * Made by another extension, or in the user's settings: nobody knows which attributes a person wrote and which
 * golang.go filled in, so only what makes the start fail counts.
 */
async function fromNowhere(
  folder: vscode.WorkspaceFolder | undefined,
  configuration: vscode.DebugConfiguration,
): Promise<Written> {
  const value = Object.fromEntries(Object.entries(configuration).filter(([name]) => !name.startsWith("__")));
  const text = JSON.stringify({ configurations: [value] }, undefined, 2);
  const facts = await machineFacts(folder?.uri);
  const findings = check(text, "launch", facts).filter(({ severity }) => severity === "error");
  return { document: undefined, text, kind: "launch", value, facts, findings };
}

/** What is fixed without a question is told: a flag may have been taken out. */
function tellFixes(name: string, findings: readonly Finding[]): void {
  const titles = findings.flatMap((finding) => finding.fix?.title ?? []).join(", ");
  log().info(`"${name}" is fixed for its start: ${titles}`);
}

async function ask(name: string, { document, findings }: Written, fixable: boolean): Promise<Choice> {
  const fails = findings.some(({ severity }) => severity === "error");
  const choices: readonly (readonly [string, Choice])[] = [
    ...(fixable && document ? [["Fix and Start", "file"] as const] : []),
    ...(fixable ? [["Fix This Start Only", "start"] as const] : []),
    ["Start Anyway", "anyway"],
    ["Don't Ask for This Configuration", "never"],
  ];
  const picked = await askWarning(
    fails ? `"${name}" cannot start as it is written.` : `Not everything in "${name}" has an effect.`,
    detailOf(findings),
    ...choices.map(([title]) => title),
  );
  return choices.find(([title]) => title === picked)?.[1];
}

/** A dialog does not scroll. */
function detailOf(findings: readonly Finding[]): string {
  const shown = findings.slice(0, 4).map(({ message }) => `• ${plain(message)}`);
  const more = findings.length - shown.length;
  return [...shown, ...(more > 0 ? [`… and ${more} more, underlined in the file.`] : [])].join("\n\n");
}

function plain(message: string): string {
  return message.replaceAll("`", "'");
}

async function fix(
  configuration: vscode.DebugConfiguration,
  { document, text, kind, value, facts }: Written,
  where: "file" | "start",
): Promise<vscode.DebugConfiguration> {
  const wanted = (finding: Finding) => document !== undefined || finding.severity === "error";
  const fixed = configurationNamed(fixOne(text, kind, facts, configuration.name, wanted), kind, configuration.name);
  if (!fixed) return configuration;
  if (where === "file" && document) {
    await fixDocument(document, configuration.name).catch((error: unknown) => {
      const why = errorText(error);
      log().warn(`the file stays as it is, this start is fixed: ${why}`);
      void showWarning(`This start is fixed; the file is not: ${why}`);
    });
  }
  return withFix(configuration, value, valueOf(fixed), autoMode(valueOf(fixed)));
}

/** As golang.go decides it. */
function autoMode({ request, program }: Attributes): "debug" | "test" | "local" {
  if (request === "attach") return "local";
  const named = typeof program === "string" && program.endsWith(".go");
  const file = named ? program : (vscode.window.activeTextEditor?.document.fileName ?? "");
  return file.endsWith("_test.go") ? "test" : "debug";
}
