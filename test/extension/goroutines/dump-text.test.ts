import { expect, test } from "vitest";
import { DUMP_LINE, dumpAround } from "../../../src/extension/goroutines/dump-text.js";

test.each([
  ["goroutine 1 [running]:", true],
  ["goroutine 7 gp=0xc000 m=0 mp=0x1 [chan receive, 5 minutes]:", true],
  ["panic: runtime error: index out of range [3] with length 3", true],
  ["fatal error: all goroutines are asleep - deadlock!", true],
  ["SIGQUIT: quit", true],
  ["the goroutine 1 [running]:", false],
  ["main.main()", false],
  ["don't panic: it is fine", false],
])("%s begins a dump or a goroutine: %s", (line, expected) => expect(DUMP_LINE.test(line)).toBe(expected));

const terminal = `$ go run .
round 1
panic: first

goroutine 1 [running]:
main.main()
\t/src/main.go:3 +0x1d
exit status 2
$ go run .
round 1
panic: second

goroutine 1 [running]:
main.main()
\t/src/main.go:9 +0x1d

goroutine 6 [chan receive]:
main.wait()
\t/src/main.go:4 +0x1d
exit status 2
$ `;
const second = terminal.slice(terminal.indexOf("panic: second"), terminal.lastIndexOf("\nexit status"));
const first = terminal.slice(terminal.indexOf("panic: first"), terminal.indexOf("\nexit status"));

test.each([
  ["goroutine 1 [running]:", second],
  ["goroutine 6 [chan receive]:", second],
  ["panic: second", second],
  ["panic: first", first],
])("a click on %j opens its dump, from the cause to the end", (line, dump) => {
  expect(dumpAround(terminal, line)).toBe(dump);
});

test("a dump without a cause begins with its first goroutine", () => {
  const text = "log line\ngoroutine 1 [running]:\nmain.main()\n\ngoroutine 2 [select]:\nmain.x()\n";
  expect(dumpAround(text, "goroutine 2 [select]:")).toBe(text.slice(text.indexOf("goroutine 1")));
});
