/**
 * The module that a package most likely belongs to, from its import path alone: profiles do not say.
 *
 * Known hosts put a module at owner and repository; elsewhere the first two elements are a guess good enough to colour
 * by. The standard library, the runtime and the program's own `main` stand for themselves.
 */
export type Origin = "program" | "module" | "standard" | "runtime";

export function originOf(packagePath: string): Origin {
  if (packagePath === "runtime" || /^(runtime|internal\/runtime|internal\/abi)(\/|$)/.test(packagePath))
    return "runtime";
  const slash = packagePath.indexOf("/");
  const first = slash < 0 ? packagePath : packagePath.slice(0, slash);
  if (first === "main" || first === "") return "program";
  // Only paths of modules have a dot in their first element; Go's own commands are programs like any other.
  return first.includes(".") || first === "cmd" ? "module" : "standard";
}

export function moduleOf(packagePath: string): string {
  const parts = packagePath.split("/");
  switch (originOf(packagePath)) {
    case "runtime":
      return "runtime";
    case "standard":
      return "std";
    case "program":
      return "main";
    case "module":
      return parts.slice(0, /^(github|gitlab|bitbucket|codeberg)\./.test(parts[0]) ? 3 : 2).join("/");
  }
}
