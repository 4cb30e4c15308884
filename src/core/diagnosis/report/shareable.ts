/**
 * What may be sent to a colleague: secrets taken out of texts, and, when asked for, paths cut down to what tells.
 *
 * Texts that a program chose (labels, comments, the target's name) are looked through for what is known to be secret by
 * its place: passwords and queries in URLs, headers that authorise, variables and flags with telling names. A secret that
 * looks like any other word cannot be known.
 */
import type { Diagnosis } from "../diagnosis.js";
import type { StackFrame } from "../../profile/named-stack.js";
import type { Profile } from "../../profile/profile.js";

export interface Sharing {
  readonly shortPaths: boolean;
}

const REDACTED = "[redacted]";

const SECRETS: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  // user:password@ of a URL
  [/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/?#@"']+@/gi, `$1${REDACTED}@`],
  // the query of a URL
  [/\b([a-z][a-z0-9+.-]*:\/\/[^\s?#"']+)\?[^\s#"']+/gi, `$1?${REDACTED}`],
  // headers
  [
    /\b((?:proxy-)?authorization|(?:set-)?cookie|x-[\w-]*(?:token|key|auth|secret)[\w-]*)(\s*[:=]\s*)[^\r\n"']+/gi,
    `$1$2${REDACTED}`,
  ],
  [/\b(bearer|basic)\s+[\w.~+/=-]{8,}/gi, `$1 ${REDACTED}`],
  // keys of AWS, GitHub, Slack and Google by their form, and JSON Web Tokens
  [/\b(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{16}\b/g, REDACTED],
  [/\b(?:gh[pousr]_\w{30,}|github_pat_\w{30,}|xox[abprs]-[\w-]{10,}|AIza[\w-]{35})/g, REDACTED],
  [/\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g, REDACTED],
  // --name value of a command line
  [
    /(--?[\w-]*(?:passw(?:or)?d|passwd|secret|token|api[_-]?key|private[_-]?key|credential|access[_-]?key|auth)[\w-]*)(\s+)(?!-)[^\s"',;]+/gi,
    `$1$2${REDACTED}`,
  ],
  // NAME=value of an environment, -name=value of a command line, "name": "value"
  [
    /([\w.-]*(?:passw(?:or)?d|passwd|secret|token|api[_-]?key|private[_-]?key|credential|access[_-]?key|\bdsn)[\w.-]*)("?\s*[:=]\s*"?)[^\s"',;]+/gi,
    `$1$2${REDACTED}`,
  ],
];

export function redacted(text: string): string {
  return SECRETS.reduce((kept, [pattern, replacement]) => kept.replace(pattern, replacement), text);
}

/**
 * A source file without the folders of the machine that built it: modules as `example.com/dep@v1.2.3/file.go`, Go's own
 * sources as `src/runtime/proc.go`, all others by their last three elements.
 */
export function shortPath(path: string): string {
  const slashed = path.replaceAll("\\", "/");
  const module = /\/pkg\/mod\/(.*)$/.exec(slashed)?.[1] ?? /\/vendor\/(.*)$/.exec(slashed)?.[1];
  if (module !== undefined) return module;
  const standard = /\/(?:go|go\d[\w.]*|[^/]*toolchain@[^/]*|golang|sdk\/[^/]+)\/(src\/.*)$/.exec(slashed)?.[1];
  if (standard !== undefined) return standard;
  // The folder of a user is named for them.
  const own = slashed.replace(/^(?:[a-z]:)?\/(?:home|Users|var\/home|export\/home)\/[^/]+\//i, "");
  return isAbsolute(slashed) ? own.split("/").slice(-3).join("/") : path;
}

export function shareableDiagnosis(diagnosis: Diagnosis, { shortPaths }: Sharing): Diagnosis {
  const frame = <T extends StackFrame>(at: T): T => (shortPaths ? { ...at, file: shortPath(at.file) } : at);
  const text = (given: string) => shareableText(given, { shortPaths });
  const { findings, outside, functions } = diagnosis;
  return {
    ...diagnosis,
    target: text(diagnosis.target),
    findings: findings.map((finding) => ({
      ...frame(finding),
      stack: finding.stack.map(frame),
      explanation: text(finding.explanation),
      ...(finding.evidence && { evidence: finding.evidence.map(text) }),
      ...(finding.beside && { beside: finding.beside.map(frame) }),
    })),
    ...(outside && {
      outside: {
        ...outside,
        ...(outside.callers && {
          callers: outside.callers.map((caller) => ({ ...frame(caller), stack: caller.stack.map(frame) })),
        }),
      },
    }),
    ...(functions && shortPaths && { functions: functions.map((row) => ({ ...row, file: shortPath(row.file) })) }),
    notes: diagnosis.notes.map(({ code, message }) => ({ code, message: text(message) })),
  };
}

/** The profile with its texts looked through; the numbers and the functions' names stay. */
export function shareableProfile(profile: Profile, { shortPaths }: Sharing): Profile {
  const { strings, functions, mappings } = profile;
  const names = new Set([...functions.name, ...functions.systemName]);
  const text = (given: string) => redacted(shortPaths && isAbsolute(given) ? shortPath(given) : given);
  return {
    ...profile,
    strings: { length: strings.length, at: (i) => (names.has(i) ? strings.at(i) : text(strings.at(i))) },
    mappings: mappings.map((mapping) => ({ ...mapping, filename: text(mapping.filename) })),
    comments: profile.comments.map(text),
    docUrl: text(profile.docUrl),
  };
}

/** The stacks of goroutines as text, looked through. */
export function shareableText(given: string, { shortPaths }: Sharing): string {
  return redacted(shortPaths ? withShortPaths(given) : given);
}

const isAbsolute = (path: string): boolean => /^(?:\/|[a-z]:[\\/])/i.test(path);

function withShortPaths(text: string): string {
  return text.replace(/(?<![\w:/.])(?:\/|[a-z]:[\\/])[^\s:;,()"']+\.\w+/gi, (path) => shortPath(path));
}
