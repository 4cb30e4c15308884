/** go.mod and go.work that the Go at hand may not build, or that do not know each other. */
import { olderThan } from "../dlv-version.js";
import { type EnvFacts, type EnvFinding, error } from "./facts.js";

export function* goLineFindings({ go, goEnv, goMod, workspace }: EnvFacts): Generator<EnvFinding> {
  if (goEnv["GO111MODULE"] === "off") return;
  const hasWorkspace = workspace !== undefined && goEnv["GOWORK"] !== "off";
  const toolchain = goEnv["GOTOOLCHAIN"] ?? "";
  const files = [goMod, ...(hasWorkspace ? [workspace] : [])];
  for (const file of files) {
    if (!file?.go || !go?.version || !olderThan(go.version, file.go)) continue;
    const why = toolchain === "" || toolchain === "auto" ? "" : `; GOTOOLCHAIN=${toolchain}`;
    yield error(
      "go-mod-newer",
      `${file.path} requires go >= ${file.go} (running go ${go.version}${why}): every build, test and debug session fails. ${why === "" ? `Install Go ${file.go}` : "Run: go env -w GOTOOLCHAIN=auto (and unset it in the environment), or install that Go"}; or write an older version into the go line.`,
    );
  }
  if (hasWorkspace && goMod && !goMod.isUsed) {
    yield error(
      "module-not-in-workspace",
      `${goMod.path} is a module that ${workspace.path} does not use: go build and F5 fail ("current directory is contained in a module that is not one of the workspace modules listed in go.work"). Run there: go work use . (or set GOWORK=off)`,
    );
  }
}
