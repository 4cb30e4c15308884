import { expect, test } from "vitest";
import { blameIndex, closeness, isStandard } from "../../../src/core/profile/allocation-blame.js";

test.each([
  ["runtime.mallocgc", true],
  ["net/http.(*conn).serve", true],
  ["internal/runtime/maps.(*Map).grow", true],
  ["vendor/golang.org/x/net/http2/hpack.NewDecoder", true],
  ["slices.Grow[go.shape.[]a/b.T]", true],
  ["type:.eq.main.T", true],
  ["malloc", true],
  ["main.main", false],
  ["shop/cart.(*Cart).Add", false], // a main module without a dot in its name
  ["github.com/lib/pq.(*conn).query", false],
  ["gopkg.in/yaml%2ev3.unmarshal", false],
])("%s is standard: %s", (name, standard) => expect(isStandard(name)).toBe(standard));

test.each([
  ["main.main", "/home/me/app/main.go", 0],
  ["github.com/me/app/cart.Add", "/home/me/app/cart/cart.go", 0],
  ["github.com/lib/pq.open", "/home/me/go/pkg/mod/github.com/lib/pq@v1.10.9/conn.go", 1],
  ["github.com/lib/pq.open", "github.com/lib/pq@v1.10.9/conn.go", 1], // -trimpath
  ["github.com/lib/pq.open", "/home/me/app/vendor/github.com/lib/pq/conn.go", 1],
  ["C:/x.f", "C:\\me\\app\\vendor\\x\\f.go", 1],
  ["fmt.Sprintf", "/usr/local/go/src/fmt/print.go", 2],
])("%s in %s is %d away", (name, file, away) => expect(closeness(name, file)).toBe(away));

const DEPENDENCY = "/go/pkg/mod/x@v1.0.0/x.go";
const blamed = (...stack: [string, string][]) => {
  const frames = stack.map(([name, file]) => ({ function: name, file }));
  return frames[blameIndex(frames)].function;
};

test("the main module's frame closest to the allocation is blamed, before dependencies and the standard library", () => {
  expect(
    blamed(["strings.Clone", "s.go"], ["x.com/dep.Put", DEPENDENCY], ["app.Handle", "a.go"], ["main.main", "m.go"]),
  ).toBe("app.Handle");
});

test("a dependency is blamed where the main module is not on the stack, and the leaf where nobody is", () => {
  expect(blamed(["strings.Clone", "s.go"], ["x.com/dep.Put", DEPENDENCY])).toBe("x.com/dep.Put");
  expect(blamed(["net/http.newConn", "s.go"], ["net/http.Serve", "s.go"])).toBe("net/http.newConn");
});
