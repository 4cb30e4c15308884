/** Notifications: the toasts at the bottom right, progress among them. */
import type { Locator, Page } from "playwright-core";

export function toast(page: Page, text: string | RegExp): Locator {
  const message = page.locator(".notification-list-item-message").filter({ hasText: text });
  return page.locator(".notification-toast").filter({ has: message });
}

export async function pressToastButton(page: Page, text: string | RegExp, button: string): Promise<void> {
  await toast(page, text).getByRole("button", { name: button }).click();
}
