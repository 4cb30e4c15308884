/**
 * Names out of profiles and processes, made harmless for terminals, Markdown and logs.
 *
 * A symbol or a path is whatever the profile's writer put there: escape sequences that move the cursor,
 * line breaks that forge a second line, marks that reverse the reading direction.
 */

// C0 and C1 controls, line and paragraph separators, bidirectional marks and overrides, zero-width characters, tags,
// lone surrogates.
const UNPRINTABLE =
  // eslint-disable-next-line no-control-regex
  /[\u0000-\u001f\u007f-\u009f\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\udb40[\udc00-\udc7f]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** Most texts have none of these, and stay as they are: Latin letters, digits, punctuation and line ends. */
const SURELY_PRINTABLE = /^[\t\n\r\x20-\x7e]*$/;

/** One line of text with every unprintable character replaced by U+FFFD, cut to `limit` UTF-16 units. */
export function printable(text: string, limit = 1000): string {
  const clean = text.replace(UNPRINTABLE, "\ufffd");
  return clean.length <= limit ? clean : `${clean.slice(0, limit - 1)}…`;
}

/** The same of whole texts: line ends and tabs stay, and nothing is cut. */
export function printableText(text: string): string {
  if (SURELY_PRINTABLE.test(text)) return text;
  return text.replace(UNPRINTABLE, (character) => (/[\t\n\r]/.test(character) ? character : "\ufffd"));
}

/** The same with the colours that we write ourselves (bold, faint, one of eight colours, and their ends). */
export function terminalText(text: string): string {
  // eslint-disable-next-line no-control-regex
  const parts = text.split(/(\u001b\[(?:[0-2]|22|(?:1;)?3[0-7]|39|9[0-7])m)/);
  return parts.map((part, i) => (i % 2 === 1 ? part : printableText(part))).join("");
}

/** A text for a notification of an editor, which would run what `[words](command:…)` names: no link is left. */
export function notificationText(text: string): string {
  return printableText(text).replaceAll("](", "] (");
}

/** The same inside a Markdown code span, where only backticks and table bars still mean something. */
export function codeSpan(text: string): string {
  const clean = printable(text).replaceAll("`", "'").replaceAll("|", "¦");
  return clean === "" ? "" : `\`${clean}\``;
}
