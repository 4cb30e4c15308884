/** The limits of one question to a program that is sampled; times in milliseconds, sizes in bytes. */
export interface SampleOptions {
  readonly signal?: AbortSignal | undefined;
  /** For each single profile. */
  readonly timeoutMs?: number | undefined;
  readonly maxBytes?: number | undefined;
}
