/** How frames get onto the screen, and onto paper: what a canvas has to do by itself, and its stand-in. */
import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import type { PageProfile } from "../../../src/core/views/page.js";
import { viewerBrowser } from "../../support/browser.js";
import { drawnColour } from "../../support/drawn-colour.js";
import { writtenProfile } from "../../support/written-profile.js";

const open = viewerBrowser();
const heap: PageProfile = {
  name: "app.heap.pb.gz",
  base64: readFileSync("test/fixtures/profiles/app.heap.pb.gz").toString("base64"),
};
const chain: PageProfile = {
  name: "deep.pb",
  base64: Buffer.from(writtenProfile([Array.from({ length: 400 }, (_, i) => `main.f${i}`)])).toString("base64"),
};
const frame = (page: Page, name: string) => page.locator(`[data-view=flame] .frame[aria-label^="${name},"]`).first();

test("is as sharp as the screen, also when it is drawn again for another", async () => {
  const { page } = await open({ profiles: [heap] }, { scale: 2 });
  await frame(page, "main.work").waitFor();
  const pixels = () =>
    page.evaluate<number>(
      "(({ width, style }) => width / parseFloat(style.width))(document.querySelector('[data-view=flame] canvas'))",
    );
  expect(await pixels()).toBe(2);
  const client = await page.context().newCDPSession(page);
  await client.send("Emulation.setDeviceMetricsOverride", {
    width: 1200,
    height: 800,
    deviceScaleFactor: 3,
    mobile: false,
  });
  await frame(page, "main.work").click();
  await expect.poll(pixels).toBe(3);
});

test.each(["downwards", "upwards"])("draws what one scrolls to, %s, however deep", async (way) => {
  const { page } = await open({ profiles: [chain], view: { upright: way === "upwards" } });
  const last = frame(page, "main.f399");
  await last.focus();
  await expect.poll(() => drawnColour(last)).toBe(await drawnColour(frame(page, "main.f390")));
  expect(await drawnColour(last)).toMatch(/^--own-\d+$/);
  const height = await page.evaluate<number>("document.querySelector('[data-view=flame] canvas').clientHeight");
  expect(height).toBeLessThan(1600);
  await frame(page, "Live bytes now").focus();
  await expect.poll(() => drawnColour(frame(page, "Live bytes now"))).toBe("--rest");
});

test("is drawn anew in another theme", async () => {
  const { page } = await open({ profiles: [heap] });
  const work = frame(page, "main.work");
  await work.waitFor();
  const light = await drawnColour(work);
  const paper = () => page.evaluate<string>("getComputedStyle(document.body).getPropertyValue('--paper')");
  const before = await paper();
  await page.emulateMedia({ colorScheme: "dark" });
  await expect.poll(paper).not.toBe(before);
  await expect.poll(() => drawnColour(work)).toBe(light);
});

test("what the pointer is over is known before the frames have elements", async () => {
  const { page } = await open(
    { profiles: [heap] },
    { before: "window.requestIdleCallback = () => 0" }, // a page that is never idle
  );
  await page.locator("[data-view=flame] canvas").waitFor();
  await page.locator("[data-view=flame] [aria-busy=true]").waitFor({ state: "attached" });
  expect(await page.locator(".frame").count()).toBe(0);
  await page.locator(".graph").hover({ position: { x: 300, y: 30 } });
  await page.locator(".tooltip .tip-name").waitFor();
  const name = await page.locator(".tooltip .tip-name").innerText();
  await page.locator(".graph").click({ position: { x: 300, y: 30 } });
  await page.locator(".crumb[aria-current]").waitFor();
  expect(await page.locator(".crumb[aria-current]").getAttribute("title")).toBe(name);
});

test("is an SVG on paper, and a canvas again after that", async () => {
  const { page, said } = await open({ profiles: [heap] }, { dark: true });
  await frame(page, "main.work").waitFor();
  await page.getByRole("searchbox").fill("json");
  await page.locator(".frame.match").first().waitFor();
  const matches = await page.locator(".frame.match").count();
  await page.evaluate("dispatchEvent(new Event('beforeprint'))");
  expect(await page.locator("[data-view=flame] canvas").count()).toBe(0);
  expect(await page.locator("svg .frame.match").count()).toBe(matches);
  expect(await page.locator("svg .frame", { hasText: "main.work" }).count()).toBeGreaterThan(0);
  expect(await page.evaluate("'dark' in document.body.dataset")).toBe(false);
  await page.evaluate("dispatchEvent(new Event('afterprint'))");
  await frame(page, "main.work").waitFor();
  expect(await page.locator("[data-view=flame] canvas").count()).toBe(1);
  expect(await page.locator("div.frame.match").count()).toBe(matches);
  expect(await page.evaluate("'dark' in document.body.dataset")).toBe(true);
  expect(said).toEqual([]);
});

test("is an SVG where there is no canvas, walked, zoomed and searched as well", async () => {
  const { page, said } = await open(
    { profiles: [heap] },
    { before: "HTMLCanvasElement.prototype.getContext = () => null" },
  );
  await frame(page, "Live bytes now").focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.locator("svg .frame[data-row='0']:not([aria-label^='Live'])").waitFor();
  await page.keyboard.press("Escape");
  await frame(page, "Live bytes now").waitFor();
  await frame(page, "main.work").click();
  await frame(page, "main.work").and(page.locator("svg .frame[data-row='0']")).waitFor();
  await page.getByRole("searchbox").fill("json");
  await page.locator("svg .frame.match").first().waitFor();
  expect(said).toEqual([]);
});
