/** What axe-core (https://github.com/dequelabs/axe-core) finds wrong with a page for people who do not see or point. */
import axe from "axe-core";
import type { Frame, Page } from "playwright-core";
import { expect } from "vitest";

const COUNT_BUSY = "[...document.querySelectorAll('[aria-busy=true]')].filter((busy) => busy.checkVisibility()).length";

interface Results {
  readonly violations: readonly {
    readonly id: string;
    readonly help: string;
    readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
  }[];
}

/**
 * Rule and first element of each violation, WCAG 2.2 AA and best practices; empty when there is none. A picture comes
 * from the worker and its frames become elements when the page is idle: until then it says that it is busy.
 */
export async function seriousFindings(page: Page | Frame): Promise<string[]> {
  // Not waitForFunction, which the page's Content-Security-Policy forbids as soon as it has to ask twice.
  await expect.poll(() => page.evaluate<number>(COUNT_BUSY), { timeout: 30_000 }).toBe(0);
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<Results>("axe.run(document, { resultTypes: ['violations'] })");
  return violations.map(({ id, help, nodes }) => {
    const [{ html, failureSummary }] = nodes;
    return `${id} (${help}), ${nodes.length} times, first: ${html.slice(0, 200)} ${failureSummary ?? ""}`;
  });
}
