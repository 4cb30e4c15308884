/**
 * Webviews: a page in a frame in a frame. A hidden webview's frame is removed, so the first one is the one in front.
 */
import type { FrameLocator, Page } from "playwright-core";

export function webview(page: Page): FrameLocator {
  return page.frameLocator("iframe.webview.ready >> nth=0").frameLocator("iframe#active-frame");
}
