/** The editor area: which editor is in front, and where its cursor is. */
import type { Locator, Page } from "playwright-core";
import { runCommand } from "./palette.js";

function activeTab(page: Page): Locator {
  return page.locator(".editor-group-container.active .tabs-container .tab.active");
}

/** Waits until an editor of this name is in front. */
export async function editorInFront(page: Page, name: string, limitMs = 30_000): Promise<void> {
  await activeTab(page).filter({ hasText: name }).waitFor({ timeout: limitMs });
}

export async function closeAllEditors(page: Page): Promise<void> {
  await runCommand(page, "View: Close All Editors");
  await page.locator(".tabs-container .tab").first().waitFor({ state: "detached" });
}

/** Waits until the cursor is on this line, read from the status bar. */
export async function cursorOnLine(page: Page, line: number): Promise<void> {
  await page
    .locator("#status\\.editor\\.selection")
    .filter({ hasText: new RegExp(`Ln ${line},`) })
    .waitFor();
}
