/** The explorer: the files of the folder, opened by clicking them. */
import type { Locator, Page } from "playwright-core";

function file(page: Page, name: string): Locator {
  return page.locator(".explorer-folders-view .monaco-list-row").filter({ has: page.getByText(name, { exact: true }) });
}

/** Double click: keeps the editor open, where a single click only previews. */
export async function openFile(page: Page, name: string): Promise<void> {
  await file(page, name).dblclick();
}
