/** The Goroutines view in Run and Debug. */
import type { Locator, Page } from "playwright-core";
import { until } from "../until.js";

function pane(page: Page): Locator {
  return page
    .locator(".debug-viewlet .pane")
    .filter({ has: page.locator(".pane-header", { hasText: /^goroutines/i }) });
}

export function rows(page: Page): Locator {
  return pane(page).locator(".monaco-list-row");
}

/** Waits for a row that reads so. */
export async function row(page: Page, text: string | RegExp): Promise<Locator> {
  const found = rows(page).filter({ hasText: text }).first();
  await found.waitFor();
  return found;
}

/** Opens the view, whose place is below the others, and gives it room. */
export async function open(page: Page): Promise<void> {
  await page.keyboard.press("Control+Shift+D");
  for (const name of [/^variables/i, /^watch/i, /^breakpoints/i]) await toggle(page, name, false);
  await toggle(page, /^goroutines/i, true);
  await rows(page).first().waitFor();
}

export async function showVariables(page: Page): Promise<void> {
  await toggle(page, /^variables/i, true);
}

async function toggle(page: Page, name: RegExp, isOpen: boolean): Promise<void> {
  const header = page.locator(".debug-viewlet .pane-header").filter({ hasText: name }).first();
  await header.waitFor();
  if ((await header.getAttribute("aria-expanded")) !== String(isOpen)) await header.click();
}

/** Opens a row that is closed. */
export async function expand(page: Page, text: string | RegExp): Promise<void> {
  const closed = await row(page, text);
  await until(
    `the row ${text} to open`,
    async () => {
      if ((await closed.getAttribute("aria-expanded")) === "true") return true;
      await closed.locator(".monaco-tl-twistie").click();
      return false;
    },
    { everyMs: 300 },
  );
}

/** The line above the tree: "5,031 goroutines". */
export async function summary(page: Page, text: string | RegExp): Promise<void> {
  await pane(page).locator(".message").filter({ hasText: text }).first().waitFor();
}
