/** Commands that write conditions and hit counts of breakpoints. */
import * as vscode from "vscode";
import { everyHit, fromHit, hitRange, onlyInGoroutine } from "./breakpoint-text.js";
import { iconless, pickGoroutine } from "../goroutines/goroutine-picker.js";
import { isNode, placeOf } from "../goroutines/goroutine-view.js";
import { shortFrame } from "../goroutines/goroutine-text.js";
import { stopAfter } from "./hit-range.js";
import { findSource } from "../profiles/open-source.js";

/** A breakpoint at the row's line, or a condition on one that is there. */
export async function breakOnlyHere(_context: unknown, node?: unknown): Promise<void> {
  const goroutine = isNode(node) ? node.goroutine : await pickGoroutine("Break only in which goroutine?");
  if (!goroutine) return;
  const place = isNode(node) ? placeOf(node) : goroutine.at;
  const present = vscode.debug.breakpoints.filter((one) => one instanceof vscode.SourceBreakpoint);
  const uri = place && (await findSource(place.file));
  const here = uri && place.line > 0 ? new vscode.Location(uri, new vscode.Position(place.line - 1, 0)) : undefined;
  type Choice = vscode.QuickPickItem & { readonly location?: vscode.Location; readonly of?: vscode.SourceBreakpoint };
  const choices: Choice[] = [
    ...(here && place
      ? [{ label: "$(circle-filled) New breakpoint", description: iconless(shortFrame(place)), location: here }]
      : []),
    ...present.map((of) => ({
      label: `$(debug-breakpoint-conditional) ${iconless(vscode.workspace.asRelativePath(of.location.uri))}:${of.location.range.start.line + 1}`,
      description: iconless(of.condition ?? ""),
      of,
    })),
  ];
  if (choices.length === 0) throw new Error("There is no breakpoint yet, and the source of the goroutine is not here.");
  const title = `Break only in goroutine ${goroutine.id}: which breakpoint?`;
  const choice = choices.length === 1 ? choices[0] : await vscode.window.showQuickPick(choices, { title });
  if (!choice) return;
  const { of } = choice;
  const location = of?.location ?? choice.location;
  if (!location) return;
  if (of) vscode.debug.removeBreakpoints([of]);
  const condition = onlyInGoroutine(of?.condition, goroutine.id);
  vscode.debug.addBreakpoints([
    new vscode.SourceBreakpoint(location, true, condition, of?.hitCondition, of?.logMessage),
  ]);
  vscode.window.setStatusBarMessage(`$(check) Breaks only in goroutine ${goroutine.id}: ${iconless(condition)}`, 8000);
}

export async function breakEveryHit(_context: unknown, where?: unknown): Promise<void> {
  const text = await vscode.window.showInputBox({
    title: "Break at every k-th hit",
    prompt: "k: 10 stops at the 10th, 20th, 30th, … time that the line is reached",
    validateInput: (value) => (/^[1-9]\d*$/.test(value.trim()) ? undefined : "Give a whole number from 1."),
  });
  if (text !== undefined) change(where, { hitCondition: everyHit(Number(text)) });
}

export async function breakFromToHit(_context: unknown, where?: unknown): Promise<void> {
  const text = await vscode.window.showInputBox({
    title: "Break from the n-th to the m-th hit",
    prompt: "n-m: 100-105 stops six times, at the 100th to the 105th time that the line is reached",
    validateInput: (value) => (hitRange(value) ? undefined : "Give two whole numbers, such as 100-105."),
  });
  const range = text === undefined ? undefined : hitRange(text);
  if (!range) return;
  const changed = change(where, { hitCondition: fromHit(range.from) });
  stopAfter(changed, range.to - range.from + 1);
}

/** Another hit count for the breakpoint of a line. */
function change(where: unknown, { hitCondition }: { readonly hitCondition: string }): vscode.SourceBreakpoint {
  const { location, present } = lineOf(where);
  if (present) vscode.debug.removeBreakpoints([present]);
  const changed = new vscode.SourceBreakpoint(location, true, present?.condition, hitCondition, present?.logMessage);
  vscode.debug.addBreakpoints([changed]);
  return changed;
}

/** The breakpoint of the gutter that was clicked, else of the cursor's line; made when there is none. */
export function breakpointAt(where: unknown): vscode.SourceBreakpoint {
  const { location, present } = lineOf(where);
  if (present) return present;
  const made = new vscode.SourceBreakpoint(location);
  vscode.debug.addBreakpoints([made]);
  return made;
}

function lineOf(where: unknown): { location: vscode.Location; present: vscode.SourceBreakpoint | undefined } {
  const location = locationOf(where);
  if (!location) throw new Error("Put the cursor into the line of the breakpoint first.");
  const { line } = location.range.start;
  const present = vscode.debug.breakpoints.find(
    (one): one is vscode.SourceBreakpoint =>
      one instanceof vscode.SourceBreakpoint &&
      one.location.uri.toString() === location.uri.toString() &&
      one.location.range.start.line === line,
  );
  return { location: present?.location ?? location, present };
}

/** Menus of the gutter hand over the file and the line, counted from 1. */
function locationOf(where: unknown): vscode.Location | undefined {
  if (typeof where === "object" && where !== null && "lineNumber" in where && "uri" in where) {
    const { lineNumber, uri } = where as { readonly lineNumber: number; readonly uri: vscode.Uri };
    return new vscode.Location(uri, new vscode.Position(Math.max(0, lineNumber - 1), 0));
  }
  const editor = vscode.window.activeTextEditor;
  return editor && new vscode.Location(editor.document.uri, new vscode.Position(editor.selection.active.line, 0));
}
