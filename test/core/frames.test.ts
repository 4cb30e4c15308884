import { expect, test } from "vitest";
import { packageOf } from "../../src/core/frames.js";

test.each([
  ["net/http.(*Server).Serve", "net/http"],
  ["main.main", "main"],
  ["runtime.mallocgc", "runtime"],
  ["gopkg.in/yaml%2ev3.(*parser).parse", "gopkg.in/yaml.v3"],
  ["slices.SortFunc[go.shape.[]a/b.T,go.shape.int]", "slices"],
  ["_cgo_panic", "_cgo_panic"],
  ["", ""],
])("%s is in package %s", (name, path) => expect(packageOf(name)).toBe(path));
