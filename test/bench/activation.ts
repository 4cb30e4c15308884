/**
 * What is promised of an extension that is not used yet: the time that the extension host itself took to load and activate
 * it, as "Show Running Extensions" has it, in a real workbench with the extension as it ships; a new one for each round.
 */
import { runCommand } from "../workbench/page-objects/palette.js";
import packageExtension from "../workbench/package-extension.js";
import { openWorkbench } from "../workbench/workbench.js";
import { median, ms, type Row } from "./measure.js";

const ROUNDS = 3;
const LIMIT_MS = 60;

export async function activationRows(): Promise<Row[]> {
  packageExtension();
  const rounds: number[] = [];
  for (let round = 0; round < ROUNDS; round++) rounds.push(await activationMs());
  const tookMs = median(rounds);
  return [
    {
      what: "Activation, nothing used yet",
      on: "a workbench's extension host",
      figures: `${ms(tookMs)}, by the host's own clock`,
      measured: tookMs,
      unit: "ms",
      wanted: LIMIT_MS,
      atMost: true,
    },
  ];
}

async function activationMs(): Promise<number> {
  const workbench = await openWorkbench({
    name: "activation",
    files: { "main.go": Buffer.from("package main\n"), ".vscode/launch.json": Buffer.from("{}\n") },
  });
  try {
    await runCommand(workbench.page, "Developer: Show Running Extensions");
    const row = workbench.page.locator(".runtime-extensions-editor .extension").filter({ hasText: "Go Diagnostics" });
    const text = await row.locator(".activation-time").innerText({ timeout: 60_000 });
    const [, took] = /(\d+) ?ms/.exec(text) ?? [];
    if (took === undefined) throw new Error(`the host tells no time of activation: ${text}`);
    return Number(took);
  } finally {
    await workbench.stop();
  }
}
