/** The extension's own page, in an editor or a panel: flame graph, table, diagnosis. */
import type { FrameLocator, Locator, Page } from "playwright-core";
import { until } from "../until.js";
import { webview } from "./webview.js";

type ViewName = "diagnosis" | "time" | "flame" | "table" | "callers" | "source" | "growth";

export const view = (page: Page, name: ViewName | "message"): Locator => webview(page).locator(`[data-view=${name}]`);

export const frames = (page: Page): Locator => view(page, "flame").locator(".frame");

/** The frame of a function, by its whole name. */
export const frame = (page: Page, name: string): Locator => viewer(page).locator(`.frame[aria-label^="${name}, "]`);

/** Waits until the flame graph is drawn and settled; each frame reads "NAME, VALUE, PERCENT", in rows from the root. */
export async function drawnFrames(page: Page): Promise<string[]> {
  let before: string[] = [];
  return until(
    "the flame graph to be drawn",
    async () => {
      const labels = await frames(page).evaluateAll((all: { getAttribute(name: string): string | null }[]) =>
        all.map((one) => one.getAttribute("aria-label") ?? ""),
      );
      const settled = labels.length > 0 && labels.join("\n") === before.join("\n");
      before = labels;
      return settled ? labels : undefined;
    },
    { everyMs: 150, seen: () => view(page, "message").allInnerTexts() },
  );
}

export async function showTab(page: Page, tab: ViewName): Promise<void> {
  await viewer(page).locator(`[data-tab=${tab}]`).click();
  await view(page, tab).waitFor();
}

/** The functions of the table's first rows. */
export async function tableFunctions(page: Page): Promise<string[]> {
  const rows = view(page, "table").locator("[data-function]");
  await rows.first().waitFor();
  return rows.evaluateAll((all: { getAttribute(name: string): string | null }[]) =>
    all.map((one) => one.getAttribute("data-function") ?? ""),
  );
}

/** Picks what is counted, "Live bytes now". */
export async function showSampleType(page: Page, name: string): Promise<void> {
  await viewer(page).getByLabel("What to show").selectOption(name);
}

export async function search(page: Page, pattern: string): Promise<void> {
  await viewer(page).getByRole("searchbox").fill(pattern);
}

export function viewer(page: Page): FrameLocator {
  return webview(page);
}

/** Opens the menu of a frame with the right mouse button, and picks an entry. */
export async function frameMenu(page: Page, name: string, item: string): Promise<void> {
  await frame(page, name).first().click({ button: "right" });
  await viewer(page).getByRole("menuitem", { name: item, exact: true }).click();
}

/** Picks an entry of the Export or View menu. */
export async function barMenu(page: Page, menu: "Export" | "View", item: string): Promise<void> {
  await viewer(page)
    .getByRole("button", { name: `${menu} ▾` })
    .click();
  await viewer(page).locator("[role^=menuitem]").filter({ hasText: item }).first().click();
}
