/**
 * A `debug=2` dump as a large service writes it: 100,000 goroutines in 64 MB, a thousand different stacks, every call
 * with arguments of its own, some with labels. The same for the same size.
 */
import { closeSync, openSync, writeSync } from "node:fs";
import { randomFrom } from "../support/random.js";

const STACKS = 1000;
const STATES = [
  "chan receive",
  "select",
  "IO wait",
  "sync.Mutex.Lock",
  "chan send",
  "sync.WaitGroup.Wait",
  "sleep",
  "runnable",
];

export function writeSyntheticDump(path: string, goroutines: number): void {
  const random = randomFrom(7);
  const hex = () =>
    `0xc${random
      .int(2 ** 32)
      .toString(16)
      .padStart(9, "0")}`;
  // Some are frequent, most are rare.
  const skewed = (below: number) => Math.floor((random.int(below) * random.int(below)) / below);
  const packages = [
    "net/http",
    "example.com/shop/internal/orders",
    "example.com/shop/internal/stock",
    "google.golang.org/grpc/internal/transport",
    "database/sql",
  ];
  const frames = Array.from({ length: 3000 }, (_, i) => {
    const path = packages[i % packages.length];
    return {
      name: `${path}.(*Type${i % 97}).method${i}`,
      place: `\t/home/dev/go/src/${path}/file${i % 31}.go:${10 + (i % 900)} +0x${(16 + i).toString(16)}\n`,
    };
  });
  const stacks = Array.from({ length: STACKS }, () => ({
    state: STATES[skewed(STATES.length)],
    calls: Array.from({ length: 2 + random.int(4) }, () => frames[skewed(frames.length)]),
    creator: random.pick(frames),
  }));
  const file = openSync(path, "w");
  let text = "";
  for (let id = 1; id <= goroutines; id++) {
    const { state, calls, creator } = stacks[skewed(STACKS)];
    const wait = random.chance(0.6) ? `, ${1 + random.int(300)} minutes` : "";
    const labels = random.chance(0.2) ? ` {req: ${random.int(1000)}, tenant: t${id % 50}}` : "";
    text += `goroutine ${id * 3} [${state}${wait}]${labels}:\n`;
    for (const { name, place } of calls)
      text += `${name}(${hex()}, {${hex()}, 0x${(id % 64).toString(16)}, 0x40?})\n${place}`;
    text += `created by ${creator.name} in goroutine ${1 + random.int(id)}\n${creator.place}\n`;
    if (text.length > 1 << 20) {
      writeSync(file, text);
      text = "";
    }
  }
  writeSync(file, text);
  closeSync(file);
}
