/**
 * Our decoder and its peers behind one function each. They are loaded only when asked for: a bench process measures
 * one of them, from cold.
 */
import { readdirSync, readFileSync } from "node:fs";
import { runInNewContext } from "node:vm";

export type Reader = (bytes: Uint8Array) => unknown;

const schema = "test/bench/profile.proto";

export const READERS: Readonly<Record<string, () => Promise<Reader>>> = {
  ours: async () => (await import("../../src/core/pprof/decode.js")).decodeProfile,

  "pprof-format": async () => {
    const { Profile } = await import("pprof-format");
    return (bytes) => Profile.decode(bytes);
  },

  pbf: async () => {
    const { PbfReader } = await import("pbf");
    const { compile } = await import("pbf/compile");
    const { default: schemas } = await import("resolve-protobuf-schema");
    const { readProfile } = compile(schemas.sync(schema));
    return (bytes) => readProfile(new PbfReader(bytes));
  },

  protobufjs: async () => {
    const { default: protobuf } = await import("protobufjs");
    const type = (await protobuf.load(schema)).lookupType("perftools.profiles.Profile");
    return (bytes) => type.decode(bytes);
  },

  speedscope: () => Promise.resolve(speedscopeImporter()),
};

/**
 * speedscope is published as a web page. Its pprof importer (decoding, and the building of its call trees) is taken
 * out of the page's script by the shape of its code, which holds for the pinned version.
 */
function speedscopeImporter(): Reader {
  const folder = "node_modules/speedscope/dist/release";
  const file = readdirSync(folder).find((name) => /^speedscope-.*\.js$/.test(name));
  const script = readFileSync(`${folder}/${file}`, "utf8");
  const importer = /function (\w+)\(\w+\)\{if\(\w+\.byteLength===0\)return null;let \w+;try\{\w+=(\w+)\.perftools/.exec(
    script,
  );
  const loader = new RegExp(`,(\\w+)=re\\(\\(\\)=>\\{"use strict";${importer?.[2]}=`).exec(script);
  const end = script.lastIndexOf("console.log(`speedscope v");
  if (importer === null || loader === null || end < 0) throw new Error("this version of speedscope is not understood");
  const taken = `${script.slice(0, end)};globalThis.importer=(${loader[1]}(),${importer[1]})})();`;
  const page = pageStub();
  runInNewContext(taken, page);
  const read = page.importer as (bytes: ArrayBuffer) => unknown;
  return (bytes) => {
    const profile = read(new Uint8Array(bytes).buffer);
    if (profile === null) throw new Error("speedscope does not read it");
    return profile;
  };
}

/** As much of a page as the script touches while it loads. */
function pageStub(): Record<string, unknown> {
  const anything: unknown = new Proxy(() => undefined, {
    get: (_, key) => (key === Symbol.toPrimitive ? () => "" : anything),
    apply: () => anything,
    construct: () => anything as object,
    set: () => true,
  });
  const stub: Record<string, unknown> = { console, TextDecoder, Uint8Array, performance };
  for (const name of ["document", "navigator", "location", "localStorage", "matchMedia", "addEventListener"]) {
    stub[name] = anything;
  }
  stub.window = stub;
  stub.self = stub;
  return stub;
}
