/** The explorer: the files of the folder, opened by clicking them. */
import type { Locator, Page } from "playwright-core";

function file(page: Page, name: string): Locator {
  return page.locator(".explorer-folders-view .monaco-list-row").filter({ has: page.getByText(name, { exact: true }) });
}

/** Double click: keeps the editor open, where a single click only previews. */
export async function openFile(page: Page, name: string): Promise<void> {
  await file(page, name).dblclick();
}

/** Selects several files and picks an entry of their menu. */
export async function filesMenu(page: Page, names: readonly string[], item: string): Promise<void> {
  const [first, ...others] = names;
  await file(page, first).click();
  for (const name of others) await file(page, name).click({ modifiers: ["ControlOrMeta"] });
  await file(page, names.at(-1)!).click({ button: "right" });
  await page.locator(".monaco-menu .action-item").filter({ hasText: item }).first().click();
}
