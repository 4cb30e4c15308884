import { defineConfig, type TestProjectInlineConfiguration } from "vitest/config";

const project = (
  name: string,
  include: string[],
  testTimeout: number,
  more: TestProjectInlineConfiguration["test"] = {},
): TestProjectInlineConfiguration => ({
  test: { name, include, testTimeout, hookTimeout: testTimeout, benchmark: { include: [] }, ...more },
});

export default defineConfig({
  test: {
    projects: [
      project("unit", ["test/{core,launch,capture,cli,extension,webview}/**/*.test.ts", "test/*.test.ts"], 60_000),
      project("delve", ["test/delve/**/*.test.ts"], 120_000, { fileParallelism: false, maxConcurrency: 12 }),
      project("workbench", ["test/workbench/**/*.test.ts"], 240_000, {
        fileParallelism: false,
        globalSetup: "test/workbench/package-extension.ts",
      }),
    ],
  },
});
