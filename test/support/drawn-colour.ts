/** What colour a frame of the flame graph view has on the canvas, told by the variable of style.css that it is. */
import type { Locator } from "playwright-core";

/** "--grew-3"; "" when no variable has that colour. A pixel of the frame is read: beside its text, inside its border. */
export async function drawnColour(frame: Locator): Promise<string> {
  const row = await frame.getAttribute("data-row");
  const element = `document.querySelector("[data-view=flame] .frame[data-row='${row}']")`;
  return frame.page().evaluate<string>(`((frame) => {
    const canvas = frame.closest(".graph").querySelector("canvas");
    const [box, whole] = [frame, canvas].map((one) => one.getBoundingClientRect());
    const at = (pixels) => Math.floor(pixels * window.devicePixelRatio);
    const pixel = canvas
      .getContext("2d")
      .getImageData(at(box.left - whole.left + Math.min(3, box.width / 3)), at(box.top - whole.top + 3), 1, 1).data;
    const scratch = document.createElement("canvas").getContext("2d");
    const style = getComputedStyle(document.body);
    const names = ["runtime", "rest", "same"].concat(
      ...["own", "std"].map((kind) => Array.from({ length: 12 }, (_, i) => kind + "-" + i)),
      ...["grew", "shrank"].map((kind) => [1, 2, 3, 4, 5].map((i) => kind + "-" + i)),
    );
    const near = (a, b) => [0, 1, 2].every((i) => Math.abs(a[i] - b[i]) <= 1);
    return (
      names
        .map((name) => "--" + name)
        .find((name) => {
          scratch.fillStyle = style.getPropertyValue(name);
          scratch.fillRect(0, 0, 1, 1);
          return near(pixel, scratch.getImageData(0, 0, 1, 1).data);
        }) ?? ""
    );
  })(${element})`);
}
