/** A debug session as people see it: breakpoints, F5, the dialogs before it, where it stopped. */
import type { Locator, Page } from "playwright-core";
import { cursorOnLine } from "./editors.js";
import { succeeds, until } from "../until.js";

/** A key that is pressed before the editor listens is lost: pressed again until the breakpoint is there. */
export async function setBreakpoint(page: Page): Promise<void> {
  const breakpoint = page.locator(".glyph-margin-widgets [class*=codicon-debug-breakpoint]").first();
  await until("the breakpoint to be set", async () => {
    await page.keyboard.press("F9");
    return succeeds(breakpoint.waitFor({ timeout: 3_000 }));
  });
}

export function dialog(page: Page): Locator {
  return page.locator(".monaco-dialog-box");
}

/**
 * A dialog that has just come up may not listen yet: the button is pressed until this dialog is gone. The next one,
 * which may have the same button, is not touched.
 */
export async function pressDialogButton(page: Page, button: string): Promise<void> {
  const message = await dialog(page).locator(".dialog-message-text").innerText();
  const asked = dialog(page).filter({ hasText: message });
  const wanted = asked.getByRole("button", { name: button });
  await wanted.waitFor();
  await until(`the dialog to take "${button}"`, async () => {
    await wanted.click({ timeout: 1_000 }).catch(() => undefined);
    return succeeds(asked.waitFor({ state: "detached", timeout: 2_000 }));
  });
}

/**
 * Presses the record button and picks what to record; its list says that the program is paused or running. A debugger
 * that has just stopped shows a source, which closes a list that is open: then it is pressed again.
 */
export async function record(page: Page, state: "running" | "paused", kind: string): Promise<void> {
  const list = page.locator(".quick-input-widget:visible");
  await until(
    `the record button to take "${kind}"`,
    async () => {
      try {
        await page.locator(".debug-toolbar .codicon-record").click();
        await list.getByText(`(${state})`).waitFor({ timeout: 3_000 });
        await page.mouse.move(0, 0); // what is said of a button under the mouse would lie over the list
        await list.locator(".monaco-list-row").filter({ hasText: kind }).first().click({ timeout: 3_000 });
        return true;
      } catch {
        await page.keyboard.press("Escape");
        return false;
      }
    },
    { everyMs: 500 },
  );
}

/** Waits until the program has stopped in a function. */
export async function stoppedIn(page: Page, name: string): Promise<void> {
  await page.locator(".debug-top-stack-frame-line").first().waitFor({ timeout: 60_000 });
  await page.locator(".debug-call-stack .monaco-list-row").filter({ hasText: name }).first().waitFor();
}

/** The same by the line in the editor: the Call Stack shows what fits into it. */
export async function stoppedAtLine(page: Page, line: number): Promise<void> {
  await page.locator(".debug-top-stack-frame-line").first().waitFor({ timeout: 60_000 });
  await cursorOnLine(page, line);
}

export async function stopDebugging(page: Page): Promise<void> {
  await page.keyboard.press("Shift+F5");
  await page.locator(".debug-toolbar").waitFor({ state: "hidden" });
}

/** The rows of the Variables view in which a name is, "double = 9990"; "" where there is none. */
export async function variableText(page: Page, name: string): Promise<string> {
  const rows = page.locator(".debug-viewlet .debug-variables .monaco-list-row").filter({ hasText: name });
  return (await rows.allInnerTexts()).join("\n");
}
