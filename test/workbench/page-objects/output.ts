/** The Output view, with the channel that is selected in it. */
import type { Locator, Page } from "playwright-core";

export function outputLines(page: Page): Locator {
  return page.locator(".output-view .view-lines");
}
