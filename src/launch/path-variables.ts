/**
 * Paths of configurations with their `${…}` filled in, as far as one can know before the start.
 */

/** Undefined where a variable is not known, or it is not clear which file is meant. */
export function withVariables(path: string, value: (name: string) => string | undefined): string | undefined {
  let known = true;
  const text = path.replace(/\$\{([^{}]*)\}/g, (_, name: string) => {
    const found = value(name);
    if (found === undefined) known = false;
    return found ?? "";
  });
  return !known || text.includes("${") || text.startsWith("~") || text.includes("\0") ? undefined : text;
}

/** golang.go takes "example.com/x" for an import path unless it is a file. */
export function looksLikePackage(path: string): boolean {
  return /^[a-zA-Z0-9][a-zA-Z0-9-]*(?:\.[a-zA-Z0-9-]+)+\//.test(path);
}
