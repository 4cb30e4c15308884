import { defineConfig } from "vitest/config";

const project = (name: string, include: string[], testTimeout: number, fileParallelism = true) => ({
  test: { name, include, testTimeout, hookTimeout: testTimeout, fileParallelism, benchmark: { include: [] } },
});

export default defineConfig({
  test: {
    projects: [
      project("unit", ["test/{core,launch,capture,cli,extension,webview}/**/*.test.ts", "test/*.test.ts"], 60_000),
      project("delve", ["test/delve/**/*.test.ts"], 120_000, false),
      project("workbench", ["test/workbench/**/*.test.ts"], 240_000, false),
    ],
  },
});
