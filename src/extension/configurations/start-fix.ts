/**
 * What fixing a configuration changed, done to the same configuration on its way to the debugger, which golang.go has
 * completed meanwhile: everything that the fix did not touch stays as it came.
 */
export type Attributes = Readonly<Record<string, unknown>>;

/** `auto` is what golang.go makes of the mode "auto": it has decided that already. */
export function withFix<T extends Attributes>(
  started: T,
  written: Attributes,
  fixed: Attributes,
  auto: "debug" | "test" | "local",
): T {
  const result: Record<string, unknown> = { ...started };
  for (const name of new Set([...Object.keys(written), ...Object.keys(fixed)])) {
    const value = fixed[name];
    if (same(written[name], value)) continue;
    if (name === "mode" && (value === undefined || value === "auto")) result[name] = auto;
    else if (value !== undefined) result[name] = value;
    else delete result[name];
  }
  return result as T;
}

/** Whether a configuration that starts is the one that the file has under its name. */
export function isFrom(started: Attributes, written: Attributes): boolean {
  return ["name", "request", "program"].every(
    (name) => written[name] === undefined || same(written[name], started[name]),
  );
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
