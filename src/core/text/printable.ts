/**
 * Names out of profiles and processes, made harmless for terminals, Markdown and logs.
 *
 * A symbol or a path is whatever the profile's writer put there: escape sequences that move the cursor,
 * line breaks that forge a second line, marks that reverse the reading direction.
 */

// C0 and C1 controls, line and paragraph separators, bidirectional overrides, zero-width characters, lone surrogates.
const UNPRINTABLE =
  // eslint-disable-next-line no-control-regex
  /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** One line of text with every unprintable character replaced by U+FFFD, cut to `limit` UTF-16 units. */
export function printable(text: string, limit = 1000): string {
  const clean = text.replace(UNPRINTABLE, "\ufffd");
  return clean.length <= limit ? clean : `${clean.slice(0, limit - 1)}…`;
}

/** The same inside a Markdown code span, where only backticks and table bars still mean something. */
export function codeSpan(text: string): string {
  const clean = printable(text).replaceAll("`", "'").replaceAll("|", "¦");
  return clean === "" ? "" : `\`${clean}\``;
}
