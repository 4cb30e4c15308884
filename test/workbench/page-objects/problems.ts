/** What the editor in front says about its text: squiggles, the lightbulb's menu, lenses between the lines. */
import type { Locator, Page } from "playwright-core";
import { succeeds, until } from "../until.js";

export function squiggles(page: Page): Locator {
  return page.locator(".editor-instance .squiggly-error, .editor-instance .squiggly-warning");
}

export function lens(page: Page, text: string | RegExp): Locator {
  return page.locator(".codelens-decoration a").filter({ hasText: text });
}

/** F8 goes to the next problem and shows it; the view of it is closed again, the cursor stays. */
export async function goToNextProblem(page: Page): Promise<void> {
  await page.keyboard.press("F8");
  await page.locator(".peekview-widget").waitFor();
  await page.keyboard.press("Escape");
  await page.locator(".peekview-widget").waitFor({ state: "detached" });
}

/** Opens the lightbulb's menu at the cursor and picks an entry. The mouse may be blocked by an overlay there. */
export async function applyQuickFix(page: Page, title: string | RegExp): Promise<void> {
  const rows = page.locator(".action-widget:visible .monaco-list-row");
  await until("the lightbulb's menu", async () => {
    await page.keyboard.press("Control+."); // the menu is closed again by what else happens in the editor
    const wanted = rows.filter({ hasText: title }).first();
    return succeeds(wanted.waitFor({ timeout: 5_000 }));
  });
  for (let i = 0; i < 20; i++) {
    const focused = page.locator(".action-widget:visible .monaco-list-row.focused").filter({ hasText: title });
    if ((await focused.count()) > 0) break;
    await page.keyboard.press("ArrowDown");
  }
  await page.keyboard.press("Enter");
  await rows.first().waitFor({ state: "hidden" });
}
