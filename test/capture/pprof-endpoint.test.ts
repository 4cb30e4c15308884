import { expect, test } from "vitest";
import { besideUrl, endpointUrl, parseTarget } from "../../src/capture/pprof-endpoint.js";

function heapUrl(text: string): string {
  const target = parseTarget(text);
  return target.ok ? endpointUrl(target.value, "heap", { gc: true }).href : target.problem.code;
}

test.each([
  ["http://localhost:6060", "http://localhost:6060/debug/pprof/heap?gc=1"],
  ["http://localhost:6060/", "http://localhost:6060/debug/pprof/heap?gc=1"],
  ["http://localhost:6060/debug", "http://localhost:6060/debug/pprof/heap?gc=1"],
  ["http://localhost:6060/debug/pprof", "http://localhost:6060/debug/pprof/heap?gc=1"],
  ["http://localhost:6060/debug/pprof/", "http://localhost:6060/debug/pprof/heap?gc=1"],
  ["http://localhost:6060/debug/pprof/goroutine?debug=2#top", "http://localhost:6060/debug/pprof/heap?debug=2&gc=1"],
  ["http://localhost:6060/debug/pprof/heap?gc=0", "http://localhost:6060/debug/pprof/heap?gc=1"],
  ["https://example.com/shop/admin/", "https://example.com/shop/admin/debug/pprof/heap?gc=1"],
  ["https://example.com/shop/debug/pprof?token=a%26b", "https://example.com/shop/debug/pprof/heap?token=a%26b&gc=1"],
  ["https://me:secret@example.com", "https://me:secret@example.com/debug/pprof/heap?gc=1"],
  ["http://[::1]:6060", "http://[::1]:6060/debug/pprof/heap?gc=1"],
  ["http://example.com/_pprof/heap", "http://example.com/_pprof/heap?gc=1"],
  ["ftp://example.com", "bad-url"],
  ["localhost:6060", "bad-url"],
  ["http://", "bad-url"],
  ["", "bad-url"],
])("the heap profile of %s is at %s", (text, url) => {
  expect(heapUrl(text)).toBe(url);
});

test.each([
  ["http://h/debug/pprof/profile?seconds=5", "cpu"],
  ["http://h/debug/pprof/goroutine", "goroutine"],
  ["http://h/debug/pprof/", undefined],
  ["http://h/toString", undefined],
])("%s names the profile %s", (text, kind) => {
  const target = parseTarget(text);
  expect(target.ok && target.value.kind).toBe(kind);
});

test("a CPU profile is called profile, and has a length", () => {
  const target = parseTarget("http://h:1");
  expect(target.ok && endpointUrl(target.value, "cpu", { seconds: 5 }).href).toBe(
    "http://h:1/debug/pprof/profile?seconds=5",
  );
});

test("a host and port without a scheme is told how to write it", () => {
  const target = parseTarget("localhost:6060/debug/pprof");
  expect(!target.ok && target.problem.todo).toBe("Did you mean http://localhost:6060/debug/pprof?");
});

test("other pages are found beside the profiles, with the token and without what only profiles know", () => {
  const target = parseTarget("http://h/x/debug/pprof/heap?gc=1&token=t");
  expect(target.ok && [besideUrl(target.value, "vars").href, besideUrl(target.value, "/metrics").href]).toEqual([
    "http://h/x/debug/vars?token=t",
    "http://h/metrics?token=t",
  ]);
});

test("credentials of a URL that cannot be used are not repeated", () => {
  const target = parseTarget("ftp://me:secret@host/x");
  expect(!target.ok && target.problem.what).toBe('cannot use "ftp://host/x"');
});
