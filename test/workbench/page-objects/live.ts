/** The Live view in Run and Debug, its wide tab, and saved runs: one page in three places. */
import type { FrameLocator, Locator, Page } from "playwright-core";
import { until } from "../until.js";
import { viewWebview, webview } from "./webview.js";

/** Opens the view in Run and Debug, and gives it the room of the others. */
export async function open(page: Page): Promise<FrameLocator> {
  await page.keyboard.press("Control+Shift+D");
  for (const name of [/^variables/i, /^watch/i, /^breakpoints/i, /^call stack/i, /^goroutines/i])
    await toggle(page, name, false);
  await toggle(page, /^live/i, true);
  const view = viewWebview(page);
  await view.locator(".live").waitFor();
  return view;
}

/** The page in the editor in front. */
export const wide = (page: Page): FrameLocator => webview(page);

async function toggle(page: Page, name: RegExp, isOpen: boolean): Promise<void> {
  const header = page.locator(".debug-viewlet .pane-header").filter({ hasText: name }).first();
  if (!isOpen && (await header.count()) === 0) return;
  await header.waitFor();
  if ((await header.getAttribute("aria-expanded")) !== String(isOpen)) await header.click();
}

export const plot = (live: FrameLocator, chart: string): Locator => live.locator(`[data-chart=${chart}] .live-plot`);

/** How many samples the page has. */
export async function rows(live: FrameLocator): Promise<number> {
  return Number(await live.locator(".live-charts").getAttribute("data-rows"));
}

export async function rowsReach(live: FrameLocator, count: number): Promise<void> {
  await until(`${count} samples to be shown`, async () => (await rows(live).catch(() => 0)) >= count, {
    limitMs: 60_000,
  });
}

/** What a chart says of now, or of where the cursor is. */
export async function said(live: FrameLocator, chart: string): Promise<string> {
  return (await plot(live, chart).getAttribute("aria-valuetext")) ?? "";
}
