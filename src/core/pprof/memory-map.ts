/**
 * The memory map at the end of older profiles (gperftools, tcmalloc, jemalloc, Go ≤ 1.8): /proc/PID/maps, or the brief
 * form "400000-500000: /path (@offset) buildid". Which mapping an address belongs to is found as google/pprof does
 * (profile/legacy_profile.go: parseMappingEntry, massageMappings, remapMappingIDs), so that reports agree.
 */
import { NO_MAPPING, type Mapping, type Profile } from "../profile/profile.js";

/** Whether a line begins a memory map. */
export function isMemoryMapHeader(line: string): boolean {
  return line.includes("--- Memory map: ---") || line.includes("MAPPED_LIBRARIES:");
}

/** The executable mappings in the lines of a map, main binary first; lines that are none are passed over. */
export function readMemoryMap(lines: Iterable<string>): Mapping[] {
  const attributes = new Map<string, string>();
  const mappings: Range[] = [];
  for (const line of lines) {
    if (line.length > MAX_LINE) continue;
    const text = withoutLogPrefix(line).replace(/\$(\w+)/g, (whole, name: string) => attributes.get(name) ?? whole);
    const entry = parseEntry(text);
    if (entry === undefined) {
      const equals = text.indexOf("=");
      if (equals > 0) attributes.set(text.slice(0, equals).trim(), text.slice(equals + 1).trim());
      continue;
    }
    if (entry === NOT_EXECUTABLE) continue;
    const last = mappings.at(-1);
    if (last !== undefined && isContinued(last, entry)) {
      last.limit = entry.limit;
      if (entry.filename !== "") last.filename = entry.filename;
      if (entry.buildId !== "") last.buildId = entry.buildId;
    } else mappings.push(entry);
  }
  const main = mappings.findIndex(({ filename }) => isMainBinary(filename));
  if (main > 0) [mappings[0], mappings[main]] = [mappings[main], mappings[0]];
  const [first, second] = mappings;
  if (first?.filename.startsWith("/anon_hugepage") && second?.start === first.limit) mappings.shift();
  if (mappings.length > 0 && mappings[0].start - mappings[0].fileOffset === USUAL_START) moveToFileStart(mappings[0]);
  return mappings;
}

/** The same profile with each location in the mapping that holds its address. */
export function withMappings(profile: Profile, found: readonly Mapping[]): Profile {
  if (found.length === 0) return profile;
  const mappings = found.map((mapping): Range => ({ ...mapping }));
  const { addressHigh, addressLow, count } = profile.locations;
  const mapping = new Int32Array(count).fill(NO_MAPPING);
  for (let location = 0; location < count; location++) {
    const address = (BigInt(addressHigh[location]) << 32n) | BigInt(addressLow[location]);
    if (address === 0n) continue;
    let row = mappings.findIndex(({ start, limit }) => start <= address && address < limit);
    if (row < 0) {
      // A mapping that was split in two, of which the first part is missing.
      row = mappings.findIndex(
        (each) => each.fileOffset !== 0n && each.start - each.fileOffset <= address && address < each.start,
      );
      if (row >= 0) moveToFileStart(mappings[row]);
    }
    mapping[location] = row < 0 ? NO_MAPPING : row;
  }
  return { ...profile, mappings, locations: { ...profile.locations, mapping } };
}

type Range = { -readonly [K in keyof Mapping]: Mapping[K] };

const NOT_EXECUTABLE = "not-executable";
/** Where the linker puts programs that are not position-independent. */
const USUAL_START = 0x400000n;
const MAX_LINE = 10_000;

const HEX = "(?:0x)?([0-9a-f]{1,16})";
const RANGE = String.raw`^\s*${HEX}[\s-]?\s*${HEX}:?`;
const PERMISSIONS = String.raw`(?:\s+([-rwxp]+))?`;
const PROC_MAPS = new RegExp(
  String.raw`${RANGE}${PERMISSIONS}(?:\s+([0-9a-f]+))?\s+[0-9a-f]+:[0-9a-f]+\s+[0-9]+(?:\s+(\S+))?`,
  "i",
);
const BRIEF = new RegExp(
  String.raw`${RANGE}${PERMISSIONS}(?:\s+(\S+))?(?:\s+\(@([0-9a-f]+)\))?(?:\s+([0-9a-f]+))?`,
  "i",
);

function parseEntry(line: string): Range | typeof NOT_EXECUTABLE | undefined {
  const proc = PROC_MAPS.exec(line);
  const brief = proc === null ? BRIEF.exec(line) : null;
  const match = proc ?? brief;
  if (match === null) return undefined;
  const [, start, limit, permissions] = match;
  if (permissions !== undefined && !permissions.includes("x")) return NOT_EXECUTABLE;
  const [filename, offset, buildId] = proc === null ? [match[4], match[5], match[6]] : [match[5], match[4], undefined];
  return {
    start: BigInt(`0x${start}`),
    limit: BigInt(`0x${limit}`),
    fileOffset: offset === undefined ? 0n : BigInt.asUintN(64, BigInt(`0x${offset}`)),
    filename: filename ?? "",
    buildId: buildId ?? "",
    hasFunctions: false,
    hasFilenames: false,
    hasLineNumbers: false,
    hasInlineFrames: false,
  };
}

/** "… file.cc:12] 400000-500000 …", as glog writes it. */
function withoutLogPrefix(line: string): string {
  return line.replace(/^[^[\]]+:[0-9]+\]\s/, "");
}

function isContinued(before: Mapping, next: Mapping): boolean {
  if (before.filename !== "" && next.filename !== "" && before.filename !== next.filename) return false;
  if (before.buildId !== "" && next.buildId !== "" && before.buildId !== next.buildId) return false;
  if (before.limit !== next.start) return false;
  if (before.fileOffset === 0n || next.fileOffset === 0n) return true;
  return before.fileOffset + (before.limit - before.start) === next.fileOffset;
}

function isMainBinary(filename: string): boolean {
  const file = filename.replaceAll("(deleted)", "").trim();
  return file !== "" && !file.startsWith("[") && !/\.so$|\.so[._][0-9]+$/.test(file);
}

function moveToFileStart(mapping: Range): void {
  mapping.start -= mapping.fileOffset;
  mapping.fileOffset = 0n;
}
