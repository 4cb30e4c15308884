/**
 * Many instances in the editor: diagnose what an engine keeps, open one of its instances, send it a profile.
 */
import * as vscode from "vscode";
import type { CaptureProblem, Captured } from "../../capture/capture-problem.js";
import { sentenceOf } from "../../capture/capture-problem.js";
import { isEngine, parseEngine } from "../../capture/fleet/engine-target.js";
import { mergedProfile, type NamedProfile, seriesOfInstance } from "../../capture/fleet/instance-profile.js";
import type { FleetReading } from "../../capture/fleet/read-fleet.js";
import type { Diagnosis } from "../../core/diagnosis/diagnosis.js";
import { iconless } from "../goroutines/goroutine-picker.js";
import { againstKeptBaseline } from "../diagnosis/diagnosis-commands.js";
import { openDiagnosis } from "../diagnosis/diagnosis-panel.js";
import { log } from "../log.js";
import { showInformation } from "../messages.js";
import { openProfiles } from "../profiles/profile-panel.js";
import { setting } from "../settings.js";
import { withCancel } from "../with-cancel.js";
import { accessTo, askToken } from "./engine-tokens.js";
import { runFleetJob } from "./fleet-job.js";

/** The fleet that was diagnosed last, in this window. */
let lastFleet: { readonly engine: string; readonly reading: FleetReading; readonly diagnosis: Diagnosis } | undefined;

const FLEET_CONTEXT = "goDiagnostics.hasFleet";
const HOUR_MS = 3_600_000;

export async function diagnoseEngine(context: vscode.ExtensionContext, engine: string): Promise<void> {
  const hours = setting("goDiagnostics.fleet.sinceHours");
  const name = nameOf(engine);
  log().info(`diagnosing the programs of ${name}, the last ${hours} h`);
  const title = `Diagnosing the memory of ${name}`;
  const done = await runFleetJob(context, title, { type: "diagnose", engine, sinceMs: hours * HOUR_MS });
  if (done?.type !== "diagnosed") return;
  lastFleet = { engine, reading: done.reading, diagnosis: done.diagnosis };
  await vscode.commands.executeCommand("setContext", FLEET_CONTEXT, true);
  await openDiagnosis(context, {
    diagnosis: againstKeptBaseline(context, done.diagnosis),
    profiles: done.profiles.map(own),
  });
}

/** Asks which instance and what of it; those that leak come first. */
export async function openInstance(context: vscode.ExtensionContext): Promise<void> {
  if (lastFleet === undefined) throw new Error("Diagnose a fleet first: Diagnose Go Memory, then choose an engine.");
  const { engine, reading, diagnosis } = lastFleet;
  const { fleet, types } = reading;
  const leaking = new Set(diagnosis.findings.flatMap(({ instances }) => instances?.leaking ?? []));
  const items = [
    ...[...leaking].map((name) => ({ name, about: "leaks" })),
    ...fleet.instances.filter(({ name }) => !leaking.has(name)).map(({ name }) => ({ name, about: "" })),
  ].map(({ name, about }) => {
    const labels = Object.entries(fleet.instances.find((one) => one.name === name)?.labels ?? {});
    const shown = labels
      .filter(([key]) => key !== fleet.by && !key.startsWith("__"))
      .map(([key, value]) => `${key}=${value}`);
    return {
      label: iconless(name),
      description: iconless([about, ...shown].filter((text) => text !== "").join(", ")),
      name,
    };
  });
  const instance = await vscode.window.showQuickPick(items, {
    title: "Open an Instance of the Fleet",
    placeHolder: `${fleet.instances.length} instances (${fleet.by})`,
    matchOnDescription: true,
  });
  if (instance === undefined) return;
  const label = diagnosis.findings.find(({ instances }) => instances?.label !== undefined)?.instances?.label;
  const others = label && otherValue(reading, label);
  const choices = [
    ...(types.inuseSpace === undefined
      ? []
      : [{ label: "Heap, over time", what: "heap" as const, description: "its profiles as a series: the Growth tab" }]),
    ...(types.inuseSpace === undefined
      ? []
      : [{ label: "Heap, last profile", what: "last" as const, description: "one flame graph" }]),
    ...(types.goroutine === undefined
      ? []
      : [{ label: "Goroutines, over time", what: "goroutines" as const, description: "its profiles as a series" }]),
    ...(label === undefined || others === undefined
      ? []
      : [
          {
            label: `${label.name} ${iconless(label.value)} − ${iconless(others)}`,
            what: "versions" as const,
            description: "all instances of both, as a difference",
          },
        ]),
  ];
  const choice = await vscode.window.showQuickPick(choices, { title: instance.name, placeHolder: "What of it?" });
  if (choice === undefined) return;
  const target = valueOf(parseEngine(engine, await accessTo(context, engine)));
  const stop = new AbortController();
  const read = await withCancel(`Reading profiles of ${instance.name}`, stop, async () => {
    if (choice.what === "versions") {
      const [base, kind] = await Promise.all(
        [others!, label!.value].map((value) =>
          mergedProfile(target, reading, { name: label!.name, value }, stop.signal),
        ),
      );
      return base.ok ? (kind.ok ? { ok: true as const, value: [base.value, kind.value] } : kind) : base;
    }
    const ends = choice.what === "last" ? ([1] as const) : undefined;
    return seriesOfInstance(target, reading, instance.name, choice.what !== "goroutines", stop.signal, ends);
  });
  if (!read.ok && read.problem.code === "aborted") return;
  const profiles = valueOf<readonly NamedProfile[]>(read).map(own);
  const last = profiles.length - 1;
  await openProfiles(context, {
    title: choice.what === "versions" ? choice.label : `${instance.name}: ${choice.label}`,
    profiles,
    view:
      choice.what === "versions"
        ? { profile: 1, base: 0 }
        : last > 1
          ? { profile: last, tab: "growth" }
          : { profile: last },
  });
}

