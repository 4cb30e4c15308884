/** Settings of Go's runtime for programs that we start: what the user has set in GODEBUG stays as it is. */

/**
 * Lets the runtime keep, for each goroutine, the stacks of up to ten goroutines that led to it: they tell which line of
 * the program a library's goroutine belongs to. A `go` statement takes about a microsecond and half a kilobyte more.
 */
export const RECORD_STARTERS: Readonly<Record<string, string>> = { tracebackancestors: "10" };

/**
 * Has the runtime record one allocation in 64 kB, in place of one in 512 kB, from the start on: a leak of 20 kB a second
 * is seen within a minute. A sample takes one to two microseconds; what a program sets itself in main goes before it.
 */
export const SAMPLE_FINELY: Readonly<Record<string, string>> = { memprofilerate: "65536" };

export function withGodebug(env: NodeJS.ProcessEnv, settings: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const given = env["GODEBUG"] ?? "";
  const isSet = (key: string) => given.split(",").some((setting) => setting.trim().startsWith(`${key}=`));
  const added = Object.entries(settings).filter(([key]) => !isSet(key));
  if (added.length === 0) return env;
  const words = added.map(([key, value]) => `${key}=${value}`);
  return { ...env, GODEBUG: [...(given === "" ? [] : [given]), ...words].join(",") };
}
