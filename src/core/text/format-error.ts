/**
 * Broken bytes: the one error that decoders throw.
 *
 * It says what was expected and where. The words are fit for a person; callers add the file's name and what to do.
 */
export class FormatError extends Error {
  override readonly name = "FormatError";
  /** Machine-readable kind, such as "truncated" or "string-index"; stable across versions. */
  readonly code: string;
  /** Byte offset into the (decompressed) input; undefined where no single place is at fault. */
  readonly offset: number | undefined;
  /** What is wrong, without what to do. */
  readonly what: string;
  /** What to do, where that is known: an input that is something else needs another step than to be captured again. */
  readonly todo: string | undefined;

  constructor(code: string, what: string, offset?: number, todo?: string) {
    super(todo === undefined ? what : `${what}; ${todo}`);
    this.code = code;
    this.offset = offset;
    this.what = what;
    this.todo = todo;
  }
}

/** Something odd that did not keep the input from being read. */
export interface Warning {
  readonly code: string;
  readonly message: string;
  /** Bytes in binary input, UTF-16 code units in text. */
  readonly offset?: number;
}
