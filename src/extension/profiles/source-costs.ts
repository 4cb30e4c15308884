/**
 * What each line of a profile costs, beside the code: heat in the gutter and the overview ruler, the amount after the
 * line, more in a hover. The last profile that was asked for it is shown in every editor whose file it names.
 */
import * as vscode from "vscode";
import { formatPercent, formatValue } from "../../core/text/format.js";
import type { CodePlace, FileCosts, LineCosts, SourceCosts } from "../../../webview/protocol.js";
import { bestSuffixMatch } from "./source-candidates.js";
import { plainMarkdownString } from "../messages.js";

/** Set while costs are shown: commands about them are offered then only. */
const CONTEXT = "goDiagnostics.hasSourceCosts";
const HEAT_COLOURS = ["goDiagnostics.heat1", "goDiagnostics.heat2", "goDiagnostics.heat3", "goDiagnostics.heat4"];

let shown: SourceCosts | undefined;
let types: vscode.TextEditorDecorationType[] = [];
/** Documents that were opened from a profile, and the file that it calls them. */
const openedAs = new Map<string, string>();

export function registerSourceCosts(): vscode.Disposable[] {
  types = HEAT_COLOURS.map((colour, heat) => heatType(colour, heat));
  return [
    ...types,
    vscode.window.onDidChangeVisibleTextEditors(() => drawAll()),
    // Edits move lines away from what the profile saw: the numbers go with the first one.
    vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      if (shown && contentChanges.length > 0 && document.isDirty) drawAll();
    }),
    vscode.languages.registerHoverProvider(
      { language: "go" },
      { provideHover: (document, { line }) => hoverAt(document, line + 1) },
    ),
  ];
}

/** `undefined` takes them away. */
export function showSourceCosts(costs: SourceCosts | undefined): void {
  shown = costs;
  void vscode.commands.executeCommand("setContext", CONTEXT, costs !== undefined);
  drawAll();
}

export function rememberSource(document: vscode.Uri, file: string): void {
  openedAs.set(document.toString(), file);
}

/** The function that a line of the editor in front costs for; undefined when no profile says. */
export function placeAtCursor(): CodePlace | undefined {
  const editor = vscode.window.activeTextEditor;
  const costs = editor && costsOf(editor.document);
  if (!editor || !costs) return undefined;
  const wanted = editor.selection.active.line + 1;
  // The nearest line with a cost above the cursor is of the function that the cursor is in, or of the one before it.
  const line = costs.lines.findLast((one) => one.line <= wanted) ?? costs.lines[0];
  return { function: line.function, file: costs.file, line: line.line };
}

function drawAll(): void {
  for (const editor of vscode.window.visibleTextEditors) draw(editor);
}

function draw(editor: vscode.TextEditor): void {
  const costs = costsOf(editor.document);
  const byHeat = types.map((): vscode.DecorationOptions[] => []);
  if (costs && shown) {
    const { lineCount } = editor.document;
    const most = Math.max(...costs.lines.map(size));
    for (const cost of costs.lines) {
      if (cost.line > lineCount) continue; // another version of the file
      const heat = Math.min(types.length - 1, Math.floor((size(cost) / most) * types.length));
      byHeat[heat].push({
        range: editor.document.lineAt(cost.line - 1).range,
        renderOptions: { after: { contentText: `  ${words(cost, shown)}` } },
      });
    }
  }
  for (const [heat, type] of types.entries()) editor.setDecorations(type, byHeat[heat]);
}

/** Undefined where the profile does not name the file, or the file is no longer what it was. */
function costsOf(document: vscode.TextDocument): FileCosts | undefined {
  if (!shown || document.isDirty || document.languageId !== "go") return undefined;
  const known = openedAs.get(document.uri.toString());
  if (known !== undefined) return shown.files.find(({ file }) => file === known);
  const path = document.uri.path;
  const name = path.slice(path.lastIndexOf("/") + 1);
  const named = shown.files.map(({ file }) => file).filter((file) => file.endsWith(`/${name}`));
  const best = bestSuffixMatch(path, named);
  // A name alone ("main.go") may be any program's.
  const folder = path.split("/").at(-2);
  if (best === undefined || best.replaceAll("\\", "/").split("/").at(-2) !== folder) return undefined;
  return shown.files.find(({ file }) => file === best);
}

function hoverAt(document: vscode.TextDocument, line: number): vscode.Hover | undefined {
  const cost = costsOf(document)?.lines.find((one) => one.line === line);
  if (!cost || !shown) return undefined;
  const { unit, total, title } = shown;
  const amount = (value: number) => `${formatValue(value, unit)} (${formatPercent(value, total)})`;
  const amounts = `on this line: ${amount(cost.flat)}\nwith all that it calls: ${amount(cost.cum)}`;
  return new vscode.Hover(plainMarkdownString(title, amounts, `in ${cost.function}`));
}

function size({ flat, cum }: LineCosts): number {
  return Math.max(Math.abs(flat), Math.abs(cum));
}

function words({ flat, cum }: LineCosts, { unit, total }: SourceCosts): string {
  const whole = `${formatValue(cum, unit)} (${formatPercent(cum, total)})`;
  return flat === 0 || flat === cum ? whole : `${whole}, here ${formatValue(flat, unit)}`;
}

function heatType(id: string, heat: number): vscode.TextEditorDecorationType {
  const colour = new vscode.ThemeColor(id);
  return vscode.window.createTextEditorDecorationType({
    isWholeLine: true,
    borderStyle: "solid",
    borderWidth: "0 0 0 4px",
    borderColor: colour,
    overviewRulerColor: colour,
    overviewRulerLane: vscode.OverviewRulerLane.Right,
    gutterIconPath: vscode.Uri.parse(gutterMark(heat)),
    gutterIconSize: "contain",
    after: { color: new vscode.ThemeColor("editorCodeLens.foreground"), fontStyle: "normal" },
  });
}

/** A bar, the longer the hotter; orange is readable on light and dark gutters. */
function gutterMark(heat: number): string {
  const width = 4 + 4 * heat;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect x="0" y="3" width="${width}" height="10" rx="1" fill="#e8710a" fill-opacity="${(0.4 + 0.2 * heat).toFixed(1)}"/></svg>`;
  return `data:image/svg+xml;base64,${btoa(svg)}`;
}
