/** One profile of a debugged program: out of its memory while it is paused, from its pprof endpoint while it runs. */
import type * as vscode from "vscode";
import { sentenceOf } from "../../capture/capture-problem.js";
import { findPprof } from "../../capture/find-pprof.js";
import { fetchProfile } from "../../capture/pprof-http.js";
import type { ProfileBody } from "../../delve/session/requests.js";
import type { CaptureKind } from "./capture-kinds.js";
import type { GoroutineSources } from "../goroutines/goroutine-source.js";

export interface CapturedProfile {
  readonly bytes: Uint8Array;
  readonly notes: readonly string[];
}

/** Rejects with a sentence for a person. */
export async function captureOf(
  sources: GoroutineSources,
  session: vscode.DebugSession,
  kind: CaptureKind,
  about: { readonly seconds?: number; readonly signal?: AbortSignal } = {},
): Promise<CapturedProfile> {
  const proxied = sources.proxied(session);
  if (!proxied) throw new Error(`The proxy is not in the session "${session.name}": its memory cannot be read.`);
  if (!proxied.isRunning) {
    if (!kind.paused) throw new Error(`${kind.label}: the program must be running for that. Continue it (F5) first.`);
    const { base64, notes } = (await session.customRequest("goDiagnostics/profile", {
      kind: kind.paused,
    })) as ProfileBody;
    return { bytes: new Uint8Array(Buffer.from(base64, "base64")), notes };
  }
  if (!kind.running) throw new Error(`${kind.label}: the program must be paused for that (F6).`);
  const pid = proxied.status?.processes.find(({ selected }) => selected)?.pid ?? proxied.status?.processes[0]?.pid;
  const hint = kind.paused ? " Or pause the program (F6): then its memory is read without any endpoint." : "";
  if (pid === undefined) throw new Error(`It is not known which process is debugged.${hint}`);
  const found = await findPprof(pid, about.signal);
  if (!found.ok) throw new Error(sentenceOf(found.problem) + hint);
  const fetched = await fetchProfile(found.value.target, kind.running, {
    ...(about.seconds !== undefined && kind.records && { seconds: about.seconds }),
    ...(about.signal && { signal: about.signal }),
  });
  if (!fetched.ok) throw new Error(sentenceOf(fetched.problem));
  return { bytes: fetched.value.bytes, notes: [] };
}
