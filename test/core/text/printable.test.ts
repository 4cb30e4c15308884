import { expect, test } from "vitest";
import {
  escapedMarkdown,
  joinedMarkdown,
  markdown,
  ownMarkdown,
  quotedMarkdown,
} from "../../../src/core/text/markdown.js";
import { notificationText, printable, printableText, terminalText } from "../../../src/core/text/printable.js";

const HOSTILE = [
  ["moves the cursor", "a\u001b[2Jb", "a\ufffd[2Jb"],
  ["is one control character for that", "a\u009b2Jb", "a\ufffd2Jb"],
  ["sets the title", "\u001b]0;x\u0007", "\ufffd]0;x\ufffd"],
  ["goes back", "safe\b\b\b\bevil", "safe\ufffd\ufffd\ufffd\ufffdevil"],
  ["turns the line round", "a\u202egnp.exe", "a\ufffdgnp.exe"],
  ["isolates", "\u2066a\u2069\u061c", "\ufffda\ufffd\ufffd"],
  ["hides", "a\u200bb\ufeff\u{e0041}", "a\ufffdb\ufffd\ufffd"],
  ["is broken", "\ud800a\udc00", "\ufffda\ufffd"],
] as const;

test.each(HOSTILE)("text that %s", (_what, text, shown) => {
  expect(printable(text)).toBe(shown);
  expect(printableText(text)).toBe(shown);
  expect(terminalText(text)).toBe(shown);
  expect(notificationText(text)).toBe(shown);
});

test("lines stay lines in whole texts, and are none in names", () => {
  expect(printableText("a\n\tb\r\n\u001b")).toBe("a\n\tb\r\n\ufffd");
  expect(printable("a\nb")).toBe("a\ufffdb");
});

test("a terminal keeps the colours that we write, and nothing else", () => {
  expect(terminalText("\u001b[1;31m\u001b[1mbold\u001b[22m \u001b[31mred\u001b[0m\u001b[39m")).toBe(
    "\u001b[1;31m\u001b[1mbold\u001b[22m \u001b[31mred\u001b[0m\u001b[39m",
  );
  expect(terminalText("\u001b[8mhidden\u001b[1;31;40m\u001b[31H")).toBe("\ufffd[8mhidden\ufffd[1;31;40m\ufffd[31H");
});

test.each([
  ["[click](command:workbench.action.terminal.new)", "[click] (command:workbench.action.terminal.new)"],
  ['a [b](https://evil.example "c") d', 'a [b] (https://evil.example "c") d'],
])("no link is left in a notification: %s", (text, shown) => expect(notificationText(text)).toBe(shown));

test("Markdown is ours; what others wrote is quoted or escaped", () => {
  const evil = "`[x](command:y)` <b>\u202e";
  const text = markdown`**${ownMarkdown("key")}** is ${quotedMarkdown(evil)}: ${escapedMarkdown(evil)}`;
  expect(text).toBe("**key** is `'[x](command:y)' <b>\ufffd`: \\`\\[x\\](command:y)\\` &lt;b\\>\ufffd");
  expect(joinedMarkdown([text, text], ", ")).toBe(`${text}, ${text}`);
});
