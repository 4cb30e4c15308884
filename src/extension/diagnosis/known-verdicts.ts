/** Verdicts of debug sessions: what diagnoses confirmed, for the Goroutines view, and what stops confirmed, for diagnoses. */
import * as vscode from "vscode";
import type { Diagnosis, Finding } from "../../core/diagnosis/diagnosis.js";
import { confirmedGoroutines, findingsWithLeaks, leaksWithDiagnosed } from "../../core/diagnosis/session-verdicts.js";
import type { LeakJson, LeaksBody } from "../../core/goroutines/answer-bodies.js";

interface Verdicts {
  confirmed: readonly Finding[];
  when: string;
  leaks: readonly LeakJson[];
}

/** By the session's id; forgotten with the session. */
const known = new Map<string, Verdicts>();

export function registerKnownVerdicts(): vscode.Disposable {
  return vscode.debug.onDidTerminateDebugSession(({ id }) => void known.delete(id));
}

function of(session: string): Verdicts {
  const verdicts = known.get(session) ?? { confirmed: [], when: "", leaks: [] };
  known.set(session, verdicts);
  return verdicts;
}

/** The diagnosis with what stops of its session have confirmed; it is remembered for the stops to come. */
export function withKnownLeaks(diagnosis: Diagnosis, session: vscode.DebugSession): Diagnosis {
  const verdicts = of(session.id);
  verdicts.confirmed = confirmedGoroutines(diagnosis.findings);
  verdicts.when = new Date().toLocaleTimeString();
  return { ...diagnosis, findings: findingsWithLeaks(diagnosis.findings, verdicts.leaks) };
}

/** The leaks of a stop with what a diagnosis of the session has confirmed; they are remembered for the next one. */
export function withKnownDiagnosis(leaks: LeaksBody, session: vscode.DebugSession): LeaksBody {
  const verdicts = of(session.id);
  verdicts.leaks = leaks.findings;
  return leaksWithDiagnosed(leaks, verdicts.confirmed, verdicts.when);
}
