import { expect, test } from "vitest";
import {
  bestSuffixMatch,
  declarationLine,
  mappingFor,
  sourceCandidates,
} from "../../../src/extension/profiles/source-candidates.js";

const places = {
  goroot: "/go",
  moduleCache: "/mod",
  modules: [{ folder: "/ws/shop", path: "example.com/shop" }],
  mappings: { "/build/": "/ws/" },
};

test.each([
  // As the compiler saw it, on this machine.
  ["/ws/shop/main.go", ["/ws/shop/main.go"]],
  // Another machine's folder, mapped by the setting.
  ["/build/shop/main.go", ["/ws/shop/main.go", "/build/shop/main.go"]],
  // -trimpath: the program's own module, a dependency, the standard library.
  ["example.com/shop/orders/price.go", ["/ws/shop/orders/price.go", "/go/src/example.com/shop/orders/price.go"]],
  [
    "golang.org/x/net@v0.30.0/http2/server.go",
    ["/mod/golang.org/x/net@v0.30.0/http2/server.go", "/go/src/golang.org/x/net@v0.30.0/http2/server.go"],
  ],
  ["net/http/server.go", ["/go/src/net/http/server.go"]],
  // Another machine's Go and module cache.
  [
    "/usr/lib/go-1.26/src/net/http/server.go",
    ["/usr/lib/go-1.26/src/net/http/server.go", "/go/src/net/http/server.go"],
  ],
  [
    "/home/ci/go/pkg/mod/github.com/!a/b@v1.0.0/c.go",
    ["/home/ci/go/pkg/mod/github.com/!a/b@v1.0.0/c.go", "/mod/github.com/!a/b@v1.0.0/c.go"],
  ],
  ["C:\\Go\\src\\runtime\\proc.go", ["C:/Go/src/runtime/proc.go", "/go/src/runtime/proc.go"]],
])("%s may be %j", (file, expected) => expect(sourceCandidates(file, places)).toEqual(expected));

test.each([
  ["/app/orders/price.go", ["/ws/a/price.go", "/ws/shop/orders/price.go"], "/ws/shop/orders/price.go"],
  ["/app/main.go", ["/ws/a/main.go"], "/ws/a/main.go"],
  ["/app/main.go", ["/ws/a/main.go", "/ws/b/main.go"], undefined],
  ["/app/main.go", [], undefined],
])("%s among %j is %s", (file, present, expected) => expect(bestSuffixMatch(file, present)).toBe(expected));

const source = `package shop

func main() {}
func (c *cache) put(k string) {
func (cache) get() {
func Map[K comparable, V any](m map[K]V) {
func (t *Tree[T]) Walk() {
func put() {}
`;

test.each([
  ["main.main", 3],
  ["main.main.func1.2", 3],
  ["example.com/shop.(*cache).put", 4],
  ["example.com/shop.(*cache).put.func1", 4],
  ["example.com/shop.(*cache).put-fm", 4],
  ["example.com/shop.cache.get", 5],
  ["example.com/shop.Map[...]", 6],
  ["example.com/shop.(*Tree[...]).Walk", 7],
  ["example.com/shop.put", 8],
  ["example.com/shop.missing", undefined],
  ["example.com/shop.glob..func1", undefined],
  ["", undefined],
])("%s is declared on line %s", (name, line) => expect(declarationLine(source, name)).toBe(line));

test.each([
  ["/app/orders/price.go", "/home/me/shop/orders/price.go", ["/app/", "/home/me/shop/"]],
  ["/app/main.go", "/ws/main.go", ["/app/", "/ws/"]],
  ["C:\\src\\shop\\main.go", "/ws/shop/main.go", ["C:/src/", "/ws/"]],
  ["/app/main.go", "/ws/other.go", undefined],
  ["/ws/main.go", "/ws/main.go", undefined],
  ["main.go", "/ws/main.go", undefined],
])("%s found at %s is remembered as %j", (file, local, mapping) => expect(mappingFor(file, local)).toEqual(mapping));
