/**
 * Webviews: a page in a frame in a frame. A hidden webview's frame is removed, so the first one of an editor is the one in
 * front. Views beside the editors have frames that say so.
 */
import type { FrameLocator, Page } from "playwright-core";

const OF_VIEW = '[src*="purpose=webviewView"]';

export function webview(page: Page): FrameLocator {
  return page.frameLocator(`iframe.webview.ready:not(${OF_VIEW}) >> nth=0`).frameLocator("iframe#active-frame");
}

/** The one that is in a view, such as Live. */
export function viewWebview(page: Page): FrameLocator {
  return page.frameLocator(`iframe.webview.ready${OF_VIEW} >> nth=0`).frameLocator("iframe#active-frame");
}
