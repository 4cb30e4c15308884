/** What can be done with a goroutine, a group or a finding of the view, by the ids that package.json contributes. */
import * as vscode from "vscode";
import { printable } from "../../core/text/printable.js";
import { shortName } from "../../delve/children/delve-targets.js";
import type { StatusBody } from "../../delve/session/requests.js";
import type { FrameJson, GoroutineBody } from "../../core/goroutines/answer-bodies.js";
import { goroutineReport } from "./goroutine-report.js";
import { pickGoroutine } from "./goroutine-picker.js";
import { creatorOf, isNode, placeOf, source, view } from "./goroutine-view.js";
import { findSource } from "../profiles/open-source.js";
import { openReport } from "./report-document.js";

const WHOLE_STACK = 1000;
/** A question per keystroke would only queue up. */
const TYPING_MS = 120;

const GROUPINGS: readonly { readonly group: string; readonly label: string; readonly detail: string }[] = [
  { group: "wait", label: "Where they wait", detail: "The same state at the same line." },
  {
    group: "object",
    label: "What they wait for",
    detail: "The same channel, lock or WaitGroup; at a stop memory is read for it.",
  },
  { group: "stack", label: "Stack", detail: "The same calls at the same lines." },
  { group: "similar", label: "Functions", detail: "The same functions, whatever the lines." },
  { group: "creator", label: "Who started them", detail: "The same go statement." },
  { group: "state", label: "State", detail: "Running, chan receive, select, …" },
  { group: "package", label: "Package", detail: "Of the function that waits." },
  { group: "label:", label: "Label…", detail: "The value of a pprof label, such as a request id." },
  { group: "none", label: "No groups", detail: "A plain list." },
];

export async function openNode(_context: unknown, node?: unknown): Promise<void> {
  const place = isNode(node) ? placeOf(node) : undefined;
  if (place) await openFrame(place);
}

export async function goToCreator(_context: unknown, node?: unknown): Promise<void> {
  const goroutine = isNode(node) ? node : await pickGoroutine("Go to the go statement of which goroutine?");
  if (!goroutine) return;
  const creator = isNode(goroutine) ? creatorOf(goroutine) : goroutine.createdBy;
  if (!creator) throw new Error("It is not known which go statement started it.");
  await openFrame(creator);
}

export async function goToBlockingLine(_context: unknown, node?: unknown): Promise<void> {
  const goroutine = isNode(node) ? node : await pickGoroutine("Go to the line of which goroutine?");
  if (!goroutine) return;
  const place = isNode(goroutine) ? (goroutine.goroutine?.at ?? placeOf(goroutine)) : goroutine.at;
  if (!place) throw new Error("It is not known in which line it is.");
  await openFrame(place);
}

/** Makes it the thread whose frames and variables are shown, however many goroutines there are. */
export async function switchTo(_context: unknown, node?: unknown): Promise<void> {
  const { session } = source();
  if (!session) throw new Error("A dump has no variables: only a goroutine of a debug session can be switched to.");
  const id = isNode(node) ? node.goroutine?.id : (await pickGoroutine("Switch to which goroutine?"))?.id;
  if (id !== undefined) await session.customRequest("goDiagnostics/switch", { id });
}

/** Of a session that follows children: threads, stacks, variables and this view become those of another process. */
export async function switchToProcess(): Promise<void> {
  const { session } = source();
  if (!session) throw new Error("A dump has no processes.");
  const { processes } = (await session.customRequest("goDiagnostics/status", {})) as StatusBody;
  const items = processes.map(({ pid, name = "", selected }) => ({
    label: printable(`${shortName(name)} ${pid}`),
    description: selected ? "now" : "",
    detail: printable(name),
    pid,
  }));
  if (items.length < 2) throw new Error("This session debugs one process at this stop.");
  const picked = await vscode.window.showQuickPick(items, { title: "Switch to which process?", matchOnDetail: true });
  if (picked) await session.customRequest("goDiagnostics/switch", { pid: picked.pid });
}

export async function copyStack(_context: unknown, node?: unknown): Promise<void> {
  const about = await chosen(node, "Copy the stack of which goroutine?");
  if (about) await vscode.env.clipboard.writeText(stackText(about));
}

export async function explain(_context: unknown, node?: unknown): Promise<void> {
  const { ask } = source();
  const finding = isNode(node) ? node.finding : undefined;
  const about = finding && finding.ids.length === 0 ? undefined : await chosen(node, "Explain which goroutine?");
  if (!about && !finding) return;
  const id = about?.goroutine.id;
  // Wait objects are read from memory; a dump has none.
  const waits = id === undefined ? undefined : await ask("goDiagnostics/waits", { id }).catch(() => undefined);
  await openReport(
    finding ? `Leak in ${finding.function}` : `Goroutine ${id}`,
    goroutineReport({ finding, about, waits, stack: about && stackText(about) }),
  );
}

