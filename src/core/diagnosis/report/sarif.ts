/**
 * Findings as SARIF 2.1.0, the format that code-scanning pages and editors read
 * (docs.oasis-open.org/sarif/sarif/v2.1.0/os/sarif-v2.1.0-os.html).
 *
 * Files inside `root` are written relative to it, as code scanning requires; others become file: URIs.
 */
type SarifLevel = "note" | "warning" | "error";

export interface SarifRule {
  readonly id: string;
  /** PascalCase name, as SARIF viewers show it. */
  readonly name: string;
  readonly summary: string;
  readonly help: string;
}

export interface SarifPlace {
  readonly file: string;
  /** Starts at 1; a place without a positive line is reported as a whole file. */
  readonly line: number;
  readonly column?: number;
  /** UTF-16 code units from the start of the file. */
  readonly charOffset?: number;
  readonly charLength?: number;
  readonly message?: string;
  readonly function?: string;
}

interface SarifEdit {
  readonly offset: number;
  readonly length: number;
  readonly content: string;
}

interface SarifResult {
  readonly rule: string;
  readonly level: SarifLevel;
  readonly message: string;
  readonly place?: SarifPlace;
  /** Leaf first. */
  readonly stack?: readonly SarifPlace[];
  /** What stays equal between runs while the finding is the same one. */
  readonly fingerprint: string;
  readonly baselineState?: "new" | "unchanged" | "updated" | "absent";
  readonly fix?: { readonly title: string; readonly edits: readonly SarifEdit[] };
  readonly properties?: Readonly<Record<string, unknown>>;
}

export interface SarifRun {
  readonly version: string;
  readonly rules: readonly SarifRule[];
  readonly results: readonly SarifResult[];
  /** Absolute directory that relative places are meant from. */
  readonly root?: string;
}

/** The whole log, ready for JSON.stringify. */
export function sarifLog({ version, rules, results, root }: SarifRun): object {
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "godiag",
            semanticVersion: version,
            rules: rules.map(({ id, name, summary, help }) => ({
              id,
              name,
              shortDescription: { text: summary },
              help: { text: help },
            })),
          },
        },
        columnKind: "utf16CodeUnits",
        results: results.map((result) => sarifResult(result, rules, root)),
      },
    ],
  };
}

function sarifResult(result: SarifResult, rules: readonly SarifRule[], root: string | undefined): object {
  const { rule, level, message, place, stack, fingerprint, baselineState, fix, properties } = result;
  const ruleIndex = rules.findIndex(({ id }) => id === rule);
  return {
    ruleId: rule,
    ...(ruleIndex >= 0 && { ruleIndex }),
    level,
    message: { text: message },
    ...(place && place.file !== "" && { locations: [location(place, root)] }),
    ...(stack &&
      stack.length > 0 && { stacks: [{ frames: stack.map((frame) => ({ location: location(frame, root) })) }] }),
    partialFingerprints: { "godiag/v1": fingerprint },
    ...(baselineState && { baselineState }),
    ...(fix && place && { fixes: [sarifFix(fix, place, root)] }),
    ...(properties && { properties }),
  };
}

function sarifFix(fix: NonNullable<SarifResult["fix"]>, place: SarifPlace, root: string | undefined): object {
  return {
    description: { text: fix.title },
    artifactChanges: [
      {
        artifactLocation: artifact(place.file, root),
        replacements: fix.edits.map(({ offset, length, content }) => ({
          deletedRegion: { charOffset: offset, charLength: length },
          insertedContent: { text: content },
        })),
      },
    ],
  };
}

function location(place: SarifPlace, root: string | undefined): object {
  const { file, line, column, charOffset, charLength, message } = place;
  const region = {
    ...(line > 0 && { startLine: line }),
    ...(line > 0 && column !== undefined && { startColumn: column }),
    ...(charOffset !== undefined && { charOffset }),
    ...(charLength !== undefined && { charLength }),
  };
  return {
    ...(file !== "" && {
      physicalLocation: {
        artifactLocation: artifact(file, root),
        ...(Object.keys(region).length > 0 && { region }),
      },
    }),
    ...(place.function && { logicalLocations: [{ fullyQualifiedName: place.function, kind: "function" }] }),
    ...(message && { message: { text: message } }),
  };
}

function artifact(file: string, root: string | undefined): object {
  const path = slashes(file);
  const base = root === undefined ? undefined : slashes(root).replace(/\/*$/, "/");
  if (base !== undefined && path.startsWith(base)) return { uri: encode(path.slice(base.length)) };
  if (path.startsWith("/")) return { uri: `file://${encode(path)}` };
  if (/^[A-Za-z]:\//.test(path)) return { uri: `file:///${encode(path)}` };
  return { uri: encode(path) };
}

const slashes = (path: string): string => (/^[A-Za-z]:\\|^\\\\/.test(path) ? path.replaceAll("\\", "/") : path);

/** A path as the path of a URI. encodeURIComponent throws on a lone surrogate, hence the replacement. */
function encode(path: string): string {
  const wellFormed = path.replace(/[\ud800-\udfff]/gu, "\ufffd");
  return wellFormed
    .split("/")
    .map((part) => encodeURIComponent(part).replaceAll("%40", "@"))
    .join("/")
    .replace(/^([A-Za-z])%3A\//, "$1:/");
}
