/** The explorer: the files of the folder, opened by clicking them. */
import type { Locator, Page } from "playwright-core";
import { until } from "../until.js";
import { editorInFront } from "./editors.js";

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
    return editorInFront(page, name, 5_000).then(
      () => true,
      () => false,
    );
  });
}

/** Selects several files and picks an entry of their menu. */
export async function filesMenu(page: Page, names: readonly string[], item: string): Promise<void> {
  const [first, ...others] = names;
  await file(page, first).click();
  for (const name of others) await file(page, name).click({ modifiers: ["ControlOrMeta"] });
  await file(page, names.at(-1)!).click({ button: "right" });
  await page.locator(".monaco-menu .action-item").filter({ hasText: item }).first().click();
}
