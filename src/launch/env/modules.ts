/** Modules and workspaces turned off, vendoring without a vendor folder, packages from before modules. */
import { type EnvFacts, type EnvFinding, error, information, unset, warning } from "./facts.js";
import { modeFlag } from "./goflags.js";

export function* moduleFindings(facts: EnvFacts): Generator<EnvFinding> {
  const { goEnv, hasGoMod, hasVendor, workspace, stalePackages } = facts;
  const isOff = goEnv["GO111MODULE"] === "off";
  if (isOff) {
    const here = hasGoMod
      ? "The go.mod here is ignored: imports are looked for only in GOPATH."
      : "Imports are looked for only in GOPATH.";
    yield warning("go111module", `GO111MODULE=off turns modules off. ${here} ${unset("GO111MODULE", facts)}`);
  } else if (goEnv["GO111MODULE"] === "auto" && !hasGoMod) {
    yield information(
      "gopath-mode",
      `GO111MODULE=auto and there is no go.mod here or above: go works in GOPATH mode in this folder. Run: go mod init, or ${lowered(unset("GO111MODULE", facts))}`,
    );
  }
  if (goEnv["GOWORK"] === "off" && workspace) {
    yield warning(
      "gowork",
      `GOWORK=off, so ${workspace.path} is ignored: each module is built alone, with the versions of its own go.mod. ${unset("GOWORK", facts)}`,
    );
  }
  if (modeFlag(goEnv["GOFLAGS"]) === "vendor" && hasGoMod && !hasVendor) {
    yield error("goflags-vendor", "GOFLAGS has -mod=vendor, but there is no vendor folder. Run: go mod vendor");
  }
  if (stalePackages.length > 0) {
    const fate = isOff ? "Go 1.20 and later write no more of them" : "no build with modules reads them";
    yield information(
      "stale-pkg",
      `Compiled packages from before modules are in ${stalePackages.join(", ")}: ${fate}, and tools that still do show outdated types. The folder can be deleted.`,
    );
  }
}

const lowered = (text: string) => text.charAt(0).toLowerCase() + text.slice(1);
