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

/** Closes the Call Stack, which needs as much room as it has threads, or opens it again. */
export async function alone(page: Page, isAlone: boolean): Promise<void> {
  await toggle(page, /^call stack/i, !isAlone);
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

/** Types the number of a goroutine where a command asks for one, and takes it when it is found. */
export async function chosenByNumber(page: Page, id: string): Promise<void> {
  const widget = page.locator(".quick-input-widget:visible");
  const input = widget.locator("input.input");
  const rows = widget.locator(".quick-input-list .monaco-list-row");
  await until(
    `goroutine ${id} to be the only one offered`,
    async () => {
      if ((await rows.count()) === 1 && (await rows.first().innerText()).startsWith(`${id} `)) return true;
      // The box may have been taken over from the palette since.
      await input.fill("");
      await input.fill(id);
      return false;
    },
    { everyMs: 1_500, seen: () => rows.allInnerTexts() },
  );
  await page.keyboard.press("Enter");
}

/** The line above the tree: "5,031 goroutines". */
export async function summary(page: Page, text: string | RegExp, timeout?: number): Promise<void> {
  await pane(page)
    .locator(".message")
    .filter({ hasText: text })
    .first()
    .waitFor({ ...(timeout !== undefined && { timeout }) });
}
