/**
 * Ready-made debug configurations, each of which starts as it is written (a test starts them all).
 *
 * Data only: the editor turns them into snippets and picker entries and leaves out those that this machine cannot start.
 */
import type { Json } from "../change.js";
import { dlvLacks } from "../dlv-version.js";
import type { Facts } from "../rule.js";

export interface Snippet {
  readonly id: string;
  readonly label: string;
  /** What it is for, and what to change in it. */
  readonly description: string;
  readonly configuration: Readonly<Record<string, Json>>;
  /** First dlv that does all of it. */
  readonly since?: string;
  /** … behind our proxy, which does what an older dlv does not. */
  readonly sinceByProxy?: string;
  /** What must run already, as a command line. */
  readonly before?: string;
  readonly notOn?: readonly Facts["goos"][];
}

const go = (name: string, request: "launch" | "attach", more: Readonly<Record<string, Json>>) => ({
  name,
  type: "go",
  request,
  ...more,
});
const program = "${workspaceFolder}";

export const SNIPPETS: readonly Snippet[] = [
  {
    id: "launch",
    label: "Go: debug the package",
    description: "Builds and debugs the package in the opened folder.",
    configuration: go("Debug the package", "launch", { mode: "debug", program }),
  },
  {
    id: "heap",
    label: "Go: debug with a finer heap profile",
    description:
      "Samples every 4 KiB instead of every 512 KiB that are allocated (GODEBUG memprofilerate), so that small leaks show in heap profiles. Works in programs that import net/http/pprof or runtime/pprof.",
    configuration: go("Debug with a finer heap profile", "launch", {
      mode: "debug",
      program,
      env: { GODEBUG: "memprofilerate=4096" },
    }),
  },
  {
    id: "benchmark",
    label: "Go: run benchmarks with CPU and heap profile",
    description:
      "Writes cpu.pprof and mem.pprof into the package's folder. The debugger slows little down but breakpoints.",
    configuration: go("Profile the benchmarks", "launch", {
      mode: "test",
      program,
      args: ["-test.run=^$", "-test.bench=.", "-test.cpuprofile=cpu.pprof", "-test.memprofile=mem.pprof"],
    }),
  },
  {
    id: "all-goroutines",
    label: "Go: debug with all goroutines",
    description:
      "System goroutines and pprof labels in the Call Stack view, of which Delve by itself shows the first 1,024.",
    configuration: go("Debug with all goroutines", "launch", {
      mode: "debug",
      program,
      dlvLoadAll: true,
      hideSystemGoroutines: false,
      showPprofLabels: ["*"],
    }),
    since: "1.22.0",
  },
  {
    id: "children",
    label: "Go: debug the program and its children",
    description:
      "Follows child processes that are started with os/exec. A regular expression in followExecRegex keeps it to some of them.",
    configuration: go("Debug the program and its children", "launch", {
      mode: "debug",
      program,
      followExec: true,
      followExecRegex: "",
    }),
    since: "1.26.0",
    sinceByProxy: "1.24.0",
    notOn: ["darwin"],
  },
  {
    id: "race",
    label: "Go: debug with the race detector",
    description: "Built with -race, which needs a C compiler; memory and time grow several times.",
    configuration: go("Debug with the race detector", "launch", { mode: "debug", program, buildFlags: ["-race"] }),
  },
  {
    id: "test",
    label: "Go: debug one test",
    description: "Put the name of the test into -test.run.",
    configuration: go("Debug one test", "launch", {
      mode: "test",
      program,
      args: ["-test.run=^TestName$", "-test.v"],
    }),
  },
  {
    id: "coverage",
    label: "Go: debug tests with coverage",
    description: "Writes cover.out into the package's folder when the tests end.",
    configuration: go("Debug tests with coverage", "launch", {
      mode: "test",
      program,
      buildFlags: ["-cover"],
      args: ["-test.coverprofile=cover.out"],
    }),
  },
  {
    id: "gc-trace",
    label: "Go: debug with GC trace",
    description: "One line on standard error for every garbage collection.",
    configuration: go("Debug with GC trace", "launch", { mode: "debug", program, env: { GODEBUG: "gctrace=1" } }),
  },
  {
    id: "scheduler-trace",
    label: "Go: debug with scheduler trace",
    description: "The state of the scheduler on standard error every second.",
    configuration: go("Debug with scheduler trace", "launch", {
      mode: "debug",
      program,
      env: { GODEBUG: "schedtrace=1000,scheddetail=1" },
    }),
  },
  {
    id: "attach",
    label: "Go: attach to a process",
    description: "Picks a Go process of this machine and joins it; it goes on when the session ends.",
    configuration: go("Attach to a process", "attach", { mode: "local", processId: "${command:pickProcess}" }),
  },
  {
    id: "remote",
    label: "Go: attach to a headless dlv",
    description:
      "Joins a dlv that serves on a port. Start it first, in the folder of the package; on another machine reach it through an SSH tunnel, since anyone who reaches the port can run code there.",
    configuration: go("Attach to a headless dlv", "attach", { mode: "remote", host: "127.0.0.1", port: 2345 }),
    before: "dlv debug --headless --accept-multiclient --api-version=2 --listen=127.0.0.1:2345",
  },
];

/** Those that this machine can start. */
export function snippetsFor(facts: Facts): readonly Snippet[] {
  return SNIPPETS.filter(({ since, sinceByProxy, notOn }) => {
    const first = facts.proxy ? (sinceByProxy ?? since) : since;
    return !dlvLacks(facts, first) && !notOn?.includes(facts.goos);
  });
}
