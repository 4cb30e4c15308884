/** Profile a Test or Benchmark: `go test` with a profile, which opens in the viewer. */
import { dirname } from "node:path";
import * as vscode from "vscode";
import { sentenceOf } from "../../capture/capture-problem.js";
import { profileTest, type TestProfileKind } from "../../capture/go-test.js";
import { toolsEnvironment } from "../configurations/go-tools.js";
import { log } from "../log.js";
import { withCancel } from "../with-cancel.js";
import { keepCapture, openCapture } from "./captures.js";
import { testFunctions } from "./test-functions.js";

export async function profileTestCommand(
  context: vscode.ExtensionContext,
  uri?: unknown,
  name?: unknown,
  kind?: unknown,
): Promise<void> {
  if (!vscode.workspace.isTrusted) throw new Error("This workspace is not trusted to run its tests.");
  const picked = uri instanceof vscode.Uri && typeof name === "string" ? { uri, name } : await pickTest();
  if (!picked) return;
  const what = kind === "heap" || kind === "cpu" || kind === "trace" ? kind : await pickKind();
  if (!what) return;
  const document = await vscode.workspace.openTextDocument(picked.uri);
  if (document.isDirty) await document.save(); // go test reads the disk
  const stop = new AbortController();
  const result = await withCancel(`Profiling ${picked.name} (${what})`, stop, (report) => {
    report("building and running");
    return profileTest({
      folder: dirname(picked.uri.fsPath),
      name: picked.name,
      kind: what,
      env: toolsEnvironment(picked.uri),
      signal: stop.signal,
      onLine: (line) => {
        log().info(`go test: ${line}`);
        if (/^=== RUN|^Benchmark/.test(line)) report("running");
      },
    });
  });
  if (result.ok) return openKept(context, `${what} of ${picked.name}`, what, result.value.bytes);
  if (result.problem.code === "aborted") return;
  throw new Error(sentenceOf(result.problem));
}

async function openKept(
  context: vscode.ExtensionContext,
  name: string,
  kind: TestProfileKind,
  bytes: Uint8Array,
): Promise<void> {
  await openCapture(await keepCapture(context, name, bytes, kind === "trace" ? "trace" : "pb.gz"));
}

async function pickTest(): Promise<{ readonly uri: vscode.Uri; readonly name: string } | undefined> {
  const document = vscode.window.activeTextEditor?.document;
  const tests = document?.fileName.endsWith("_test.go") ? testFunctions(document.getText()) : [];
  if (!document || tests.length === 0) throw new Error("Open a file with tests or benchmarks (*_test.go) first.");
  const title = "Profile which test or benchmark?";
  const name = await vscode.window.showQuickPick(
    tests.map((one) => one.name),
    { title },
  );
  return name === undefined ? undefined : { uri: document.uri, name };
}

async function pickKind(): Promise<TestProfileKind | undefined> {
  const items = [
    { label: "Heap", detail: "Where it allocates, sampled every 4 KiB.", profile: "heap" as const },
    { label: "CPU", detail: "Where time is spent.", profile: "cpu" as const },
    {
      label: "Execution trace",
      detail: "What its goroutines do and wait for, moment by moment.",
      profile: "trace" as const,
    },
  ];
  return (await vscode.window.showQuickPick(items, { title: "Which profile?" }))?.profile;
}
