/** Modules and workspaces turned off, vendoring without a vendor folder, packages from before modules. */
import { type EnvFacts, type EnvFinding, error, information, unset, warning } from "./facts.js";
import { modeFlag } from "./goflags.js";

export function* moduleFindings(facts: EnvFacts): Generator<EnvFinding> {
  const { goEnv, hasGoMod, hasVendor, workspace, stalePackages } = facts;
  const isOff = goEnv["GO111MODULE"] === "off";
  if (isOff) {
    const here = hasGoMod
      ? "The go.mod here is ignored, and imports are looked for"
      : "Imports are looked for in GOPATH mode,";
    yield warning(
      "go111module",
      `GO111MODULE=off turns modules off. ${here} only in GOPATH; gopls works badly that way. ${unset("GO111MODULE", facts)}`,
    );
  } else if (goEnv["GO111MODULE"] === "auto" && !hasGoMod) {
    yield information(
      "gopath-mode",
      `GO111MODULE=auto and there is no go.mod here or above: go works in GOPATH mode in this folder. Run: go mod init, or ${lowered(unset("GO111MODULE", facts))}`,
    );
  }
  if (goEnv["GOWORK"] === "off" && workspace) {
    yield warning(
      "gowork",
      `GOWORK=off, so ${workspace.path} is ignored and its modules are taken from their published versions. ${unset("GOWORK", facts)}`,
    );
  }
  if (modeFlag(goEnv["GOFLAGS"]) === "vendor" && hasGoMod && !hasVendor) {
    yield error("goflags-vendor", "GOFLAGS has -mod=vendor, but there is no vendor folder. Run: go mod vendor");
  }
  if (stalePackages.length > 0) {
    const fate = isOff ? "Go 1.20 and later write no more of them" : "no build with modules reads them";
    yield information(
      "stale-pkg",
      `Compiled packages from before modules are in ${stalePackages.join(", ")}: ${fate}, but old tools show outdated types from there. The folder can be deleted.`,
    );
  }
}

const lowered = (text: string) => text.charAt(0).toLowerCase() + text.slice(1);
