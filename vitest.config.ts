import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { defineConfig, type TestProjectInlineConfiguration } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

const project = (
  name: string,
  include: string[],
  testTimeout: number,
  more: TestProjectInlineConfiguration["test"],
): TestProjectInlineConfiguration => ({
  resolve: { alias: [{ find: /^.*\/guard-script\.js$/, replacement: resolve("test/support/guard-script.ts") }] },
  test: {
    ...{ name, include, testTimeout, hookTimeout: testTimeout, benchmark: { include: [] } },
    globalSetup: "test/support/build-guard.ts",
    ...more,
  },
});

/** Files that take a minute or more. One that began last would run alone; by itself the largest file comes first. */
const LONG = /\/(all-goroutines|leak-kernels|diagnose|viewer)\.test\.ts$/;

class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification) => LONG.test(moduleId);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

/** What runs real programs waits much; more at once would make each of them slow. */
const TWO_AT_ONCE = 2;

/**
 * Tests of the workbench act as people do, who look before they press again, on a machine that may be busy: on CI, where
 * nobody can look, one that fails is tried once more, and the report says "retry x1".
 */
const TRIED_AGAIN = process.env["CI"] === undefined ? 0 : 1;

export default defineConfig({
  test: {
    sequence: { sequencer: LongFirst },
    projects: [
      project(
        "unit",
        ["test/{core,launch,machine,process,capture,cli,extension,webview}/**/*.test.ts", "test/*.test.ts"],
        60_000,
        {
          maxWorkers: availableParallelism(),
          sequence: { groupOrder: 0 },
        },
      ),
      project("delve", ["test/delve/**/*.test.ts"], 120_000, {
        maxWorkers: TWO_AT_ONCE,
        maxConcurrency: 12,
        sequence: { groupOrder: 1 },
      }),
      // Not part of `npm test`, since the engines take minutes to build: `npm run test:fleet`.
      project("fleet", ["test/fleet/**/*.test.ts"], 300_000, { maxWorkers: 1, sequence: { groupOrder: 4 } }),
      // Not part of `npm test`: `npm run truth`.
      project("truth", ["test/truth/**/*.test.ts"], 120_000, {
        maxWorkers: 1,
        maxConcurrency: availableParallelism() + 1,
        sequence: { groupOrder: 3 },
      }),
      project("workbench", ["test/workbench/**/*.test.ts"], 240_000, {
        maxWorkers: TWO_AT_ONCE,
        sequence: { groupOrder: 2 },
        globalSetup: ["test/support/build-guard.ts", "test/workbench/package-extension.ts"],
        retry: TRIED_AGAIN,
      }),
    ],
  },
});
