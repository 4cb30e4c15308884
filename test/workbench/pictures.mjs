/**
 * `npm run pictures`: the pictures of README, taken by the workbench tests, so that they show the product as it is.
 *
 * Runs the tests that take them and copies their screenshots, light and dark, to media/pictures.
 */
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, rmSync, statSync } from "node:fs";

/** By the picture: the screenshots that the tests leave in artefacts/, and the file of the test. */
const PICTURES = {
  diagnosis: { light: "diagnosis-light", dark: "diagnosis-dark", test: "diagnose" },
  profile: { light: "profile-light", dark: "profile-dark", test: "profile-editor" },
  goroutines: { light: "leaky-goroutines-light", dark: "leaky-goroutines-dark", test: "goroutines" },
  capture: { light: "capture-heap-running-light", dark: "capture-heap-running-dark", test: "diagnose" },
  launch: { light: "launch-light", dark: "launch-dark", test: "launch" },
};
const TARGET = "media/pictures";
/** Pictures show paths: these say nothing of the machine. */
const RUN_FOLDERS = "/tmp/ann";

const started = Date.now();
const files = [...new Set(Object.values(PICTURES).map(({ test }) => `test/workbench/${test}.test.ts`))];
rmSync(RUN_FOLDERS, { recursive: true, force: true });
const { status } = spawnSync("npx", ["vitest", "run", "--project", "workbench", ...files], {
  stdio: "inherit",
  env: { ...process.env, RUN_FOLDERS },
});
rmSync(RUN_FOLDERS, { recursive: true, force: true });
if (status !== 0) {
  console.error("pictures: a test failed, so nothing was copied. Repair it and run again: npm run pictures");
  process.exit(1);
}
mkdirSync(TARGET, { recursive: true });
for (const [name, { light, dark }] of Object.entries(PICTURES)) {
  for (const [theme, taken] of [
    ["light", light],
    ["dark", dark],
  ]) {
    const from = `artefacts/${taken}.png`;
    if (statSync(from).mtimeMs < started) throw new Error(`${from} was not taken in this run`);
    copyFileSync(from, `${TARGET}/${name}-${theme}.png`);
  }
}
console.log(`pictures: ${Object.keys(PICTURES).length} in two themes, in ${TARGET}`);
