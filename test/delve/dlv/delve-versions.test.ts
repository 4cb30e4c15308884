import { expect, test } from "vitest";
import {
  type DelveFeature,
  goSupport,
  hasFeature,
  parseVersion,
  type Version,
} from "../../../src/delve/dlv/delve-versions.js";

const version = (text: string): Version => parseVersion(text) ?? expect.fail(`${text} is no version`);

test.each([
  ["1.27.1", [1, 27, 1]],
  ["go1.26.8", [1, 26, 8]],
  ["1.26", [1, 26, 0]],
  ["1.27rc1", [1, 27, 0]],
  ["1.26.10-X:goroutineleakprofile", [1, 26, 10]],
  ["devel", undefined],
  ["", undefined],
])("%s reads as %j", (text, expected) => expect(parseVersion(text)).toEqual(expected));

// The pairs that Delve's own table (pkg/goversion/compat.go) and runs of 1.20.2, 1.24.0 and 1.27.1 agree on.
test.each([
  ["1.20.2", 17, "too-old"],
  ["1.20.2", 18, "supported"],
  ["1.20.2", 20, "supported"],
  ["1.20.2", 21, "too-new"],
  ["1.24.0", 20, "too-old"],
  ["1.24.0", 24, "supported"],
  ["1.24.0", 26, "too-new"],
  ["1.25.0", 25, "too-new"],
  ["1.25.1", 25, "supported"],
  ["1.26.0", 24, "supported"],
  ["1.27.1", 24, "too-old"],
  ["1.27.1", 27, "supported"],
  ["1.27.1", 28, "too-new"],
  ["1.28.0", 28, undefined],
  ["2.0.0", 26, undefined],
  ["1.3.2", 11, undefined],
] as const)("Delve %s and Go 1.%i: %s", (delve, go, expected) => expect(goSupport(version(delve), go)).toBe(expected));

test.each<[DelveFeature, string, string]>([
  ["follow-exec", "1.25.2", "1.26.0"],
  ["rpc-follow-exec", "1.20.2", "1.21.0"],
  ["show-pprof-labels", "1.21.2", "1.22.0"],
  ["console-examinemem", "1.26.1", "1.26.2"],
  ["value-limits", "1.27.0", "1.27.1"],
  ["examine-64-kib", "1.23.1", "1.24.0"],
])("%s is not in %s, but in %s", (feature, before, first) => {
  expect([before, first, "2.0.0"].map((text) => hasFeature(version(text), feature))).toEqual([false, true, true]);
});
