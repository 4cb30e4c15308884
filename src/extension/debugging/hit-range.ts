/**
 * "From the n-th to the m-th hit": Delve's hit counts know one bound only, so the upper one is ours: after its last stop
 * the breakpoint is switched off, and on again when the session ends.
 */
import * as vscode from "vscode";

interface Range {
  breakpoint: vscode.SourceBreakpoint;
  readonly stops: number;
  left: number;
}

const ranges = new Set<Range>();

/** The breakpoint stops so many times in a session. */
export function stopAfter(breakpoint: vscode.SourceBreakpoint, stops: number): void {
  ranges.add({ breakpoint, stops, left: stops });
}

export function registerHitRanges(): vscode.Disposable {
  const tracked = (type: string) =>
    vscode.debug.registerDebugAdapterTrackerFactory(type, {
      createDebugAdapterTracker: (session) => ({ onDidSendMessage: (message) => void heard(session, message) }),
    });
  return vscode.Disposable.from(
    tracked("go"),
    tracked("go-diagnostics"),
    vscode.debug.onDidTerminateDebugSession(() => {
      for (const range of ranges) {
        range.left = range.stops;
        if (!range.breakpoint.enabled) replace(range, true);
      }
    }),
    vscode.debug.onDidChangeBreakpoints(({ changed, removed }) => {
      // Somebody took it away or wrote another hit count: it is theirs again.
      for (const range of ranges) {
        const isGone = removed.some(({ id }) => id === range.breakpoint.id);
        const isOther = changed.some(
          (one) => one.id === range.breakpoint.id && one.hitCondition !== range.breakpoint.hitCondition,
        );
        if (isGone || isOther) ranges.delete(range);
      }
    }),
  );
}

async function heard(session: vscode.DebugSession, message: unknown): Promise<void> {
  const { event, body } = message as { event?: string; body?: { hitBreakpointIds?: readonly number[] } };
  if (event !== "stopped" || ranges.size === 0) return;
  for (const range of ranges) {
    const known = (await session.getDebugProtocolBreakpoint(range.breakpoint)) as { id?: number } | undefined;
    if (known?.id === undefined || !body?.hitBreakpointIds?.includes(known.id)) continue;
    if (--range.left === 0) replace(range, false);
  }
}

function replace(range: Range, enabled: boolean): void {
  const { location, condition, hitCondition, logMessage } = range.breakpoint;
  const old = range.breakpoint;
  range.breakpoint = new vscode.SourceBreakpoint(location, enabled, condition, hitCondition, logMessage);
  vscode.debug.removeBreakpoints([old]);
  vscode.debug.addBreakpoints([range.breakpoint]);
}
