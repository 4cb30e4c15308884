/** Which Go runs: none, several, one behind a version manager, one with the GOROOT of another. */
import { type EnvFacts, type EnvFinding, error, type GoCommand, information, warning } from "./facts.js";

export function* sdkFindings(facts: EnvFacts): Generator<EnvFinding> {
  const { go, goEnvProblem, goRoots } = facts;
  if (!go) {
    yield error("go-missing", "No go command on PATH. Install Go from https://go.dev/dl and open a new terminal.");
    return;
  }
  if (go.version) yield information("go", `Go ${go.version} is ${go.path}.`);
  else yield error("go-version", versionless(facts));
  if (goEnvProblem !== undefined) yield error("go-env", `\`go env\` fails here: ${goEnvProblem}`);
  yield* shimFindings(go);
  yield* severalFindings(facts);
  if (goRoots && goRoots.environment !== goRoots.command) {
    yield warning(
      "goroot",
      `GOROOT is set to ${goRoots.environment}, but the go command belongs to ${goRoots.command}: it takes compiler and standard library from the other one, and builds fail or use the wrong version. Unset GOROOT.`,
    );
  }
}

function versionless({ go, goVersionProblem }: EnvFacts): string {
  const what = `${go?.path ?? "go"} does not tell its version`;
  return goVersionProblem
    ? `${what}: ${goVersionProblem}. No go command works here until that is put right.`
    : `${what}. Reinstall Go.`;
}

function* shimFindings({ path }: GoCommand): Generator<EnvFinding> {
  if (!isShim(path)) return;
  yield information(
    "go-shim",
    `${path} is a shim of ${managerOf(path) ?? "a version manager, by its folder"}: the Go version may be another one in each folder, and a program that has another PATH than this terminal (an editor started from the desktop) may not find it. Start the editor from this terminal, or set go.alternateTools.`,
  );
}

function* severalFindings({ go, otherGo }: EnvFacts): Generator<EnvFinding> {
  if (!go || otherGo.length === 0) return;
  yield information(
    "several-go",
    `More go commands follow on PATH, hidden by the first: ${otherGo.map(described).join(", ")}. A program with another PATH may find one of those; take out what is not needed.`,
  );
}

function described({ path, version }: GoCommand): string {
  const about = [version, managerOf(path)].filter((part) => part !== undefined).join(", ");
  return about === "" ? path : `${path} (${about})`;
}

const isShim = (path: string) => /[\\/]shims[\\/][^\\/]+$/.test(path);

/** The version manager that a go command lies in, by its folder. */
function managerOf(path: string): string | undefined {
  return /[\\/]\.?(goenv|gvm|asdf|mise)[\\/]/.exec(path)?.[1];
}
