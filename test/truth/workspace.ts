/** A workspace that cases start in: a program, its tests with flags of their own, and a binary that waits. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const FILES: Readonly<Record<string, string>> = {
  "go.mod": "module example.com/truth\n\ngo 1.24\n",
  "main.go": `package main

import (
	"os"
	"time"
)

var V, v, date string

func main() {
	if len(os.Args) > 1 && os.Args[1] == "wait" {
		os.Stdout.WriteString("ready\\n")
		for {
			time.Sleep(100 * time.Millisecond) // #wait
		}
	}
	println(V, v, date) // #main
}
`,
  "main_test.go": `package main

import (
	"flag"
	"os"
	"testing"
)

// As glog and klog define them, and tests of their own.
var (
	level  = flag.Int("v", 0, "")
	_      = flag.Bool("alsologtostderr", false, "")
	_      = flag.Bool("update", false, "")
	_      = flag.String("config", "", "")
	_      = flag.String("foo", "", "")
	_      = flag.Int("timeout", 0, "")
)

func TestMain(m *testing.M) {
	flag.Parse()
	println(*level) // #test
	os.Exit(m.Run())
}

func TestX(t *testing.T) {}
`,
  "lib/lib.go": "package lib\n\nfunc Do() {}\n",
  "docs/readme.md": "",
  "several/main.go": "package main\n\nfunc main() { helper() }\n",
  "several/helper.go": "package main\n\nfunc helper() {}\n",
  "backend/main.go": "package main\n\nfunc main() {}\n",
  "a.env": "A=b\n",
  "in.txt": "",
};

export interface TruthWorkspace {
  readonly folder: string;
  readonly waiting: string;
  readonly waitingInApp: string;
  stop(): void;
}

export function openWorkspace(env: NodeJS.ProcessEnv): TruthWorkspace {
  const root = mkdtempSync(join(tmpdir(), "godiag-truth-"));
  const folder = join(root, "app");
  for (const [name, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const waiting = join(root, "waiting");
  const waitingInApp = join(root, "waiting-in-app");
  const build = (output: string, more: string) => {
    const built = spawnSync("go", ["build", `-gcflags=-N -l${more}`, "-o", output, "."], { cwd: folder, env });
    if (built.status !== 0) throw new Error(`go build: ${built.stderr.toString()}`);
  };
  build(waiting, "");
  build(waitingInApp, ` -trimpath=${folder}=>/app`);
  return {
    folder,
    waiting,
    waitingInApp,
    stop() {
      rmSync(root, { recursive: true, force: true });
    },
  };
}
