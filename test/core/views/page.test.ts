import { expect, test } from "vitest";
import { escapeHtml, htmlPage } from "../../../src/core/views/page.js";

const assets = { script: `go("</script><!--")`, worker: `"</script>"`, style: `a::after{content:"</style>"}` };
const page = (title: string, name: string) =>
  htmlPage({ title, assets, nonce: "bm9uY2Utbm9uY2U=", data: { profiles: [{ name, base64: "AAAA" }] } });

test("carries title, style, worker, data and script", () => {
  const html = page("heap.pb.gz", "heap.pb.gz");
  expect(html).toContain("<title>heap.pb.gz</title>");
  expect(JSON.parse(/id="viewer-data">(.*)<\/script>/.exec(html)![1])).toEqual({
    profiles: [{ name: "heap.pb.gz", base64: "AAAA" }],
  });
  expect(JSON.parse(/id="viewer-worker">(.*)<\/script>/.exec(html)![1])).toBe(`"</script>"`);
  expect(html).toContain(`go("<\\/script><\\!--")`);
  expect(html).toContain(`content:"<\\/style>"`);
});

test("forbids everything that does not carry the nonce", () => {
  const policy = /Content-Security-Policy" content="([^"]*)"/.exec(page("a", "b"))![1];
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'nonce-bm9uY2Utbm9uY2U=' 'wasm-unsafe-eval';");
  expect(policy.replace("'wasm-unsafe-eval'", "")).not.toContain("unsafe");
});

test.each([`</script><script>alert(1)</script>`, `<!--<script>`, `</title><img src=x onerror=alert(1)>`, `'"&`])(
  "keeps %s from becoming markup",
  (hostile) => {
    const count = (html: string) => html.match(/<\/?(script|title|style|img|!--)/gi)!.length;
    expect(count(page(hostile, hostile))).toBe(count(page("plain", "plain")));
  },
);

test("refuses a nonce that could break out of the policy", () => {
  expect(() => htmlPage({ title: "", assets, nonce: `x'; script-src *`, data: { profiles: [] } })).toThrow(RangeError);
});

test("escapes text for attributes", () =>
  expect(escapeHtml(`<a b='c' d="e">&`)).toBe("&lt;a b=&#39;c&#39; d=&quot;e&quot;&gt;&amp;"));
