/**
 * Execution traces from text, as Go's own tests write them (internal/trace/raw/textreader.go): an event a line, with
 * its arguments by name; data of strings and frames of stacks on indented lines.
 */
const TYPES = [
  ..."None EventBatch Stacks Stack Strings String CPUSamples CPUSample Frequency ProcsChange ProcStart ProcStop".split(
    " ",
  ),
  ..."ProcSteal ProcStatus GoCreate GoCreateSyscall GoStart GoDestroy GoDestroySyscall GoStop GoBlock GoUnblock".split(
    " ",
  ),
  ..."GoSyscallBegin GoSyscallEnd GoSyscallEndBlocked GoStatus STWBegin STWEnd GCActive GCBegin GCEnd".split(" "),
  ..."GCSweepActive GCSweepBegin GCSweepEnd GCMarkAssistActive GCMarkAssistBegin GCMarkAssistEnd HeapAlloc".split(" "),
  ..."HeapGoal GoLabel UserTaskBegin UserTaskEnd UserRegionBegin UserRegionEnd UserLog GoSwitch GoSwitchDestroy".split(
    " ",
  ),
  ..."GoCreateBlocked GoStatusStack ExperimentalBatch Sync ClockSnapshot EndOfGeneration".split(" "),
];

/** The bytes of a trace in text. */
export function traceOfText(text: string): Uint8Array {
  const lines = text.split("\n").filter((line) => line !== "");
  const version = /^Trace Go1\.(\d+)$/.exec(lines[0])?.[1];
  if (version === undefined) throw new Error(`no header: ${lines[0]}`);
  const out = [...Buffer.from(`go 1.${version} trace\0\0\0`)];
  let batch: { header: bigint[]; body: number[] } | undefined;
  const endBatch = () => {
    if (batch !== undefined)
      out.push(1, ...batch.header.flatMap(varint), ...varint(BigInt(batch.body.length)), ...batch.body);
    batch = undefined;
  };
  for (const line of lines.slice(1)) {
    const body = (batch as { body: number[] } | undefined)?.body;
    const data = /^\s+data=(".*")$/.exec(line)?.[1];
    if (data !== undefined) {
      const bytes = Buffer.from(JSON.parse(data) as string);
      body?.push(...varint(BigInt(bytes.length)), ...bytes);
      continue;
    }
    const [name, ...fields] = line.trim().split(" ");
    const values = fields.map((field) => BigInt(field.slice(field.indexOf("=") + 1)));
    if (/^\s/.test(line))
      body?.push(...[name, ...fields].flatMap((field) => varint(BigInt(field.slice(field.indexOf("=") + 1)))));
    else if (name === "EventBatch") {
      endBatch();
      batch = { header: values.slice(0, 3), body: [] };
    } else if (name === "EndOfGeneration") {
      endBatch();
      out.push(TYPES.indexOf(name));
    } else body?.push(TYPES.indexOf(name), ...values.flatMap(varint));
  }
  endBatch();
  return Uint8Array.from(out);
}

function varint(value: bigint): number[] {
  const bytes: number[] = [];
  for (; value >= 0x80n; value >>= 7n) bytes.push(Number(value & 0x7fn) | 0x80);
  return [...bytes, Number(value)];
}
