import { beforeAll, expect, test } from "vitest";
import { cases } from "./in-host/cases.js";
import { runInHost } from "./in-host/host.js";
import type { Results } from "./in-host/run.js";

let results: Results;

beforeAll(async () => {
  results = await runInHost({ files: { "app.heap.pb.gz": "test/fixtures/profiles/app.heap.pb.gz" } });
});

test.each(Object.keys(cases))("%s", (name) => expect(results.cases[name]).toBe("ok"));

test("activation loads the main file and no feature", () => {
  const { files, features } = results.activation;
  expect(files).toContain("extension.cjs");
  expect(features).toEqual([]);
});
