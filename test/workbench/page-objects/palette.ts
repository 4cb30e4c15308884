/** The command palette, and every quick pick and input box that a command opens: they share one widget. */
import type { Locator, Page } from "playwright-core";
import { until } from "../until.js";

const widget = (page: Page) => page.locator(".quick-input-widget:visible");

const rows = (page: Page) => widget(page).locator(".quick-input-list .monaco-list-row");

/** Runs a command by its title. */
export async function runCommand(page: Page, title: string): Promise<void> {
  await offered(page, title, (row) => row.click({ timeout: 3_000 }));
}

/** The same without the mouse: down to the row of exactly that title, and Enter. */
export async function byKeyboard(page: Page, title: string): Promise<void> {
  const focused = widget(page).locator(".quick-input-list .monaco-list-row.focused .label-name");
  await offered(page, title, async () => {
    for (let row = 0; row < MAX_SIMILAR; row++) {
      if ((await focused.first().innerText({ timeout: 3_000 })) === title) return page.keyboard.press("Enter");
      await page.keyboard.press("ArrowDown");
    }
    throw new Error(`no row reads ${title}`);
  });
}

/** Commands whose titles begin the same. */
const MAX_SIMILAR = 8;

/** Types into the box of that title, and takes it; by keyboard alone. */
export async function typed(page: Page, title: string, text: string): Promise<void> {
  await widget(page).locator(".quick-input-title").filter({ hasText: title }).waitFor();
  const input = widget(page).locator("input.input");
  await until(
    `the box to hold "${text}"`,
    async () => {
      if ((await input.inputValue()) === text) return true;
      await page.keyboard.press("Control+A");
      await page.keyboard.type(text);
      return false;
    },
    { everyMs: 500 },
  );
  await page.keyboard.press("Enter");
  await input.waitFor({ state: "hidden" });
}

/** Waits until the palette offers a command: the extension that contributes it has been read by then. */
export async function commandOffered(page: Page, title: string): Promise<void> {
  await offered(page, title, () => page.keyboard.press("Escape"));
  await widget(page).waitFor({ state: "hidden" });
}

/**
 * The palette's list is computed when it opens and never refreshed, so a command that is contributed a moment later is
 * not in it: open it again until it is.
 */
async function offered(page: Page, title: string, then: (row: Locator) => Promise<void>): Promise<void> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    await page.keyboard.press("F1");
    const input = widget(page).locator("input.input");
    try {
      await input.waitFor({ timeout: 5_000 });
      await input.fill(`>${title}`);
      const row = rows(page).filter({ hasText: title }).first();
      await row.waitFor({ timeout: 3_000 });
      await then(row);
      return;
    } catch (error) {
      if (Date.now() > deadline) throw new Error(`the palette does not offer "${title}"`, { cause: error });
      await page.keyboard.press("Escape");
    }
  }
}

/**
 * Answers the input box that is open. It may not listen to Enter yet (a validation or a list is still on its way), so
 * Enter is pressed until the box closes or asks the next question.
 */
export async function answer(page: Page, text: string): Promise<void> {
  const input = widget(page).locator("input.input");
  await input.waitFor();
  await input.fill(text);
  await until(
    `the input box to take "${text}"`,
    async () => {
      if ((await input.count()) === 0 || (await input.inputValue({ timeout: 1_000 }).catch(() => "")) !== text)
        return true;
      await input.press("Enter", { timeout: 1_000 }).catch(() => undefined);
      return false;
    },
    { everyMs: 300 },
  );
}

/**
 * Names a file in the dialog that asks for one, which is known by the folder in its box: a list that was picked from
 * before may still be there. It writes its own folder into the box once it has read that.
 */
export async function chooseFile(page: Page, path: string): Promise<void> {
  const input = widget(page).locator("input.input");
  let isAsked = false;
  await until(
    `the dialog to take ${path}`,
    async () => {
      if ((await input.count()) === 0) return isAsked;
      const text = await input.inputValue({ timeout: 1_000 }).catch(() => "");
      if (!text.startsWith("/") || (await rows(page).count()) === 0) return false;
      isAsked = true;
      await input.fill(path, { timeout: 1_000 }).catch(() => undefined);
      await input.press("Enter", { timeout: 1_000 }).catch(() => undefined);
      return false;
    },
    { everyMs: 500 },
  );
}

/** Opens a file by its name, with the cursor on a line: "main.go:24". */
export async function quickOpen(page: Page, nameAndLine: string): Promise<void> {
  await page.keyboard.press("Control+P");
  await widget(page).locator("input.input").fill(nameAndLine);
  await rows(page)
    .filter({ hasText: nameAndLine.split(":")[0] })
    .first()
    .waitFor();
  await page.keyboard.press("Enter");
  await widget(page).waitFor({ state: "hidden" });
}

/** Picks a row of the list that a command opened. */
export async function pick(page: Page, label: string | RegExp, within: { timeout?: number } = {}): Promise<void> {
  await rows(page).filter({ hasText: label }).first().click(within);
}

/** Ticks a row of a list with boxes, and accepts the list. */
export async function tick(page: Page, label: string): Promise<void> {
  const row = rows(page).filter({ hasText: label }).first();
  await row.waitFor();
  await row.click();
  await page.keyboard.press("Enter");
  await row.waitFor({ state: "hidden" });
}
