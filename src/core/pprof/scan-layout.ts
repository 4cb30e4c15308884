/**
 * Where the scan (assembly/scan.ts) and its caller (scan.ts) find things in the memory that they share; both compile
 * this file. Offsets are bytes. Each column has room for what a full chunk holds at most.
 */

/** Bytes of the profile that are scanned at a time: few enough to stay in the processor's cache. */
export const CHUNK = 0x10000;

// At address 0 there are 32-bit numbers: the rows that the last scan added to each table, by the table's number.
export const SAMPLES = 0;
export const IDS = 1;
export const VALUES = 2;
export const LABELS = 3;
export const LOCATIONS = 4;
export const LINES = 5;
export const FUNCTIONS = 6;
export const STRINGS = 7;
export const STRING_BYTES = 8;
/** Fields that the scan leaves to its caller, and which of them count something. */
export const RESTS = 9;
export const TYPES = 10;
export const MAPPINGS = 11;
/** Numbers that had to be rounded. */
export const INEXACT = 12;
export const TABLES = 13;

/** The chunk; then some bytes more, because a number is read before it is seen to be cut off. */
export const INPUT = 0x400;

// Ids and values take at least a byte each.
export const STACK = INPUT + CHUNK + 0x40;
export const COSTS = STACK + 4 * CHUNK;
// Samples, labels, locations, lines and functions take at least four: their own tag and length, and a number with its.
export const STACK_END = COSTS + 8 * CHUNK;
export const LABEL_END = STACK_END + CHUNK;
export const LABEL_KEY = LABEL_END + CHUNK;
export const LABEL_STRING = LABEL_KEY + CHUNK;
export const LABEL_UNIT = LABEL_STRING + CHUNK;
export const LABEL_NUMBER = LABEL_UNIT + CHUNK;
export const MAPPING = LABEL_NUMBER + 2 * CHUNK;
export const ADDRESS_LOW = MAPPING + CHUNK;
export const ADDRESS_HIGH = ADDRESS_LOW + CHUNK;
export const IS_FOLDED = ADDRESS_HIGH + CHUNK;
export const LINE_END = IS_FOLDED + CHUNK;
export const LINE_FUNCTION = LINE_END + CHUNK;
export const LINE_NUMBER = LINE_FUNCTION + CHUNK;
export const LINE_COLUMN = LINE_NUMBER + CHUNK;
export const NAME = LINE_COLUMN + CHUNK;
export const SYSTEM_NAME = NAME + CHUNK;
export const FILENAME = SYSTEM_NAME + CHUNK;
export const START_LINE = FILENAME + CHUNK;
// Strings and all other fields take at least two bytes.
export const STRING_START = START_LINE + CHUNK;
export const STRING_END = STRING_START + 2 * CHUNK;
export const REST_START = STRING_END + 2 * CHUNK;
export const REST_END = REST_START + 2 * CHUNK;
/** Where the memory ends. */
export const END = REST_END + 2 * CHUNK;
