import { expect, test } from "vitest";
import { moduleOf, originOf } from "../../../src/core/profile/module-of.js";

test.each([
  ["main", "program", "main"],
  ["net/http", "standard", "std"],
  ["runtime", "runtime", "runtime"],
  ["runtime/pprof", "runtime", "runtime"],
  ["internal/runtime/maps", "runtime", "runtime"],
  ["github.com/acme/shop/orders", "module", "github.com/acme/shop"],
  ["golang.org/x/tools/go/ssa", "module", "golang.org/x"],
  ["example.com/one", "module", "example.com/one"],
  ["cmd/compile/internal/gc", "module", "cmd/compile"],
])("%s is of %s, %s", (path, origin, module) => expect([originOf(path), moduleOf(path)]).toEqual([origin, module]));
