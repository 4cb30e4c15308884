import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { FormatError } from "../../../src/core/text/format-error.js";
import { outsideCallers } from "../../../src/core/diagnosis/outside-heap.js";
import { syscallStacks } from "../../../src/core/trace/trace-syscalls.js";

const trace = (name: string) => new Uint8Array(readFileSync(`test/fixtures/traces/${name}`));

test.each([
  ["cgo-go1.24.13.trace", "main.(*encoder).encode", 20, "C"],
  ["cgo-go1.26.8.trace", "main.(*encoder).encode", 20, "C"],
  ["mmap-go1.24.13.trace", "main.(*segments).load", 16, "mmap"],
  ["mmap-go1.26.8.trace", "main.(*segments).load", 16, "mmap"],
  ["mmap-go1.27.3.trace", "main.(*segments).load", 16, "mmap"],
])("%s: who asks for memory outside the heap", (name, called, line, via) => {
  const [first, ...others] = outsideCallers(syscallStacks(trace(name)));
  expect([first.function, first.line, first.via, others]).toEqual([called, line, via, []]);
  expect(first.calls).toBeGreaterThan(10);
  expect(first.stack[0].function).toBe(called);
});

test("a trace that ends anywhere is an error that says where, and never more", () => {
  const whole = trace("mmap-go1.26.8.trace");
  for (let length = 0; length < whole.length; length += 97) {
    try {
      syscallStacks(whole.subarray(0, length));
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      expect(error.offset).toBeLessThanOrEqual(length);
    }
  }
});

test("broken bytes are an error, or fewer stacks, and never hang", () => {
  const whole = trace("mmap-go1.26.8.trace");
  for (let at = 16; at < whole.length; at += 131) {
    const broken = whole.slice();
    broken[at] ^= 0xff;
    try {
      expect(syscallStacks(broken).length).toBeLessThan(1000);
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
    }
  }
});

test.each([
  ["go 1.19 trace\0\0\0", "trace-version"],
  ["heap profile: 0: 0", "trace"],
  ["", "trace"],
])("%j is not read", (text, code) => {
  expect(() => syscallStacks(new TextEncoder().encode(text))).toThrow(expect.objectContaining({ code }));
});

test("reads and writes get no memory: they are not told of", () => {
  const at = (name: string) => ({ function: name, file: "/src/a.go", line: 1 });
  const stack = [at("syscall.write"), at("syscall.Write"), at("os.(*File).Write"), at("main.log")];
  expect(outsideCallers([{ stack, count: 9 }])).toEqual([]);
});

test.each([
  ["a library's own call by number", ["syscall.Syscall6", "modernc.org/memory.mmapSyscall", "modernc.org/memory.mmap"]],
  ["the same, without the runtime's part", ["modernc.org/memory.mmapSyscall", "modernc.org/memory.mmap"]],
  ["below a wrapper", ["syscall.RawSyscall6", "example.com/raw.call6", "example.com/raw.(*Arena).MapAnonymous"]],
  ["another package's wrapper", ["golang.org/x/sys/unix.Mmap", "example.com/shm.Open"]],
])("memory that is mapped by %s is told at the program's line", (_, library) => {
  const ofLibrary = library.map((name, i) => ({ function: name, file: `/go/pkg/mod/lib@v1.0.0/${i}.go`, line: i + 1 }));
  const stack = [...ofLibrary, { function: "main.handle", file: "/src/main.go", line: 9 }];
  const [first] = outsideCallers([{ stack, count: 5 }]);
  expect([first.function, first.via]).toEqual(["main.handle", "mmap"]);
});

test.each([
  ["gives memory back", ["syscall.Syscall", "modernc.org/memory.unmap", "main.handle"]],
  ["reads a file that is called so", ["syscall.read", "os.(*File).Read", "example.com/mmap.(*Reader).mmapRead"]],
  ["makes any other call", ["syscall.Syscall6", "example.com/uring.enter", "main.handle"]],
])("what %s maps no memory", (_, names) => {
  const stack = names.map((name) => ({ function: name, file: "/src/a.go", line: 1 }));
  expect(outsideCallers([{ stack, count: 5 }])).toEqual([]);
});
