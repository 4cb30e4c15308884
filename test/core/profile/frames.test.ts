import { expect, test } from "vitest";
import { framesOf, packageOf, stacksOf } from "../../../src/core/profile/frames.js";
import { profileOf } from "../../support/folded.js";

test.each([
  ["net/http.(*Server).Serve", "net/http"],
  ["main.main", "main"],
  ["runtime.mallocgc", "runtime"],
  ["gopkg.in/yaml%2ev3.(*parser).parse", "gopkg.in/yaml.v3"],
  ["slices.SortFunc[go.shape.[]a/b.T,go.shape.int]", "slices"],
  ["_cgo_panic", "_cgo_panic"],
  ["", ""],
])("%s is in package %s", (name, path) => expect(packageOf(name)).toBe(path));

test.each([2, 65_536, 65_537, 70_000])("stacks of %i different frames", (count) => {
  const profile = profileOf(`${Array.from({ length: count }, (_, level) => `f${level}`).join(";")} 1`);
  const frames = framesOf(profile, "function");
  const { frame } = stacksOf(profile, frames);
  expect([frame.length, frames.name[frame[0]], frames.name[frame[count - 1]]]).toEqual([count, "f0", `f${count - 1}`]);
});