/** The command: a profile that is open, or was clicked in the Explorer, into an engine. */
export async function pushToEngine(context: vscode.ExtensionContext, clicked?: unknown): Promise<void> {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  const open = input instanceof vscode.TabInputCustom || input instanceof vscode.TabInputText ? input.uri : undefined;
  const uri = clicked instanceof vscode.Uri ? clicked : open;
  if (uri === undefined) throw new Error("Open a profile first, or choose one in the Explorer.");
  const engine = await pickEngine("Send the Profile to an Engine");
  if (engine === undefined) return;
  const target = valueOf(parseEngine(engine));
  const service = target.kind === "pyroscope" ? "service_name" : "job";
  const known = target.matchers.find(({ name, op }) => name === service && op === "=")?.value;
  const program = await vscode.window.showInputBox({
    title: `${service} of this profile`,
    prompt: "Which program it is of; the engine lists profiles by it.",
    ...(known !== undefined && { value: known }),
  });
  if (program === undefined || program.trim() === "") return;
  const bytes = new Uint8Array(await vscode.workspace.fs.readFile(uri));
  const labels = { [service]: program.trim() };
  const done = await runFleetJob(context, `Sending to ${nameOf(engine)}`, { type: "push", engine, bytes, labels });
  if (done?.type === "pushed") void showInformation(`Sent to ${target.name} as ${service}=${program.trim()}.`);
}

/** The command: a token for an engine of the settings. */
export async function setToken(context: vscode.ExtensionContext): Promise<void> {
  const engine = await pickEngine("Set the Token of an Engine");
  if (engine !== undefined) await askToken(context, engine);
}

/** From the settings, or typed. */
async function pickEngine(title: string): Promise<string | undefined> {
  const engines = setting("goDiagnostics.fleet.engines") as readonly unknown[];
  const items = engines
    .filter((one) => typeof one === "string" && isEngine(one))
    .map((engine) => ({
      label: iconless(nameOf(engine as string)),
      engine: engine as string | undefined,
    }));
  if (items.length > 0) {
    const other = { label: "Another engine…", engine: undefined };
    const choice = await vscode.window.showQuickPick([...items, other], { title });
    if (choice === undefined) return undefined;
    if (choice.engine !== undefined) return choice.engine;
  }
  return vscode.window.showInputBox({
    title,
    prompt: "pyroscope+http://localhost:4040 or parca+http://localhost:7070",
  });
}

/** Without credentials. */
function nameOf(engine: string): string {
  const target = parseEngine(engine);
  return target.ok ? target.value.name : "an engine";
}

/** What most of the other instances have. */
function otherValue({ fleet }: FleetReading, { name, value }: { readonly name: string; readonly value: string }) {
  const counts = new Map<string, number>();
  for (const { labels } of fleet.instances) {
    const other = labels[name];
    if (other !== undefined && other !== value) counts.set(other, (counts.get(other) ?? 0) + 1);
  }
  return [...counts].sort(([, a], [, b]) => b - a).at(0)?.[0];
}

/** A Buffer would keep all of the memory that it is a part of. */
const own = ({ name, bytes }: NamedProfile) => ({ name, bytes: new Uint8Array(bytes) });

function valueOf<T>(given: Captured<T> | { readonly ok: false; readonly problem: CaptureProblem }): T {
  if (given.ok) return given.value;
  throw new Error(sentenceOf(given.problem));
}
