/**
 * What each version of Delve can do, as data: which Go it debugs and since when it knows a feature.
 *
 * DAP attributes cannot be probed, since Delve ignores unknown ones in silence, so they are derived from the version.
 * Sources: the first tag that has the feature, and pkg/goversion/compat.go of every tag (github.com/go-delve/delve).
 */

/** Major, minor, patch. */
export type Version = readonly [number, number, number];

/** The first version that has the feature. */
const since = {
  "allow-non-terminal-interactive": [1, 5, 1],
  "headless-dap": [1, 7, 3], // one `dlv --headless` port serves DAP and JSON-RPC
  "goroutine-filters": [1, 8, 0],
  "rpc-follow-exec": [1, 21, 0],
  "output-mode": [1, 21, 1],
  "build-flags-array": [1, 21, 1],
  "show-pprof-labels": [1, 22, 0],
  "attach-wait-for": [1, 22, 1],
  "examine-64-kib": [1, 24, 0], // RPC ExamineMemory reads up to 64 KiB, before that 1000 bytes
  "guess-substitute-path": [1, 24, 0],
  "rpc-v2-only": [1, 24, 0], // before that, pass --api-version=2
  "process-event": [1, 24, 1],
  "dap-restart": [1, 25, 1],
  "dap-read-memory": [1, 26, 0],
  "follow-exec": [1, 26, 0],
  "standard-stream-redirects": [1, 26, 0], // stdinFrom, stdoutTo, stderrTo
  "build-message": [1, 26, 2], // DAP says "Building .", from 1.27.0 on as a line
  "console-examinemem": [1, 26, 2],
  "data-breakpoints": [1, 26, 2],
  "build-message-line": [1, 27, 0],
  "dap-write-memory": [1, 27, 0],
  "value-limits": [1, 27, 1], // maxStringLen, maxArrayValues, showRawStrings
} as const satisfies Record<string, Version>;

export type DelveFeature = keyof typeof since;

/** The versions in which the supported range of Go 1.x changed: [delve, oldest, newest]. */
const supportedGo: readonly (readonly [Version, number, number])[] = [
  [[1, 4, 0], 11, 14],
  [[1, 4, 1], 12, 14],
  [[1, 5, 0], 12, 15],
  [[1, 5, 1], 13, 15],
  [[1, 6, 0], 13, 16],
  [[1, 6, 1], 14, 16],
  [[1, 7, 0], 15, 17],
  [[1, 8, 0], 16, 18],
  [[1, 9, 0], 16, 19],
  [[1, 9, 1], 17, 19],
  [[1, 20, 0], 18, 20],
  [[1, 21, 0], 18, 21],
  [[1, 21, 1], 19, 21],
  [[1, 22, 0], 19, 22],
  [[1, 23, 0], 21, 23],
  [[1, 24, 0], 21, 24],
  [[1, 25, 1], 22, 25],
  [[1, 26, 0], 24, 26],
  [[1, 27, 0], 25, 27],
];
/** Above this minor version nothing is known. */
const newestKnownMinor = 27;

export function hasFeature(version: Version, feature: DelveFeature): boolean {
  return compareVersions(version, since[feature]) >= 0;
}

/** Whether this Delve debugs programs of Go 1.`goMinor`; undefined where the table does not reach. */
export function goSupport(version: Version, goMinor: number): "supported" | "too-old" | "too-new" | undefined {
  if (version[0] !== 1 || version[1] > newestKnownMinor) return undefined;
  const row = supportedGo.findLast(([from]) => compareVersions(version, from) >= 0);
  if (!row) return undefined;
  const [, oldest, newest] = row;
  return goMinor < oldest ? "too-old" : goMinor > newest ? "too-new" : "supported";
}

function compareVersions(a: Version, b: Version): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
}

/** The first `1.2.3` or `1.2` in a text; pre-release suffixes are ignored. */
export function parseVersion(text: string): Version | undefined {
  const match = /(?<![\d.])(\d+)\.(\d+)(?:\.(\d+))?/.exec(text);
  return match ? [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)] : undefined;
}
