/**
 * A process that starts what it is told to, through src/process, and can then be ended in any way: what it writes are the
 * pids of what it started and the path of its folder, a JSON document a line. "at once" kills it in the moment in which it
 * has started the first.
 */
import child_process from "node:child_process";
import { temporaryFolder } from "../../src/process/temporary-folder.js";
import { startProcess } from "../../src/process/start-process.js";

const [commands, attach, atOnce] = JSON.parse(process.argv[2]) as [
  readonly string[][],
  { dlv: string; pid: number } | null,
  "at once"?,
];

const folder = temporaryFolder();
if (atOnce !== undefined) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 400); // the guard is ready, and quick
  const { spawn } = child_process;
  child_process.spawn = ((...given: Parameters<typeof spawn>) => {
    const child = spawn(...given);
    if (given[0] !== process.execPath) process.kill(process.pid, "SIGKILL");
    return child;
  }) as typeof spawn;
}
const children = commands.map(([command, ...args]) => startProcess(command, args, { stdio: "ignore" }));
if (attach !== null) {
  const address = { path: `${folder.path}/dlv` };
  const flags = ["--headless", "--accept-multiclient", "--api-version=2", "--check-go-version=false"];
  const args = ["attach", String(attach.pid), ...flags, `--listen=unix:${address.path}`];
  const dlv = startProcess(attach.dlv, args, {
    stdio: "ignore",
    asks: "process",
    attaching: { pid: attach.pid, address },
  });
  children.push(dlv);
}
process.stdout.write(JSON.stringify({ folder: folder.path, pids: children.map(({ child }) => child.pid) }) + "\n");
process.stdin.resume();
process.stdin.on("end", () => {
  void Promise.all(children.map((one) => one.stop())).then(() => {
    folder.remove();
    process.exit();
  });
});
