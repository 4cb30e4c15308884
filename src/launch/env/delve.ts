/** Whether there is a Delve, and whether it fits this Go. */
import { type EnvFacts, type EnvFinding, error, information, warning } from "./facts.js";

const installDelve = "go install github.com/go-delve/delve/cmd/dlv@latest";

export function* delveFindings({ go, dlv }: EnvFacts): Generator<EnvFinding> {
  if (!dlv) {
    yield warning("dlv-missing", `No dlv was found, so nothing can be debugged. Run: ${installDelve}`);
    return;
  }
  if (!dlv.version) {
    yield warning("dlv-version", `${dlv.path} does not tell its version. Run: ${installDelve}`);
    return;
  }
  const delve = `Delve ${dlv.version}`;
  yield information("dlv", `${delve} is ${dlv.path}.`);
  if (!go?.version) return;
  const minor = `Go ${go.version.split(".").slice(0, 2).join(".")}`;
  switch (dlv.support) {
    case "too-new":
      yield error(
        "dlv-too-old",
        `${delve} is too old for ${minor}: it refuses to start programs built with it, and cannot show their variables when made to. Run: ${installDelve}`,
      );
      return;
    case "too-old":
      yield warning(
        "dlv-too-new",
        `${delve} no longer supports ${minor} and refuses to start programs built with it. Add "dlvFlags": ["--check-go-version=false"] to the launch configuration, which works well, or update Go.`,
      );
      return;
    case undefined:
      yield information("dlv-unknown-pair", `Whether ${delve} supports ${minor} is not known.`);
      return;
    case "supported":
  }
}
