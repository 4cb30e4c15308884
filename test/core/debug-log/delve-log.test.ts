/** Logs that Delve 1.24 and 1.27 wrote (test/fixtures/delve-logs), cut, mixed with a program's output, and none. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { explainDelveLog } from "../../../src/core/debug-log/delve-log.js";

const log = (name: string) => readFileSync(`test/fixtures/delve-logs/${name}.txt`, "utf8");

test("a session over DAP: requests with answers, events, errors with what they mean, the life", () => {
  const { requests, events, errors, session } = explainDelveLog(log("dap-1.27"));
  expect(requests.map(({ command, seq }) => `${seq} ${command}`)).toEqual([
    "1 initialize",
    "2 launch",
    "3 setBreakpoints",
    "4 configurationDone",
    "5 threads",
    "6 stackTrace",
    "7 scopes",
    "8 evaluate",
    "9 evaluate",
    "10 setVariable",
    "11 next",
    "12 disconnect",
  ]);
  expect(requests.every(({ ms }) => ms !== undefined)).toBe(true);
  expect(requests.find(({ command }) => command === "launch")?.ms).toBe(2000);
  expect(events.filter(({ event }) => event === "stopped").map(({ reason }) => reason)).toEqual(["breakpoint", "step"]);
  expect(errors.map(({ command, message, rule }) => [command, message, rule])).toEqual([
    ["evaluate", "Unable to evaluate expression: could not find symbol value for nosuch", "build-flags"],
    ["setVariable", "Unable to lookup variable: unknown reference 9999", undefined],
  ]);
  expect(errors.every(({ meaning, advice }) => meaning !== undefined && advice !== undefined)).toBe(true);
  expect(session).toMatchObject({
    listening: "127.0.0.1:39147",
    serverPid: 10523,
    targetPid: 10622,
    mode: "debug",
    program: "/src/app",
    resolutionMs: 1000,
    ended: true,
    unreadable: 0,
  });
  expect(session.life.map(({ what }) => what)).toEqual([
    "Delve starts",
    "a client connects",
    "the program is built",
    "the program is started",
    "the process is traced",
    "the session is ready for breakpoints",
    "the program stops: breakpoint",
    "the program stops: step",
    "Delve lets the process go",
    "the session ends",
    "Delve stops",
  ]);
});

test("a Go that is too new for Delve is named with the rule that finds it", () => {
  const { errors, requests, session } = explainDelveLog(log("dap-1.24"));
  expect(errors[0]).toMatchObject({ command: "launch", rule: "newer-than-dlv" });
  expect(errors[0].message).toMatch(/^Failed to launch: Version of Delve is too old/);
  expect(requests.at(-1)?.error).toBe(errors[0].message);
  expect(session.ended).toBe(true);
});

test("a package that is not there", () => {
  const { errors } = explainDelveLog(log("build-1.27"));
  expect(errors.map(({ command, rule }) => [command, rule])).toEqual([["launch", "program-not-found"]]);
});

test("a session over JSON-RPC", () => {
  const { requests, errors, session } = explainDelveLog(log("rpc-1.27"));
  expect(requests.map(({ command, ms, error }) => [command, ms !== undefined, error])).toEqual([
    ["GetVersion", true, undefined],
    ["CreateBreakpoint", true, undefined],
    ["Command", true, undefined],
    ["ListGoroutines", true, undefined],
    ["Eval", true, "could not find symbol value for nosuch"],
    ["Detach", true, undefined],
  ]);
  expect(errors.map(({ message }) => message)).toEqual([
    "could not find symbol value for nosuch",
    "rpc: can't find method RPCServer.Nonsense",
  ]);
  expect(session).toMatchObject({ delveVersion: "1.27.1", serverPid: 19947, targetPid: 19956, ended: true });
});

test("a log that is cut anywhere is read as far as it goes", () => {
  const whole = log("dap-1.27");
  let last = 0;
  for (let length = 200; length < whole.length; length += 97) {
    const { requests, session } = explainDelveLog(whole.slice(0, length));
    expect(requests.length).toBeGreaterThanOrEqual(last);
    expect(session.unreadable).toBeLessThanOrEqual(1);
    last = requests.length;
  }
});

test("the program's own output between the lines changes nothing but the count of lines", () => {
  const whole = log("dap-1.27");
  const mixed = whole.replaceAll("\n2026", '\n{"msg":"order paid"}\nloading… 2026');
  const { session, ...rest } = explainDelveLog(mixed);
  const { session: plain, ...expected } = explainDelveLog(whole);
  const withoutLines = (value: object) => JSON.stringify(value, (key, part: unknown) => (key === "line" ? 0 : part));
  expect(withoutLines(rest)).toBe(withoutLines(expected));
  expect(withoutLines(session.life)).toBe(withoutLines(plain.life));
  expect(session.otherLines).toBeGreaterThan(plain.otherLines);
});

test("what is no log of Delve is refused with what to do", () => {
  expect(() => explainDelveLog("hello\nworld\n")).toThrow(/no line in it is an entry of Delve's log.*--log-output=dap/);
});
