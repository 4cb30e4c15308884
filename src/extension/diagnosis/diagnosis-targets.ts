/**
 * What "Diagnose Go Memory" can be pointed at, the likeliest first: the debugged program, Go programs of this machine that
 * serve profiles, the address that was used last, or one that is typed.
 *
 * The list is there at once and fills up while ports are asked; nothing is asked that is not a Go program of this user.
 */
import * as vscode from "vscode";
import { findPprof } from "../../capture/find-pprof.js";
import { parseEngine } from "../../capture/fleet/engine-target.js";
import { goProcesses } from "../../capture/go-processes.js";
import { gopsAgents } from "../../capture/gops.js";
import { targetKind } from "../../capture/target-text.js";
import { goSessions, isProxied, isStopped, pidOf } from "../debugging/debugged-processes.js";
import { iconless } from "../goroutines/goroutine-picker.js";
import { setting } from "../settings.js";

export type DiagnosisTarget =
  | { readonly kind: "address"; readonly address: string }
  /** It has no endpoint: its memory is read at pauses. */
  | { readonly kind: "session"; readonly session: vscode.DebugSession; readonly pid: number | undefined };

type Item = vscode.QuickPickItem & { readonly target: DiagnosisTarget };

/** Undefined when the person thought better of it. */
export async function pickTarget(lastAddress: string | undefined): Promise<DiagnosisTarget | undefined> {
  const picker = vscode.window.createQuickPick<Item>();
  picker.title = "Diagnose Go Memory";
  picker.placeholder =
    "Choose a program, or type the address of its pprof pages: http://localhost:6060, unix:/run/app.sock, pid:1234, pyroscope+http://…";
  picker.ignoreFocusOut = true;
  picker.matchOnDescription = true;
  const found: Item[] = engines();
  const asked = new AbortController();
  const address = lastAddress ?? setting("goDiagnostics.diagnose.url");
  const last = item(
    "$(history) ",
    address,
    lastAddress === undefined ? "from the settings" : "used last",
    addressTarget(address),
  );
  const show = () => {
    const typed = picker.value.trim();
    const own =
      typed === "" ? [] : [{ ...item("$(plug) ", typed, "this address", addressTarget(typed)), alwaysShow: true }];
    picker.items = [...own, ...found, last];
  };
  const add = (one: Item) => {
    found.push(one);
    show();
  };
  try {
    return await new Promise<DiagnosisTarget | undefined>((resolve) => {
      picker.onDidChangeValue(show);
      picker.onDidAccept(() => picker.activeItems.length > 0 && resolve(picker.activeItems[0].target));
      picker.onDidHide(() => resolve(undefined));
      show();
      picker.busy = true;
      picker.show();
      void find(add, asked.signal).finally(() => (picker.busy = false));
    });
  } finally {
    asked.abort();
    picker.dispose();
  }
}

/** Of the settings: programs with many instances. */
function engines(): Item[] {
  const set = setting("goDiagnostics.fleet.engines") as readonly unknown[];
  return set.flatMap((text) => {
    const engine = typeof text === "string" ? parseEngine(text) : undefined;
    if (engine?.ok !== true) return [];
    return [
      item(
        "$(server-environment) ",
        engine.value.name,
        "many instances, from the settings",
        addressTarget(text as string),
      ),
    ];
  });
}

async function find(add: (one: Item) => void, signal: AbortSignal): Promise<void> {
  const sessions = goSessions();
  const debugged = new Set<number>();
  await Promise.all(
    sessions.map(async (session) => {
      const pid = await pidOf(session);
      if (pid !== undefined) debugged.add(pid);
      const endpoint = pid === undefined ? undefined : await findPprof(pid, signal);
      if (signal.aborted) return;
      const about = "the program that is being debugged";
      if (endpoint?.ok === true) {
        add(
          item("$(debug-alt) ", session.name, `${about}, ${endpoint.value.name}`, addressTarget(endpoint.value.name)),
        );
      } else if (await isProxied(session)) {
        const memory = item("$(debug-alt) ", session.name, `${about}, from its memory`, {
          kind: "session",
          session,
          pid,
        });
        add({ ...memory, detail: pausesWords(session) });
      }
    }),
  );
  const agents = await gopsAgents();
  const others = (await goProcesses()).filter(({ pid }) => !debugged.has(pid));
  await Promise.all(
    others.map(async ({ pid, name }) => {
      const endpoint = await findPprof(pid, signal);
      if (signal.aborted) return;
      if (endpoint.ok) {
        add(
          item(
            "$(server-process) ",
            name,
            `process ${pid}, ${endpoint.value.name}`,
            addressTarget(endpoint.value.name),
          ),
        );
      } else if (endpoint.problem.code === "untrusted") {
        add(
          item(
            "$(server-process) ",
            name,
            `process ${pid}, its certificate is not trusted`,
            addressTarget(`pid:${pid}`),
          ),
        );
      } else if (agents.some((agent) => agent.pid === pid)) {
        add(item("$(server-process) ", name, `process ${pid}, gops agent`, addressTarget(`gops:${pid}`)));
      }
    }),
  );
}

/** What reading its memory does to the program, before it is done; a list shows some 70 letters. */
function pausesWords(session: vscode.DebugSession): string {
  const samples = setting("goDiagnostics.diagnose.samples");
  const before = isStopped(session) ? "Continued, then paused" : "No pprof pages: paused";
  return `${before} ${samples} times or more, some 10 to 300 ms each`;
}

function item(icon: string, label: string, description: string, target: DiagnosisTarget): Item {
  return { label: icon + iconless(label), description: iconless(description), target };
}

function addressTarget(address: string): DiagnosisTarget {
  return { kind: "address", address: withScheme(address) };
}

/** "localhost:6060" is what people type. */
function withScheme(text: string): string {
  return targetKind(text) !== undefined || /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
}
