/**
 * Waiting for a condition instead of for time: polls until there is an answer, and says what it waited for when there
 * is none.
 */
export async function until<T>(
  what: string,
  read: () => T | undefined | false | Promise<T | undefined | false>,
  { limitMs = 30_000, everyMs = 50, seen }: { limitMs?: number; everyMs?: number; seen?: () => unknown } = {},
): Promise<T> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    const answer = await read();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() > deadline) {
      const last = seen ? `; last seen: ${JSON.stringify(await seen())}` : "";
      throw new Error(`waited ${limitMs / 1000} s for ${what}${last}`);
    }
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}

/** Whether it comes to pass, where something else may be tried if it does not. */
export function succeeds(attempt: Promise<unknown>): Promise<boolean> {
  return attempt.then(
    () => true,
    () => false,
  );
}
