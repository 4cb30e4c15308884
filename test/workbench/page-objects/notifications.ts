/** Notifications: the toasts at the bottom right, progress among them. */
import type { Locator, Page } from "playwright-core";

export function toast(page: Page, text: string | RegExp): Locator {
  return page.locator(".notification-toast").filter({ hasText: text });
}

export async function pressToastButton(page: Page, text: string | RegExp, button: string): Promise<void> {
  await toast(page, text).getByRole("button", { name: button }).click();
}
