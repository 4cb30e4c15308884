/** What VS Code is handed: no text of others is a link that runs a command. */
import { beforeEach, expect, test, vi } from "vitest";

const shown: unknown[] = vi.hoisted(() => []);
vi.mock("vscode", () => {
  const keep = (...args: unknown[]) => (shown.push(...args), Promise.resolve(undefined));
  return {
    window: {
      showInformationMessage: keep,
      showWarningMessage: keep,
      showErrorMessage: keep,
      withProgress: (options: object, work: (progress: object, token: object) => unknown) => {
        shown.push(options);
        return work({ report: (value: object) => shown.push(value) }, {});
      },
    },
    MarkdownString: class {
      value = "";
      appendText = (text: string) => (shown.push(text), this);
    },
  };
});

const messages = await import("../../src/extension/messages.js");
beforeEach(() => void (shown.length = 0));

const EVIL = "no [details](command:workbench.action.terminal.new?%5B%5D) \u202efor you";
const HARMLESS = "no [details] (command:workbench.action.terminal.new?%5B%5D) \ufffdfor you";

test.each([
  ["showInformation", () => messages.showInformation(EVIL)],
  ["showWarning", () => messages.showWarning(EVIL)],
  ["showError", () => messages.showError(EVIL)],
  ["askWarning", () => messages.askWarning("Really?", EVIL, "Yes")],
  ["showProgress, its title", () => messages.showProgress({ location: 15, title: EVIL }, () => Promise.resolve())],
  [
    "showProgress, what it reports",
    () => messages.showProgress({ location: 15 }, (progress) => Promise.resolve(progress.report({ message: EVIL }))),
  ],
  ["plainMarkdownString", () => messages.plainMarkdownString(EVIL)],
] as const)("%s", async (_name, show) => {
  await show();
  const said = JSON.stringify(shown);
  expect(said).toContain(HARMLESS);
  expect(said).not.toContain("](");
});
