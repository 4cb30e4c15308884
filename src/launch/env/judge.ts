/**
 * What is wrong with a Go development environment, judged from facts: nothing is run or read here.
 */
import { delveFindings } from "./delve.js";
import { editorFindings } from "./editor-flags.js";
import type { EnvFacts, EnvFinding } from "./facts.js";
import { goLineFindings } from "./go-line.js";
import { buildFlagFindings } from "./goflags.js";
import { proxyFindings } from "./goproxy.js";
import { kernelFindings } from "./kernel.js";
import { moduleFindings } from "./modules.js";
import { moduleTwiceFindings } from "./module-twice.js";
import { sdkFindings } from "./sdk.js";

const RULES = [
  sdkFindings,
  delveFindings,
  moduleFindings,
  goLineFindings,
  moduleTwiceFindings,
  editorFindings,
  buildFlagFindings,
  proxyFindings,
  kernelFindings,
];

export function envFindings(facts: EnvFacts): EnvFinding[] {
  return RULES.flatMap((rule) => [...rule(facts)]);
}