/** The filter, applied while it is typed; what cannot be read is said with the column. */
export async function filterGoroutines(): Promise<void> {
  const goroutines = view();
  const before = goroutines.query.filter;
  const input = vscode.window.createInputBox();
  input.title = "Filter goroutines";
  input.placeholder = "state:chan receive  wait>5m  func:/pool/  label:req=42  created:main.start  id:7,10-20  -system";
  input.prompt = "Terms are joined by and; a minus negates. Enter keeps the filter, Escape takes it back.";
  input.value = before;
  const done = await new Promise<boolean>((resolve) => {
    let typing: NodeJS.Timeout | undefined;
    const apply = async () => {
      const value = input.value;
      const error = await goroutines.ask({ filter: value.trim() });
      if (value === input.value) input.validationMessage = error && `Column ${error.column}: ${error.message}`;
    };
    input.onDidChangeValue(() => {
      clearTimeout(typing);
      typing = setTimeout(() => void apply(), TYPING_MS);
    });
    input.onDidAccept(() => {
      clearTimeout(typing);
      void apply().then(() => !input.validationMessage && resolve(true));
    });
    input.onDidHide(() => {
      clearTimeout(typing);
      resolve(false);
    });
    input.show();
  });
  input.dispose();
  if (!done) await goroutines.ask({ filter: before });
  else await goroutines.show();
}

export async function clearFilter(): Promise<void> {
  await view().ask({ filter: "" });
}

export async function groupGoroutines(): Promise<void> {
  const { group: now } = view().query;
  const items = GROUPINGS.map((one) => ({
    ...one,
    picked: now === one.group,
    description: (one.group === "label:" ? now.startsWith("label:") : now === one.group) ? "now" : "",
  }));
  const picked = await vscode.window.showQuickPick(items, { title: "Group goroutines by", matchOnDetail: true });
  if (!picked) return;
  let { group } = picked;
  if (group === "label:") {
    const key = await vscode.window.showInputBox({
      title: "Group goroutines by label",
      prompt: "Key of the pprof label",
    });
    if (!key?.trim()) return;
    group += key.trim();
  }
  await view().ask({ group });
}

export async function refreshGoroutines(): Promise<void> {
  await view().refresh();
}

export async function loadMore(_context: unknown, node?: unknown): Promise<void> {
  if (isNode(node)) await view().loadMore(node);
}

/** Shows the goroutines that a filter lets through: from the flame graph, from a report. */
export async function showGoroutines(_context: unknown, filter?: unknown): Promise<void> {
  await view().show();
  await view().ask({ filter: typeof filter === "string" ? filter : "" });
}

async function chosen(node: unknown, title: string): Promise<GoroutineBody | undefined> {
  const { ask } = source();
  const id = isNode(node) ? (node.goroutine?.id ?? node.finding?.ids[0]) : (await pickGoroutine(title))?.id;
  return id === undefined ? undefined : ask("goDiagnostics/goroutine", { id, levels: WHOLE_STACK });
}

async function openFrame(frame: FrameJson): Promise<void> {
  const uri = await findSource(frame.file);
  if (!uri)
    throw new Error(
      `${printable(frame.file)} is not on this machine. Map its path with goDiagnostics.source.pathMappings.`,
    );
  const document = await vscode.workspace.openTextDocument(uri);
  const { line } = document.validatePosition(new vscode.Position(Math.max(1, frame.line) - 1, 0));
  const start = new vscode.Position(line, document.lineAt(line).firstNonWhitespaceCharacterIndex);
  await vscode.window.showTextDocument(document, { selection: new vscode.Range(start, start), preview: true });
}

/** As Go prints it. */
function stackText({ goroutine, stack, totalFrames }: GoroutineBody): string {
  const { id, state, createdBy } = goroutine;
  const lines = [`goroutine ${id} [${state}]:`];
  for (const frame of stack) lines.push(`${frame.function}(...)`, `\t${frame.file}:${frame.line}`);
  if (totalFrames > stack.length) lines.push(`...${totalFrames - stack.length} frames elided...`);
  if (createdBy) {
    const by = createdBy.goroutine === undefined ? "" : ` in goroutine ${createdBy.goroutine}`;
    lines.push(`created by ${createdBy.function}${by}`, `\t${createdBy.file}:${createdBy.line}`);
  }
  return lines.map((line) => line.replace(/[^\t\P{C}]/gu, "\ufffd")).join("\n") + "\n";
}
