import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { shareableBytes } from "../../../../src/capture/shareable-bytes.js";
import { framesOf } from "../../../../src/core/profile/frames.js";
import { decodeProfile } from "../../../../src/core/pprof/decode.js";
import { encodeProfile } from "../../../../src/core/pprof/encode.js";
import { redacted, shareableDiagnosis, shortPath } from "../../../../src/core/diagnosis/report/shareable.js";
import { aDiagnosis, aFinding } from "../../../support/a-diagnosis.js";

test.each([
  ["http://me:hunter2@host/x", "http://[redacted]@host/x"],
  ["see https://host/x?sig=hunter2&b=1 for more", "see https://host/x?[redacted] for more"],
  ["postgres://app:hunter2@db:5432/shop", "postgres://[redacted]@db:5432/shop"],
  ["Authorization: Bearer hunter2hunter2", "Authorization: [redacted]"],
  ["X-Auth-Token: hunter2", "X-Auth-Token: [redacted]"],
  ["Cookie: session=hunter2; b=c", "Cookie: [redacted]"],
  ["sent with bearer abcdefgh12345", "sent with bearer [redacted]"],
  ["DB_PASSWORD=hunter2 PATH=/bin", "DB_PASSWORD=[redacted] PATH=/bin"],
  ['{"api_key": "hunter2", "name": "n"}', '{"api_key": "[redacted]", "name": "n"}'],
  ["-token=hunter2 -v", "-token=[redacted] -v"],
  ["mysql --password hunter2 -v", "mysql --password [redacted] -v"],
  ["aws AKIAIOSFODNN7EXAMPLE us-east-1", "aws [redacted] us-east-1"],
  ["got eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl back", "got [redacted] back"],
  ["ghp_0123456789abcdefghijklmnopqrstuvwxyz", "[redacted]"],
  ["main.(*tokenizer).next:12", "main.(*tokenizer).next:12"],
  ["http://localhost:6060/debug/pprof/", "http://localhost:6060/debug/pprof/"],
])("%s", (given, kept) => expect(redacted(given)).toBe(kept));

test.each([
  ["/home/me/go/pkg/mod/example.com/dep@v1.2.3/a/b.go", "example.com/dep@v1.2.3/a/b.go"],
  ["/usr/local/go/src/runtime/proc.go", "src/runtime/proc.go"],
  ["/root/sdk/go1.27.3/src/net/http/server.go", "src/net/http/server.go"],
  ["/home/me/work/shop/internal/cache/cache.go", "internal/cache/cache.go"],
  ["C:\\Users\\me\\shop\\internal\\cache\\cache.go", "internal/cache/cache.go"],
  ["/home/alice/main.go", "main.go"],
  ["/Users/alice/shop/main.go", "shop/main.go"],
  ["example.com/shop/cache.go", "example.com/shop/cache.go"],
  ["runtime/proc.go", "runtime/proc.go"],
])("%s is shown as %s", (given, shown) => expect(shortPath(given)).toBe(shown));

test("a diagnosis for others has neither secrets nor, when asked for, folders", () => {
  const given = aDiagnosis({
    target: "http://me:hunter2@host/debug/pprof/?token=hunter2",
    findings: [aFinding({ file: "/home/me/shop/internal/cache/cache.go" })],
    notes: [{ code: "x", message: "at main.f (/home/me/shop/cmd/shop/main.go:7), token=hunter2" }],
  });
  expect(JSON.stringify(shareableDiagnosis(given, { shortPaths: false }))).not.toContain("hunter2");
  const short = shareableDiagnosis(given, { shortPaths: true });
  expect(JSON.stringify(short)).not.toMatch(/hunter2|\/home\/me/);
  expect(short.findings[0].file).toBe("internal/cache/cache.go");
  expect(short.notes[0].message).toBe("at main.f (cmd/shop/main.go:7), token=[redacted]");
});

test("a profile for others keeps its numbers and names, and loses folders and secrets", () => {
  const profile = decodeProfile(gunzipSync(readFileSync("test/fixtures/recorded/leaky/07.heap.pb.gz")));
  const bytes = encodeProfile({ ...profile, comments: ["DB_PASSWORD=hunter2"] });
  const shared = decodeProfile(gunzipSync(shareableBytes(bytes, { shortPaths: true })));
  expect(shared.samples.values).toEqual(profile.samples.values);
  expect(framesOf(shared, "line").name).toEqual(framesOf(profile, "line").name);
  expect(shared.comments).toEqual(["DB_PASSWORD=[redacted]"]);
  for (let i = 0; i < shared.strings.length; i++) expect(shared.strings.at(i)).not.toMatch(/^\/|hunter2/);
});

test("a dump for others", () => {
  const dump = "goroutine 1 [running]:\nmain.main()\n\t/home/me/shop/cmd/shop/main.go:7 +0x1d\n";
  const shared = gunzipSync(shareableBytes(new TextEncoder().encode(dump), { shortPaths: true })).toString();
  expect(shared).toBe("goroutine 1 [running]:\nmain.main()\n\tcmd/shop/main.go:7 +0x1d\n");
});
