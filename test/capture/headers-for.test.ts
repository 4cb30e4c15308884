/** Headers of the settings go to the address that they were written for. */
import { expect, test } from "vitest";
import { headersFor } from "../../src/capture/headers-for.js";

const SET = {
  "https://pprof.example.com": { Authorization: "Bearer ${env:TOKEN}", "X-Number": 1 },
  "http://localhost:6060": { "X-Local": "yes" },
  "unix:/run/app.sock": { "X-Socket": "yes" },
};

test.each([
  ["https://pprof.example.com/debug/pprof/", { Authorization: "Bearer t" }],
  ["https://pprof.example.com:443/other/debug/pprof/heap?gc=1", { Authorization: "Bearer t" }],
  ["http://pprof.example.com/", {}],
  ["https://pprof.example.com:8443/", {}],
  ["https://pprof.example.com.evil.test/", {}],
  ["https://evil.test/?https://pprof.example.com", {}],
  ["https://pprof.example.com@evil.test/", {}],
  ["http://localhost:6060/debug/pprof", { "X-Local": "yes" }],
  ["http://localhost:6061", {}],
  ["unix:/run/app.sock:/admin", { "X-Socket": "yes" }],
  ["unix:/run/other.sock", {}],
  ["http://localhost/", {}],
  ["pid:1", {}],
])("%s", (address, headers) => {
  expect(headersFor(address, SET, { TOKEN: "t" })).toEqual({ headers, unbound: [] });
});

test("what stands under no address is sent to nobody, and told", () => {
  const set = { Authorization: "Bearer x", "https://a.test": { X: "y" } };
  expect(headersFor("https://a.test", set, {})).toEqual({ headers: { X: "y" }, unbound: ["Authorization"] });
});
