/** Before the workbench tests, once: packages the extension as it would be published, since that is what they test. */
import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { artefacts, vsix } from "./places.js";

export default function packageExtension(): void {
  mkdirSync(artefacts, { recursive: true });
  execFileSync("npm", ["run", "--silent", "package", "--", "--out", vsix], { stdio: ["ignore", "ignore", "inherit"] });
}
