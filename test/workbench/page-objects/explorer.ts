/** The explorer: the files of the folder, opened by clicking them. */
import type { Locator, Page } from "playwright-core";
import { succeeds, until } from "../until.js";
import { editorInFront } from "./editors.js";
import { runCommand } from "./palette.js";

function file(page: Page, name: string): Locator {
  return page.locator(".explorer-folders-view .monaco-list-row").filter({ has: page.getByText(name, { exact: true }) });
}

/**
 * Double click: keeps the editor open, where a single click only previews. A file that was written just now moves the
 * rows, and another one may be under the pointer: clicked until the right one is in front.
 */
export async function openFile(page: Page, name: string): Promise<void> {
  await until(`${name} to be opened`, async () => {
    await file(page, name).dblclick();
    return succeeds(editorInFront(page, name, 5_000));
  });
}

/**
 * Selects files and picks an entry of their menu. Selected without being opened: an opened profile takes the focus when
 * it is read, and with that the menu closes.
 */
export async function filesMenu(page: Page, names: readonly string[], item: string): Promise<void> {
  await runCommand(page, "View: Show Explorer");
  const toggle = (row: Locator) => row.click({ modifiers: ["ControlOrMeta"] });
  const selected = page.locator(".explorer-folders-view .monaco-list-row.selected");
  while (await selected.count()) await toggle(selected.first());
  for (const name of names) await toggle(file(page, name));
  await file(page, names.at(-1)!).click({ button: "right" });
  const entry = page.locator(".monaco-menu .action-item").filter({ hasText: item }).first();
  await entry.waitFor();
  // A menu that was opened just now ignores clicks for 100 ms.
  await until(`${item} to be taken`, async () => {
    await entry.click({ timeout: 1_000 }).catch(() => undefined);
    return !(await entry.isVisible());
  });
}
