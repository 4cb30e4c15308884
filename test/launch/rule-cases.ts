/**
 * Every launch rule: text before with its findings, text after. `rules.test.ts` asserts them (see `launch-case.ts` for
 * what each line means), `truth/` starts them.
 */
import type { Facts } from "../../src/launch/rule.js";
import {
  type LaunchCase,
  NEWEST,
  type Where,
  attach,
  configuration,
  dlv,
  launch,
  object,
  whole,
} from "../support/launch-case.js";

export const CASES: LaunchCase[] = [];

/** One case; `after` is left out where the rule fixes nothing. */
function rule(id: string, wrap: (body: string) => string, before: string, after?: string, where: Where = {}): void {
  CASES.push({
    id,
    before: wrap(before),
    after: after === undefined ? undefined : wrap(after),
    name: before,
    ...where,
  });
}

rule(
  "non-terminal-flag",
  launch,
  `"args": [«warning:"--allow-non-terminal-interactive=true"», "serve"] // mine`,
  `"args": ["serve"], // mine
"dlvFlags": ["--allow-non-terminal-interactive=true"]`,
);
rule(
  "non-terminal-flag",
  launch,
  `"dlvArgs": [«warning:"--allow-non-terminal-interactive"»]`,
  `"dlvFlags": ["--allow-non-terminal-interactive"]`,
);
rule(
  "non-terminal-flag",
  launch,
  `"args": «warning:"serve --allow-non-terminal-interactive -v"»,
"dlvFlags": ["--log"]`,
  `"args": "serve -v",
"dlvFlags": ["--log", "--allow-non-terminal-interactive"]`,
);
rule(
  "non-terminal-flag",
  launch,
  `"args": [
  // first
  «warning:"--allow-non-terminal-interactive"», // second
  "serve", // third
],
"dlvFlags": ["--allow-non-terminal-interactive"],`,
  `"args": [
  // first
  // second
  "serve", // third
],
"dlvFlags": ["--allow-non-terminal-interactive"],`,
);
rule(
  "non-terminal-flag",
  launch,
  `"buildFlags": [«error:"--allow-non-terminal-interactive"»],
"args": [«warning:"--allow-non-terminal-interactive"»]`,
  `"dlvFlags": ["--allow-non-terminal-interactive"]`,
);
rule(
  "follow-fork",
  launch,
  `"dlvFlags": [«error:"--follow-fork"», "--log"]`,
  `"dlvFlags": ["--log"],
"followExec": true`,
);
rule(
  "follow-fork",
  launch,
  `"dlvFlags": [«error:"--follow-fork=worker.*"»]`,
  `"followExec": true,
"followExecRegex": "worker.*"`,
);
rule(
  "follow-fork",
  launch,
  `"dlvArgs": [
  «warning:"--follow-fork"», // children
  "--log"
]`,
  `"dlvArgs": [
  // children
  "--log"
],
"followExec": true`,
);
rule(
  "follow-fork",
  launch,
  `"args": [«warning:"--follow-fork"»],
/* filter */ «warning:"followForkFilter"»: "worker",
"stopOnEntry": false`,
  `"followExec": true,
"followExecRegex": "worker",
/* filter */
"stopOnEntry": false`,
);
rule("follow-fork", launch, `«warning:"subprocess"»: true`, `"followExec": true`);
rule("follow-fork", launch, `«warning:"subprocess"»: false`, ``);
rule(
  "follow-fork",
  launch,
  `«warning:"subprocess"»: ["worker", "child"], // these`,
  `"followExec": true,
"followExecRegex": "worker|child", // these`,
);
rule(
  "follow-fork",
  attach,
  `"processId": 1,
"dlvFlags": [«error:"--follow-fork"»]`,
  `"processId": 1`,
);
rule("follow-fork", launch, `"dlvFlags": [«error:"--follow-fork"»]`, `"followExec": true`, { facts: dlv("1.24.0") });
rule("follow-fork", launch, `"dlvFlags": [«error:"--follow-fork"»]`, `"followExec": true`, {
  facts: dlv("1.24.0", { proxy: true }),
});
rule(
  "load-all-synonym",
  launch,
  `«warning:"dlvLoadAllConfig"»: {
  "followPointers": true, // all of it
  "maxArrayValues": -1
},
"stopOnEntry": true`,
  `// all of it
"dlvLoadAll": true,
"hideSystemGoroutines": false,
"showPprofLabels": ["*"],
"stopOnEntry": true`,
);
rule(
  "load-all-synonym",
  launch,
  `"dlvLoadAll": true,
«warning:"showAllGoroutines"»: true,`,
  `"dlvLoadAll": true,
"hideSystemGoroutines": false,
"showPprofLabels": ["*"],`,
);
rule(
  "load-all-synonym",
  launch,
  `"dlvFlags": [«error:"--load-all"»],
"showPprofLabels": ["id"]`,
  `"dlvLoadAll": true,
"hideSystemGoroutines": false,
"showPprofLabels": ["id"]`,
);
rule(
  "load-all-synonym",
  launch,
  `«warning:"dlvLoadAllConfig"»: {}`,
  `"dlvLoadAll": true,
"hideSystemGoroutines": false,
"showPprofLabels": ["*"]`,
  { facts: dlv("1.27.1", { proxy: true }) },
);
rule("load-all", launch, `«information:"dlvLoadAll"»: true`);
rule("load-all", launch, `«information:"dlvLoadAll"»: true`, undefined, { facts: dlv("1.27.1", { proxy: true }) });
rule(
  "continue-on-start",
  launch,
  `"dlvFlags": ["--log", «error:"--continue-on-start"»]`,
  `"dlvFlags": ["--log"],
"stopOnEntry": false`,
);
rule(
  "continue-on-start",
  launch,
  `"dlvFlags": [«error:"--continue-on-start=true"»],
"stopOnEntry": true`,
  `"stopOnEntry": false`,
);
rule(
  "continue-on-start",
  launch,
  `"args": [«warning:"--continue-on-start"», "--continue"]`,
  `"args": ["--continue"],
"stopOnEntry": false`,
);
rule("continue-on-start", launch, `"dlvFlags": [«error:"--continue"»]`, `"stopOnEntry": false`);
rule("continue-on-start", launch, `«warning:"continueOnStart"»: false`, `"stopOnEntry": true`);
rule(
  "dlv-load-config",
  launch,
  `«warning:"dlvLoadConfig"»: {
  "followPointers": true,
  "maxVariableRecurse": 1,
  "maxStringLen": 4096, // long
  "maxArrayValues": 64
},
"stopOnEntry": true`,
  `// long
"maxStringLen": 4096,
"stopOnEntry": true`,
);
rule(
  "dlv-load-config",
  launch,
  `«warning:"dlvLoadConfig"»: { "maxStringLen": 4096, "maxArrayValues": 1000 }`,
  `"maxStringLen": 4096,
"maxArrayValues": 1000`,
);
rule("dlv-load-config", launch, `«warning:"dlvLoadConfig"»: { "maxStringLen": 4096 }`, ``, { facts: dlv("1.24.0") });
rule("dlv-load-config", launch, `"debugAdapter": "legacy", "dlvLoadConfig": { "maxStringLen": 4096 }`);
rule("dlv-load-config", launch, `«warning:"dlvLoadConfig"»: null`, ``);
rule(
  "dlv-args",
  launch,
  `«warning:"dlvArgs"»: ["--log", "--check-go-version=false"]`,
  `"dlvFlags": ["--log", "--check-go-version=false"]`,
);
rule(
  "dlv-args",
  launch,
  `«warning:"dlvArgs"»: "--log --check-go-version=false"`,
  `"dlvFlags": ["--log", "--check-go-version=false"]`,
);
rule(
  "dlv-args",
  launch,
  `"dlvFlags": ["--log"],
«warning:"dlvArgs"»: ["--log", "--disable-aslr"] // more`,
  `"dlvFlags": ["--log", "--disable-aslr"]
// more`,
);
rule(
  "dlv-args",
  launch,
  `«warning:"dlvArgs"»: [],
"stopOnEntry": true`,
  `"stopOnEntry": true`,
);
rule(
  "dlv-args",
  launch,
  `«warning:"delveArgs"»: ["--log"],
«warning:"dlvArgs"»: ["--disable-aslr"]`,
  `"dlvFlags": ["--log", "--disable-aslr"]`,
);
rule("dlv-dap-mode", launch, `«warning:"dlvDapMode"»: true`, `"debugAdapter": "dlv-dap"`);
rule("dlv-dap-mode", launch, `«warning:"dlvDapMode"»: "legacy"`, `"debugAdapter": "legacy"`);
rule(
  "dlv-dap-mode",
  launch,
  `"debugAdapter": "dlv-dap",
«warning:"dlvDapMode"»: true,`,
  `"debugAdapter": "dlv-dap",`,
);
rule("unknown-flag", launch, `"dlvFlags": ["--log", «error:"--preload=x"»]`, `"dlvFlags": ["--log"]`);
rule("unknown-flag", launch, `"dlvFlags": [«error:"--nope"»]`, ``);
rule("unknown-flag", launch, `"dlvFlags": [«error:"--output=/tmp/x"»]`, `"output": "/tmp/x"`);
rule("unknown-flag", launch, `"dlvFlags": [«error:"--output"», "/tmp/x"]`, `"output": "/tmp/x"`);
rule(
  "unknown-flag",
  launch,
  `"dlvFlags": ["--log", «error:"--log-output rpc"»]`,
  `"dlvFlags": ["--log", "--log-output=rpc"]`,
);
rule(
  "unknown-flag",
  launch,
  `"dlvFlags": [«error:"--log-ouput=rpc"», "--log"]`,
  `"dlvFlags": ["--log-output=rpc", "--log"]`,
);
rule("unknown-flag", launch, `"dlvFlags": [«error:"--rr-cleanup"»]`, ``);
rule(
  "unknown-flag",
  launch,
  `"dlvFlags": [
  «error:"--waitfor"», "srv", // name
  "--log"
]`,
  `"dlvFlags": [
  // name
  "--log"
]`,
);
rule("unknown-flag", launch, `"dlvFlags": ["--fancy", «error:"--log"»]`, `"dlvFlags": ["--fancy"]`, {
  facts: { ...NEWEST, dlv: { version: "1.99.0", path: "dlv", dapFlags: { fancy: true, log: false } } },
});
rule(
  "flags-for-nobody",
  attach,
  `"mode": "remote",
"port": 2345,
«warning:"dlvFlags"»: ["--nope"], // flags
"showLog": false`,
  `"mode": "remote",
"port": 2345,
// flags
"showLog": false`,
);
rule("flags-for-nobody", launch, `"port": 2345,\n«information:"showLog"»: true`);
rule("unknown-flag", attach, `"mode": "remote",\n"port": 2345,\n"dlvFlags": ["--nope"]`);
rule("follow-fork", attach, `"mode": "remote",\n"dlvFlags": [«warning:"--follow-fork"»]`, `"mode": "remote"`);
rule("follow-fork", launch, `"args": ["--subprocess=3", "--follow-children"]`);
rule("load-all-synonym", launch, `"args": ["--load-all"]`);
rule(
  "load-all-synonym",
  launch,
  `"args": [«warning:"--dlvLoadAll"»]`,
  `"dlvLoadAll": true,
"hideSystemGoroutines": false,
"showPprofLabels": ["*"]`,
);
rule("one-dash", launch, `"dlvFlags": [«warning:"-log"», "-l", ":1"]`, `"dlvFlags": ["--log", "-l", ":1"]`);
rule("one-dash", launch, `"dlvFlags": [«error:"-check-go-version=false"»]`, `"dlvFlags": ["--check-go-version=false"]`);
rule("one-dash", launch, `"dlvFlags": [«error:"-headless"», «error:"-nope"»]`, `"dlvFlags": ["--headless"]`);
rule(
  "flag-list",
  launch,
  `"dlvFlags": «warning:"--log --log-output=rpc"»`,
  `"dlvFlags": ["--log", "--log-output=rpc"]`,
);
rule("flag-list", launch, `"dlvFlags": «warning:""»`, ``);
rule(
  "flag-without-effect",
  launch,
  `"dlvFlags": [«warning:"--headless"», «warning:"--api-version=2"», «warning:"--accept-multiclient"», "--only-same-user"]`,
  `"dlvFlags": ["--only-same-user"]`,
);
rule("flag-without-effect", launch, `"dlvFlags": [«warning:"--build-flags=-tags=x"»]`, `"buildFlags": ["-tags=x"]`);
rule(
  "flag-without-effect",
  launch,
  `"cwd": "a",
"dlvFlags": [«warning:"--wd=b"», "--log"]`,
  `"cwd": "a",
"dlvFlags": ["--log"]`,
);
rule("flag-without-effect", launch, `"dlvFlags": [«warning:"--backend"», "native"]`, `"backend": "native"`);
rule(
  "flag-without-effect",
  launch,
  `"dlvFlags": [«warning:"--redirect=stdout:out.txt"», «warning:"--redirect=in.txt"»]`,
  `"stdinFrom": "in.txt",
"stdoutTo": "out.txt"`,
);
rule(
  "flag-without-effect",
  launch,
  `"dlvFlags": [«warning:"--listen=:2345"», «warning:"--log-dest=/tmp/log"»]`,
  `"logDest": "/tmp/log"`,
);
rule("flag-in-vain", launch, `"dlvFlags": [«information:"--allow-non-terminal-interactive"»]`);
rule("only-same-user", launch, `"dlvFlags": [«information:"--only-same-user=false"»]`);
rule(
  "dlv-flag-in-args",
  launch,
  `"args": [«warning:"--check-go-version=false"», "--log", "--headless"]`,
  `"args": ["--log", "--headless"],
"dlvFlags": ["--check-go-version=false"]`,
);
rule("dlv-flag-in-args", launch, `"args": [«warning:"--accept-multiclient"»]`, ``);
rule(
  "dlv-flag-in-args",
  launch,
  `"buildFlags": [«error:"--log"», "-v"]`,
  `"buildFlags": ["-v"],
"dlvFlags": ["--log"]`,
);
rule(
  "log-output-value",
  launch,
  `"showLog": true,
"logOutput": «warning:"debugline,rpc"»`,
  `"showLog": true,
"logOutput": "debuglineerr,rpc"`,
);
rule(
  "log-output-value",
  launch,
  `"showLog": true,
"logOutput": «warning:"everything"»`,
  `"showLog": true`,
);
rule(
  "log-output-value",
  launch,
  `"dlvFlags": ["--log", «warning:"--log-output=dap,debugline"»]`,
  `"dlvFlags": ["--log", "--log-output=dap,debuglineerr"]`,
);
rule("log-output-value", launch, `"dlvFlags": ["--log", «warning:"--log-output"», "bogus"]`, `"dlvFlags": ["--log"]`);
rule("log-output-value", launch, `"logOutput": «warning:"stack,dap"»`, `"logOutput": "dap"`, { facts: dlv("1.20.2") });
rule(
  "log-output-value",
  launch,
  `"dlvFlags": ["--log", "--disable-aslr", «warning:"--log-output"», "bogus"],`,
  `"dlvFlags": ["--log", "--disable-aslr"],`,
);
rule(
  "log-output-without-log",
  launch,
  `"dlvFlags": [«error:"--log-output=rpc"»]`,
  `"dlvFlags": ["--log", "--log-output=rpc"]`,
);
rule(
  "log-output-without-log",
  launch,
  `"dlvFlags": [
  «error:"--log-output=rpc"» // rpc
]`,
  `"dlvFlags": [
  "--log",
  "--log-output=rpc" // rpc
]`,
);
rule(
  "log-output-without-log",
  launch,
  `«warning:"logOutput"»: "dap",
"showLog": false`,
  `"logOutput": "dap",
"showLog": true`,
);
rule(
  "log-output-without-log",
  launch,
  `"showLog": true,
"dlvFlags": ["--log-output=rpc"], "logOutput": "dap"`,
);
rule("log-dest", launch, `"logDest": «error:3»`, ``);
rule("log-dest", launch, `"logDest": «error:"./dlv.log"»`, `"logDest": "\${workspaceFolder}/dlv.log"`);
rule("log-dest", launch, `"logDest": «error:"/tmp/dlv.log"»`, ``, { facts: { ...NEWEST, goos: "windows" } });
rule(
  "build-flag-in-args",
  launch,
  `"args": [«warning:"-race"», "serve"]`,
  `"args": ["serve"],
"buildFlags": ["-race"]`,
);
rule(
  "build-flag-in-args",
  launch,
  `"args": «warning:"-race -v"»`,
  `"args": "-v",
"buildFlags": ["-race"]`,
);
rule(
  "build-flag-in-args",
  launch,
  `"mode": "test",
"args": [«error:"-cover"», «error:"-covermode=atomic"», "-test.v"],
"buildFlags": "-tags=x"`,
  `"mode": "test",
"args": ["-test.v"],
"buildFlags": "-tags=x -cover -covermode=atomic"`,
);
rule(
  "build-flag-in-args",
  launch,
  `"mode": "exec",
"args": ["-race"]`,
);
rule(
  "test-flag",
  launch,
  `"mode": "test",
"args": [«error:"-run"», "TestX", «error:"-v"», "-test.count=1"]`,
  `"mode": "test",
"args": ["-test.run", "TestX", "-test.v", "-test.count=1"]`,
);
rule(
  "test-flag",
  launch,
  `"mode": "test",
"args": «error:"-run=TestX serve"»`,
  `"mode": "test",
"args": "-test.run=TestX serve"`,
);
rule(
  "test-flag",
  launch,
  `"mode": "test",
"args": [«error:"-coverprofile=c.out"»]`,
  `"mode": "test",
"args": ["-test.coverprofile=c.out"]`,
);
rule(
  "test-flag",
  launch,
  `"mode": "test",
"buildFlags": [«warning:"-count=1"», "-v"]`,
  `"mode": "test",
"buildFlags": ["-v"],
"args": ["-test.count=1"]`,
);
rule("test-flag", launch, `"args": ["-run"]`);
rule(
  "coverage-build",
  launch,
  `"mode": "test",
"args": [«error:"-test.coverprofile=c.out"»]`,
  `"mode": "test",
"args": ["-test.coverprofile=c.out"],
"buildFlags": ["-cover"]`,
);
rule(
  "coverage-build",
  launch,
  `"mode": "test",
"buildFlags": ["-cover"],
"args": ["-test.coverprofile=c.out"]`,
);
rule("stripped-build", launch, `"buildFlags": [«warning:"-ldflags=-s -w"»]`, ``);
rule(
  "stripped-build",
  launch,
  `"buildFlags": [«warning:"-ldflags=-s -w -X main.v=1"», "-race"]`,
  `"buildFlags": ["-ldflags=-X main.v=1", "-race"]`,
);
rule(
  "stripped-build",
  launch,
  `"buildFlags": «warning:"-race -ldflags='-s -w -X main.v=1' -v"»`,
  `"buildFlags": "-race -ldflags='-X main.v=1' -v"`,
);
rule("gcflags", launch, `"buildFlags": [«warning:"-gcflags=all=-N -l"», "-race"]`, `"buildFlags": ["-race"]`);
rule("gcflags", launch, `"buildFlags": [«warning:"-gcflags"», "all=-N -l"]`, ``);
rule("gcflags", launch, `"buildFlags": «warning:"-gcflags='all=-N -l' -race"»`, `"buildFlags": "-race"`);
rule("trimpath", launch, `"buildFlags": [«warning:"-trimpath"»]`, ``);
rule(
  "trimpath",
  launch,
  `"buildFlags": ["-trimpath"],
"substitutePath": [{ "from": "\${workspaceFolder}", "to": "example.com/x" }]`,
);
rule("wrong-type", launch, `"stopOnEntry": «error:"false"»`, `"stopOnEntry": false`);
rule(
  "wrong-type",
  launch,
  `"stackTraceDepth": «error:"100"», // deep
"showRegisters": «error:1»`,
  `"stackTraceDepth": 100, // deep
"showRegisters": true`,
);
rule("wrong-type", launch, `"stackTraceDepth": «error:"\${input:depth}"»`, ``);
rule(
  "wrong-type",
  launch,
  `"args": [«error:8080», "x", «error:true», «error:{ "a": 1 }»]`,
  `"args": ["8080", "x", "true"]`,
);
rule(
  "wrong-type",
  launch,
  `"env": { "PORT": «error:8080», "DEBUG": «error:true», "GONE": null, "A": "b" }`,
  `"env": { "PORT": "8080", "DEBUG": "true", "GONE": null, "A": "b" }`,
);
rule(
  "wrong-type",
  launch,
  `"env": «warning:["A=b", "C=d=e"]»`,
  `"env": {
  "A": "b",
  "C": "d=e"
}`,
);
rule("wrong-type", launch, `"env": «warning:"A=b"»`, ``);
rule("wrong-type", launch, `"cwd": «error:["a"]»`, `"cwd": "a"`);
rule("wrong-type", launch, `"showPprofLabels": «error:"*"»`, `"showPprofLabels": ["*"]`);
rule("wrong-type", launch, `"buildFlags": «error:true»`, ``);
rule("wrong-type", launch, `"dlvLoadAll": «warning:"true"»`, `"dlvLoadAll": true`);
rule("wrong-type", launch, `"showLog": «warning:"true"»`, `"showLog": true`);
rule("wrong-type", launch, `"args": null, "cwd": null`);
rule("wrong-type", attach, `"processId": «error:true»`, ``);
rule(
  "wrong-type",
  attach,
  `"mode": "remote",
"port": «warning:"2345"»`,
  `"mode": "remote",
"port": 2345`,
);
rule("wrong-value", launch, `"console": «warning:"integrated"»`, `"console": "integratedTerminal"`);
rule("wrong-value", launch, `"debugAdapter": «warning:"dlv"»`, `"debugAdapter": "dlv-dap"`);
rule("wrong-value", launch, `"backend": «error:"gdb"»`, ``);
rule("wrong-value", launch, `"outputMode": «error:"remotely"»`, `"outputMode": "remote"`);
rule("wrong-value", launch, `"console": "\${input:console}"`);
rule(
  "wrong-request",
  configuration,
  `"request": «error:"debug"»,
"program": "."`,
  `"request": "launch",
"program": "."`,
);
rule(
  "wrong-request",
  configuration,
  `"request": «error:"start"»,
"processId": 1`,
  `"request": "attach",
"processId": 1`,
);
rule(
  "wrong-request",
  configuration,
  `"name": «error:"B"»,
"program": "."`,
  `"name": "B",
"program": ".",
"request": "launch"`,
);
rule("wrong-mode", launch, `"mode": «error:"launch"»`, `"mode": "auto"`);
rule(
  "wrong-mode",
  configuration,
  `"request": "launch", "mode": «error:"remote"», "port": 2345`,
  `"request": "attach", "mode": "remote", "port": 2345`,
);
rule("wrong-mode", launch, `"mode": «error:"tests"»`, `"mode": "test"`);
rule(
  "wrong-mode",
  configuration,
  `"request": "launch",
"mode": «error:"local"»,
"processId": 12`,
  `"request": "attach",
"mode": "local",
"processId": 12`,
);
rule(
  "wrong-mode",
  attach,
  `"mode": «error:"debug"»,
"processId": 12`,
  `"mode": "local",
"processId": 12`,
);
rule(
  "wrong-mode",
  configuration,
  `"request": "attach",
"mode": «error:"debug"»,
"program": "."`,
  `"request": "launch",
"mode": "debug",
"program": "."`,
);
rule(
  "wrong-mode",
  attach,
  `"mode": «error:"attach"»,
"port": 2345`,
  `"mode": "remote",
"port": 2345`,
);
rule(
  "other-request",
  attach,
  `"mode": "remote",
"port": 2345,
«warning:"program"»: "\${workspaceFolder}", // here
«warning:"buildFlags"»: [ // none
  "-race"
],`,
  `"mode": "remote",
"port": 2345,
// here
// none`,
);
rule("other-request", launch, `«warning:"processId"»: 1, "cwd": "x"`, `"cwd": "x"`);
rule(
  "other-mode",
  launch,
  `"mode": "exec",
«warning:"buildFlags"»: "-race",
«warning:"output"»: "x"`,
  `"mode": "exec"`,
);
rule("other-mode", launch, `«warning:"coreFilePath"»: "core.1"`, ``);
rule(
  "remote-without-port",
  attach,
  `"mode": «error:"remote"»`,
  `"mode": "remote",
"port": 2345`,
);
rule("remote-without-port", attach, `"mode": "remote", "port": 2345`);
rule(
  "port-number",
  attach,
  `"mode": "remote",
"port": «error:70000»`,
  `"mode": "remote",
"port": 2345`,
);
rule(
  "port-number",
  attach,
  `"mode": "remote",
"port": «warning:80»`,
);
rule(
  "port-on-launch",
  launch,
  `«information:"port"»: 2345,
"host": "127.0.0.1"`,
);
rule(
  "missing-program",
  configuration,
  `"request": "launch",
"name": «error:"B"»`,
  `"request": "launch",
"name": "B",
"program": "\${workspaceFolder}"`,
);
rule(
  "missing-program",
  configuration,
  `"request": "launch",
"mode": "exec",
"program": «error:""»`,
);
rule(
  "missing-program",
  configuration,
  `"request": "launch",
"mode": "core",
"program": "x",
"coreFilePath": «error:""»`,
);
rule(
  "missing-program",
  configuration,
  `"request": "launch",
"mode": "replay",
"traceDirPath": "t"`,
);
rule(
  "program-not-found",
  configuration,
  `"request": "launch",
"program": «error:"cmd/x"»`,
  undefined,
  { facts: { ...NEWEST, paths: { "cmd/x": "missing" } } },
);
rule(
  "program-not-found",
  configuration,
  `"request": "launch",
"mode": "exec",
"program": «error:"main.go"»`,
  `"request": "launch",
"mode": "debug",
"program": "main.go"`,
  { facts: { ...NEWEST, paths: { "main.go": "file" } } },
);
rule(
  "program-not-found",
  configuration,
  `"request": "launch",
"mode": "exec",
"program": «error:"cmd"»`,
  `"request": "launch",
"mode": "debug",
"program": "cmd"`,
  { facts: { ...NEWEST, paths: { cmd: "directory" } } },
);
rule(
  "program-not-found",
  configuration,
  `"request": "launch",
"mode": "debug",
"program": «error:"bin/app"»`,
  `"request": "launch",
"mode": "exec",
"program": "bin/app"`,
  { facts: { ...NEWEST, paths: { "bin/app": "file" } } },
);
rule(
  "program-not-found",
  configuration,
  `"request": "launch",
"program": "cmd"`,
  undefined,
  { facts: { ...NEWEST, paths: { cmd: "directory" } } },
);
rule(
  "process-and-wait",
  attach,
  `"processId": 12,
«error:"waitFor"»: "srv"`,
  `"processId": 12`,
);
rule(
  "ptrace-scope",
  attach,
  `"mode": «warning:"local"»,
"processId": 12`,
  undefined,
  { facts: { ...NEWEST, ptraceScope: 1, root: false } },
);
rule("ptrace-scope", attach, `"mode": "local"`, undefined, { facts: { ...NEWEST, ptraceScope: 1, root: true } });
rule(
  "console-in-vain",
  attach,
  `"mode": "remote",
"port": 1234,
«warning:"console"»: "integratedTerminal"`,
  `"mode": "remote",
"port": 1234`,
);
rule(
  "console-in-vain",
  launch,
  `«warning:"asRoot"»: true`,
  `"asRoot": true,
"console": "integratedTerminal"`,
);
rule("console-in-vain", launch, `«warning:"asRoot"»: true`, ``, { facts: { ...NEWEST, goos: "windows" } });
rule(
  "output-redirect",
  launch,
  `"outputMode": "remote",
«error:"stdoutTo"»: "out.txt",
"stderrTo": ""`,
  `"stdoutTo": "out.txt",
"stderrTo": ""`,
);
rule(
  "substitute-path",
  launch,
  `"substitutePath": [«error:{ "from": "/a" }», { "from": "/b", "to": "/c" }]`,
  `"substitutePath": [{ "from": "/b", "to": "/c" }]`,
);
rule(
  "substitute-path",
  launch,
  `"substitutePath": [
  «error:{ "local": "/a", "remote": "/b" }» // theirs
]`,
  `"substitutePath": [
  { "from": "/a", "to": "/b" } // theirs
]`,
);
rule(
  "substitute-path",
  launch,
  `"substitutePath": «error:{ "from": "/a", "to": "/b" }»`,
  `"substitutePath": [
  { "from": "/a", "to": "/b" }
]`,
);
rule("substitute-path", launch, `"substitutePath": «error:"/a:/b"»`, ``);
rule("substitute-path", launch, `"substitutePath": [«warning:{ "from": "/a", "to": "/a" }»]`, ``);
rule("substitute-path", launch, `"substitutePath": [«warning:{ "from": "src", "to": "/a" }»]`);
rule("substitute-path", launch, `"substitutePath": [«warning:{ "from": "/gone", "to": "/a" }»]`, undefined, {
  facts: { ...NEWEST, paths: { "/gone": "missing" } },
});
rule(
  "remote-path",
  attach,
  `"mode": "remote",
"port": 1,
«warning:"remotePath"»: "/app"`,
  `"mode": "remote",
"port": 1,
"substitutePath": [
  { "from": "\${workspaceFolder}", "to": "/app" }
]`,
);
rule(
  "remote-path",
  attach,
  `"mode": "remote",
«warning:"remotePath"»: "\${workspaceFolder}"`,
  `"mode": "remote"`,
);
rule(
  "remote-path",
  attach,
  `"mode": "remote",
"substitutePath": [
  { "from": "/a", "to": "/b" }
],
«warning:"remotePath"»: "/app"`,
  `"mode": "remote",
"substitutePath": [
  { "from": "/a", "to": "/b" },
  { "from": "\${workspaceFolder}", "to": "/app" }
]`,
);
rule(
  "newer-than-dlv",
  launch,
  `«warning:"followExec"»: true,
"maxStringLen": 512,
«warning:"maxArrayValues"»: 100`,
  undefined,
  { facts: dlv("1.24.0") },
);
rule("newer-than-dlv", launch, `«information:"followExec"»: true`, undefined, {
  facts: dlv("1.24.0", { proxy: true }),
});
rule("newer-than-dlv", launch, `"followExec": true`);
rule(
  "schema-lag",
  launch,
  `«information:"showRawStrings"»: true,
«information:"dlvCwd"»: "."`,
);
rule("schema-lag", launch, `"showRawStrings": true`, undefined, { facts: dlv("1.24.0") });
rule(
  "dead-attribute",
  launch,
  `«warning:"apiVersion"»: 2,
«warning:"dlvToolPath"»: "/usr/bin/dlv"`,
  ``,
);
rule("dead-attribute", launch, `"debugAdapter": "legacy", "apiVersion": 2`);
rule("unknown-attribute", launch, `«warning:"stopOnEnty"»: true`, `"stopOnEntry": true`);
rule("unknown-attribute", launch, `«warning:"enableHeapSampling"»: true`);
rule("unknown-attribute", launch, `"dlvArgs": [], "subprocess": true, "apiVersion": 1, "__x": 1`);
rule("invented-environment", launch, `"env": { «warning:"GOLANGPPROF"»: "localhost:6060" }`, `"env": { }`);
rule("memory-limit-value", launch, `"env": { "GOMEMLIMIT": «error:"2G"» }`, `"env": { "GOMEMLIMIT": "2GiB" }`);
rule("memory-limit-value", launch, `"env": { "GOMEMLIMIT": «error:"half"», "A": "b" }`, `"env": { "A": "b" }`);
rule("memory-limit-value", launch, `"env": { "GOMEMLIMIT": "512MiB" }`);
rule("undeclared-input", launch, `"args": [«error:"\${input:port}"», "\${env:HOME}"]`);
rule("unknown-variable", launch, `"cwd": «warning:"\${workspaceFoldr}/x"»`, `"cwd": "\${workspaceFolder}/x"`);
rule("unknown-variable", launch, `"cwd": «warning:"\${env.HOME}"»`, `"cwd": "\${env:HOME}"`);
rule(
  "unknown-variable",
  launch,
  `"cwd": «warning:"\${gopath}"», "args": ["\${command:pick}", "\${workspaceFolder:api}"]`,
);
rule(
  "gopls-args",
  object,
  `«warning:"go.goplsArgs"»: ["-rpc.trace"], // trace`,
  `"go.languageServerFlags": ["-rpc.trace"], // trace`,
  { kind: "settings" },
);
rule(
  "gopls-args",
  object,
  `«warning:"go.goplsArgs"»: "-rpc.trace -debug=localhost:0",
"go.languageServerFlags": ["-v"]`,
  `"go.languageServerFlags": ["-v", "-rpc.trace", "-debug=localhost:0"]`,
  { kind: "settings" },
);
rule(
  "gopls-flag",
  object,
  `"go.languageServerFlags": [«error:"-memlimit=2G"», "-rpc.trace"]`,
  `"go.languageServerFlags": ["-rpc.trace"],
"gopls": {
  "memoryLimit": 2147483648
}`,
  { kind: "settings" },
);
rule(
  "gopls-flag",
  object,
  `"go.languageServerFlags": [«error:"-memlimit"», "512MB"],
"gopls": {
  "ui.semanticTokens": true // colours
}`,
  `"gopls": {
  "ui.semanticTokens": true, // colours
  "memoryLimit": 536870912
}`,
  { kind: "settings" },
);
rule(
  "gopls-flag",
  object,
  `"go.languageServerFlags": [«error:"-no-type-checking"», «error:"-skip-mod-download=false"», «error:"-listen"»]`,
  ``,
  { kind: "settings" },
);
rule("gopls-flag", object, `"go.languageServerFlags": ["-listen=:1234", "-listen", ":1"]`, undefined, {
  kind: "settings",
});
rule("gopls-flag", object, `"go.languageServerFlags": [«error:"-memlimit=2G"»]`, ``, {
  facts: { ...NEWEST, gopls: { version: "0.16.0" } },
  kind: "settings",
});
rule(
  "gopls-debug-port",
  object,
  `"go.languageServerFlags": [«information:"-debug=localhost:6060"», "-debug=localhost:0"]`,
  undefined,
  { kind: "settings" },
);
rule("gopls-setting", object, `"gopls": { "memoryLimit": «error:"2G"» }`, `"gopls": { "memoryLimit": 2147483648 }`, {
  kind: "settings",
});
rule("gopls-setting", object, `"gopls.memoryLimit": «error:"512MiB"»`, `"gopls.memoryLimit": 536870912`, {
  kind: "settings",
});
rule("gopls-setting", object, `"gopls": { «warning:"memoryLimit"»: 1000000000 }`, undefined, {
  facts: { ...NEWEST, gopls: { version: "0.16.0" } },
  kind: "settings",
});
rule(
  "gopls-setting",
  object,
  `"gopls": {
  «error:"cacheDirectory"»: "/tmp/cache", // cache
  «error:"watcherMode"»: "inotify",
  «warning:"build.memoryMode"»: "DegradeClosed"
}`,
  `"gopls": {
  // cache
  "fileWatcher": "fsnotify"
},
"go.toolsEnvVars": {
  "GOPLSCACHE": "/tmp/cache"
}`,
  { kind: "settings" },
);
rule(
  "gopls-setting",
  object,
  `"gopls": { "ui.semanticTokens": «error:"true"», "completionBudget": «error:200», "staticcheck": «error:"yes"» }`,
  `"gopls": { "ui.semanticTokens": true, "completionBudget": "200ms" }`,
  { kind: "settings" },
);
rule(
  "gopls-setting",
  object,
  `"gopls": { "completionBudget": "100ms", "semanticTokens": true, "memoryLimit": 1 }`,
  undefined,
  { kind: "settings" },
);
rule("go-setting", object, `"go.useLanguageServer": «warning:"true"»`, `"go.useLanguageServer": true`, {
  kind: "settings",
});
rule(
  "go-setting",
  object,
  `"go.lintOnSave": «warning:"packages"»,
"go.lintTool": «warning:"mylinter"»`,
  `"go.lintOnSave": "package"`,
  { kind: "settings" },
);
rule(
  "go-setting",
  object,
  `"go.languageServerFlags": «warning:"-rpc.trace"»`,
  `"go.languageServerFlags": ["-rpc.trace"]`,
  { kind: "settings" },
);
rule(
  "go-setting",
  object,
  `"go.buildOnSave": «warning:true»,
"go.gopath": null`,
  `"go.buildOnSave": "package",
"go.gopath": null`,
  { kind: "settings" },
);
rule(
  "invented-go-setting",
  object,
  `«warning:"go.dlvDapMode"»: true`,
  `"go.delveConfig": {
  "debugAdapter": "dlv-dap"
}`,
  { kind: "settings" },
);
rule(
  "invented-go-setting",
  object,
  `"go.delveConfig": { "showLog": true },
«warning:"go.dlvDapMode"»: "legacy"`,
  `"go.delveConfig": { "showLog": true, "debugAdapter": "legacy" }`,
  { kind: "settings" },
);
rule(
  "invented-environment",
  object,
  `"go.toolsEnvVars": { «warning:"GOLANGPPROF"»: "localhost:6060", "A": "b" }`,
  `"go.toolsEnvVars": { "A": "b" },
"go.languageServerFlags": ["-debug=localhost:0"]`,
  { kind: "settings" },
);
rule(
  "invented-environment",
  object,
  `"go.languageServerFlags": ["-debug=:0"],
"go.toolsEnvVars": {
  «warning:"GOLANGPPROF"»: "localhost:6060"
}`,
  `"go.languageServerFlags": ["-debug=:0"],
"go.toolsEnvVars": {
}`,
  { kind: "settings" },
);
rule(
  "memory-limit-value",
  object,
  `"go.toolsEnvVars": { "GOMEMLIMIT": «error:"2gb"» }`,
  `"go.toolsEnvVars": { "GOMEMLIMIT": "2GiB" }`,
  { kind: "settings" },
);
rule(
  "tools-environment",
  object,
  `"go.toolsEnvVars": { «information:"GOMEMLIMIT"»: "2GiB", «information:"GODEBUG"»: "gctrace=1", «information:"GOGC"»: "50" }`,
  undefined,
  { kind: "settings" },
);
rule(
  "dlv-load-config",
  object,
  `"go.delveConfig": { «warning:"dlvLoadConfig"»: { "maxStringLen": 4096 }, "showLog": true }`,
  `"go.delveConfig": { "showLog": true }`,
  { kind: "settings" },
);
rule(
  "dlv-dap-mode",
  object,
  `"go.delveConfig": { «warning:"dlvDapMode"»: true }`,
  `"go.delveConfig": { "debugAdapter": "dlv-dap" }`,
  { kind: "settings" },
);
rule(
  "unknown-flag",
  object,
  `"go.delveConfig": { "dlvFlags": [«error:"--follow-fork"», "--log"] }`,
  `"go.delveConfig": { "dlvFlags": ["--log"] }`,
  { kind: "settings" },
);
rule(
  "wrong-type",
  object,
  `"go.delveConfig": { "showLog": «warning:"true"», "hideSystemGoroutines": «error:"false"» }`,
  `"go.delveConfig": { "showLog": true, "hideSystemGoroutines": false }`,
  { kind: "settings" },
);
rule(
  "dead-attribute",
  object,
  `"go.delveConfig": { «warning:"apiVersion"»: 2, "showLog": true }`,
  `"go.delveConfig": { "showLog": true }`,
  { kind: "settings" },
);
rule(
  "non-terminal-flag",
  object,
  `"launch": {
  "configurations": [
    { "type": "go", "request": "launch", "program": ".", "args": [«warning:"--allow-non-terminal-interactive"»] }
  ]
}`,
  `"launch": {
  "configurations": [
    { "type": "go", "request": "launch", "program": ".", "dlvFlags": ["--allow-non-terminal-interactive"] }
  ]
}`,
  { kind: "settings" },
);
rule(
  "workspace-folder",
  object,
  `"folders": [{ "path": "api" }, { "path": "../web", "name": "Web" }],
"launch": {
  "configurations": [
    { "type": "go", "request": "launch", "program": «error:"\${workspaceFolder}/cmd"», "cwd": «error:"\${workspaceFolder:none}"», "output": "\${workspaceFolder:Web}" }
  ]
}`,
  undefined,
  { kind: "workspace" },
);
rule(
  "workspace-folder",
  object,
  `"folders": [{ "path": "api/" }],
"launch": { "configurations": [{ "type": "go", "request": "launch", "program": "\${workspaceFolder}" }] }`,
  undefined,
  { kind: "workspace" },
);
rule(
  "gopls-args",
  object,
  `"settings": { «warning:"go.goplsArgs"»: [] }`,
  `"settings": { "go.languageServerFlags": [] }`,
  { kind: "workspace" },
);
rule("syntax", whole, `{ "configurations": [ { "type": "go" } «error:»`);
rule("syntax", whole, `{ "configurations": [ 1«error:"x"» ] }`);
rule("syntax", whole, ``);
rule("syntax", whole, `{}`);
rule("too-large", whole, `«warning:»[${"1,".repeat(200_000)}1]`);
rule("too-large", whole, `{ "configurations": [] }`);
rule(
  "duplicate-key",
  whole,
  `{ "configurations": [ { "type": "go", «warning:"args"»: [1], // first
  "args": [2], "env": { «warning:"A"»: "1", "A": "2" } }, { "type": "node", "a": 1, "a": 2 } ] }`,
  `{ "configurations": [ { "type": "go", // first
  "args": [2], "env": { "A": "2" } }, { "type": "node", "a": 1, "a": 2 } ] }`,
);
rule(
  "compound",
  whole,
  `{
  "configurations": [{ "type": "go", "name": "server", "request": "launch", "program": "." }],
  "compounds": [{ "name": "both", "configurations": ["server", «error:"severs"», «error:"client"»] }]
}`,
  `{
  "configurations": [{ "type": "go", "name": "server", "request": "launch", "program": "." }],
  "compounds": [{ "name": "both", "configurations": ["server", "server", "client"] }]
}`,
);
rule(
  "undeclared-input",
  whole,
  `{ "inputs": [{ "id": "port", "type": "promptString" }], "configurations": [{ "type": "go", "request": "launch", "program": ".", "args": ["\${input:port}", «error:"\${input:host}"»] }] }`,
);
rule(
  "unknown-flag",
  whole,
  `{ "configurations": [{ "type": "node", "request": "launch", "dlvFlags": ["--nope"] }, null, 3, { "type": "go", "dlvFlags": [«error:"--nope"»] }] }`,
  `{ "configurations": [{ "type": "node", "request": "launch", "dlvFlags": ["--nope"] }, null, 3, { "type": "go" }] }`,
);

// ---- what golang.go, dlv and go make of build flags -----------------------------------------------------------------

const inList = (words: readonly string[]) => `[${words.map((word) => JSON.stringify(word)).join(", ")}]`;
const list = (...words: string[]) => `"buildFlags": ${inList(words)}`;
const text = (words: string) => `"buildFlags": ${JSON.stringify(words)}`;
/** Marks the value. */
const marked = (severity: string, words: string) => `"buildFlags": «${severity}:${JSON.stringify(words)}»`;

for (const [written, meant] of [
  [`-ldflags "-X main.V=Hello"`, `-ldflags '-X main.V=Hello'`],
  [`-ldflags="-X main.V=Hello" -race`, `-ldflags='-X main.V=Hello' -race`],
  [`-ldflags="-X 'main.V=Hello World'"`, `-ldflags='-X \\'main.V=Hello World\\''`],
  [`-ldflags=-X main.V=Hello`, `-ldflags='-X main.V=Hello'`],
  [`-ldflags -X main.V=Hello -tags foo`, `-ldflags '-X main.V=Hello' -tags foo`],
  [`-tags a b`, `-tags a,b`],
  [`-tags "a b"`, `-tags 'a b'`],
  [`-race "-tags=a"`, `-race -tags=a`],
]) {
  rule("build-flags", launch, marked("error", written), text(meant));
}
for (const unclear of [
  `-ldflags "-X main.date=$(shell date +%s)"`,
  `-ldflags '-X main.V'`,
  `-nope`,
  `-count=1`,
  `-race=yes`,
  `-ldflags`,
  `-p many`,
  `-race -C ..`,
]) {
  rule("build-flags", launch, marked("error", unclear));
}
for (const fine of [
  `-ldflags '-X main.V=Hello World' -tags foo`.replace(" World", ""),
  `-ldflags='-X "main.V=Hello World"'`,
  `-ldflags "-X=main.V=1"`.replaceAll('"', "'"),
  `-tags=a,b -race=true -p 4 -mod=mod`,
  `'-tags=a b' -v`,
  `-C . -race`,
  `-race -tags`,
  "-tags ${config:go.testTags}",
  "${config:go.buildFlags}",
  "-ldflags=${input:ldflags} -race",
  `-buildvcs=auto -trimpath=false --race`,
  ``,
]) {
  rule("build-flags", launch, text(fine));
}
rule(
  "build-flags",
  launch,
  `"buildFlags": [«error:"-ldflags='-X main.V=Hello'"»]`,
  `"buildFlags": ["-ldflags=-X main.V=Hello"]`,
);
rule(
  "build-flags",
  launch,
  `"buildFlags": [
  "-race", // races
  «error:"-tags foo"», // foo
  "-v"
]`,
  `"buildFlags": [
  "-race", // races
  "-tags", "foo", // foo
  "-v"
]`.replace(`"-tags", "foo"`, `"-tags=foo"`),
);
rule("build-flags", launch, `"buildFlags": ["-ldflags=-X", «error:"main.V=1"»]`, list("-ldflags=-X main.V=1"));
rule("build-flags", launch, `"buildFlags": [«error:"-ldflags \\"-X main.V=1\\""»]`, list("-ldflags=-X main.V=1"));
rule("build-flags", launch, `"buildFlags": ["-race", «error:"-nope"»]`);
rule("build-flags", launch, list("-ldflags=-X main.V=1", "-tags", "a b", "-race"));
rule("build-flags", launch, `"mode": "test", ${list("-count=1", "-v", "-run", "X", "-exec", "sudo")}`);
rule("build-flags", launch, `"mode": "test", ${marked("error", "-nope")}`);
rule("build-flags", launch, `"mode": "exec", ${list("-nope")}`);
// A dlv before 1.22.2 gets the list as one string.
rule("build-flags", launch, `"buildFlags": «error:["-ldflags=-X main.V=1"]»`, text("-ldflags='-X main.V=1'"), {
  facts: dlv("1.22.0"),
});

for (const [severity, written, rest] of [
  ["warning", `-tags=foo -gcflags "all=-N -l"`, `-tags=foo`],
  ["warning", `-tags=foo -gcflags 'all=-N -l' -race`, `-tags=foo -race`],
  ["warning", `-gcflags="all=-N -l" -ldflags='-X main.V=1'`, `-ldflags='-X main.V=1'`],
  ["warning", `-gcflags=all=-N -gcflags=-l -v`, `-v`],
  ["error", `-gcflags=all=-N -l -tags foo`, `-tags foo`],
  ["error", `-race -gcflags all=-N -l`, `-race`],
  ["error", `-gcflags=all=-N -l -m=2 -v`, `-v`],
  ["warning", `-race --gcflags=-m`, `-race`],
]) {
  rule("gcflags", launch, marked(severity, written), text(rest));
}
rule("gcflags", launch, text("--gcflags='all=-N -l'"));
rule("gcflags", launch, `"mode": "exec", ${text("-gcflags=all=-N -l")}`);

for (const [written, rest] of [
  [`-ldflags '-s -w'`, ``],
  [`-ldflags -s -race`, `-race`],
  [`-ldflags=-w`, ``],
  [`-race -ldflags='-s -X main.v=1'`, `-race -ldflags='-X main.v=1'`],
  [`--ldflags=-s=true`, ``],
  [`-ldflags='all=-s -X main.v=1'`, `-ldflags='all=-X main.v=1'`],
  [`-ldflags='-X "main.v=a b" -w' -v`, `-ldflags='-X "main.v=a b"' -v`],
]) {
  rule("stripped-build", launch, marked("warning", written), rest === "" ? "" : text(rest));
}
rule(
  "stripped-build",
  launch,
  `"buildFlags": ["-ldflags", «warning:"-s -w"»]`
    .replace("«warning:", "")
    .replace("»", "")
    .replace(`"-ldflags"`, `«warning:"-ldflags"»`),
  ``,
);
rule(
  "stripped-build",
  launch,
  `"buildFlags": [«warning:"-ldflags"», "-s -X main.v=1"]`,
  list("-ldflags", "-X main.v=1"),
);
for (const kept of [
  `-ldflags='-X main.v=-s'`,
  `-ldflags='-extldflags "-static -s"'`,
  `-ldflags=-s -ldflags=`,
  `-ldflags='-s=false'`,
]) {
  rule("stripped-build", launch, text(kept));
}
rule(
  "stripped-build",
  launch,
  `"env": { "GOFLAGS": «warning:"'-ldflags=-s -w' -mod=mod"» }`,
  `"env": { "GOFLAGS": "-mod=mod" }`,
);
rule("stripped-build", launch, `"env": { "GOFLAGS": «warning:"-ldflags=-w"», "A": "b" }`, `"env": { "A": "b" }`);
rule("trimpath", launch, marked("warning", "-race -trimpath"), text("-race"));
rule("trimpath", launch, text("-trimpath=false"));

rule(
  "build-output",
  launch,
  marked("error", "-race -o bin/app"),
  `${text("-race")},
"output": "bin/app"`,
);
rule(
  "build-output",
  launch,
  `"buildFlags": [«warning:"-o=bin/app"»],
"output": "x"`,
  `"output": "x"`,
);

// ---- arguments --------------------------------------------------------------------------------------------------------

const inTest = (...words: string[]) => `"mode": "test",\n"args": ${inList(words)}`;
for (const words of [
  ["-test.run", "TestX", "-v=4", "-alsologtostderr"],
  ["-test.run", "TestX", "-v", "4"],
  ["-v=2"],
  ["-test.run", "TestCLI", "--", "run", "-v", "--count", "3"],
  ["-test.run", "TestCLI", "run", "-v"],
  ["-test.run", "-v"],
  ["-config", "app.yaml"],
  ["-timeout=30", "-test.run", "x"],
  ["-test.v", "-", "-run"],
  ["-test.run=TestX", "--", "-args"],
]) {
  rule("test-flag", launch, inTest(...words));
}
rule(
  "test-flag",
  launch,
  `"mode": "test",
"args": ["-test.run", "TestX", «error:"-args"», "-foo=1"]`,
  inTest("-test.run", "TestX", "-foo=1"),
);
rule("test-flag", launch, `"mode": "test",\n"args": «error:"--args"»`, `"mode": "test"`);
rule(
  "test-flag",
  launch,
  `"mode": "test",
"args": ["-update", «error:"-run"», "-v", «error:"-timeout=30s"», «error:"-v"», "x", "-short"]`,
  inTest("-update", "-test.run", "-v", "-test.timeout=30s", "-test.v", "x", "-short"),
);
rule(
  "test-flag",
  launch,
  `"mode": "test",
"args": «error:"-test.v --run 'Test X' -- -v"»`,
  `"mode": "test",
"args": "-test.v -test.run 'Test X' -- -v"`,
);

rule("shell-words", launch, `"args": ["serve", «warning:"2>&1"», «warning:"|"», "tee", "log"]`);
rule("shell-words", launch, `"args": «warning:"serve > out.txt"»`);
rule("shell-words", launch, `"args": ["a", «warning:"<"», "in.txt", «warning:"&&"», "b"]`);
rule(
  "shell-words",
  launch,
  `"args": ["serve", «warning:"-config app.yaml"»]`,
  `"args": ["serve", "-config", "app.yaml"]`,
);
rule("shell-words", launch, `"args": ["--separator", "|", "-e", "-a b", "-x=a b", "-n 3", "- x", "a -> b", "a>b"]`);
rule("shell-words", attach, `"args": ["2>&1"]`);

// ---- what else VS Code, golang.go and dlv do ---------------------------------------------------------------------------

rule("wrong-type", launch, `"preLaunchTask": { "type": "npm", "script": "build" }, "postDebugTask": "stop"`);
rule("wrong-type", launch, `"preLaunchTask": «warning:3»`, ``);
for (const [host, better] of [
  [`"host": «error:"localhost:2345"»`, `"host": "localhost",\n"port": 2345`],
  [`"host": «error:":2345"»`, `"host": "127.0.0.1",\n"port": 2345`],
  [`"port": 2345,\n"host": «error:"10.0.0.5:2345"»`, `"port": 2345,\n"host": "10.0.0.5"`],
  [`"host": «error:"http://10.0.0.5:99/"»`, `"host": "10.0.0.5",\n"port": 99`],
  [`"port": 1,\n"host": «error:"[::1]"»`, `"port": 1,\n"host": "::1"`],
]) {
  rule("host-port", attach, `"mode": "remote",\n${host}`, `"mode": "remote",\n${better}`);
}
rule("host-port", attach, `"mode": "remote", "port": 1, "host": «error:"a:2"»`);
for (const host of ["::1", "fe80::1", "localhost", "10.0.0.5", ""]) {
  rule("host-port", attach, `"mode": "remote", "port": 1, "host": ${JSON.stringify(host)}`);
}

const at = (paths: Facts["paths"], packages: Facts["packages"] = {}): Where => ({
  facts: { ...NEWEST, folder: "/home/me/app", paths, packages },
});
const program = (value: string, more = "") => `"request": "launch",\n"program": ${value}${more}`;
const gone = at({ "bin/app": "missing", app: "missing" });
rule(
  "program-not-found",
  configuration,
  program(`"bin/app"`, `,\n"mode": "exec",\n"preLaunchTask": "build"`),
  undefined,
  gone,
);
rule(
  "program-not-found",
  configuration,
  program(`"app"`, `,\n"mode": "debug",\n"preLaunchTask": { "type": "shell" }`),
  undefined,
  gone,
);
rule("program-not-found", configuration, program(`"bin/app"`, `,\n"mode": "exec",\n"port": 2345`), undefined, gone);
rule(
  "program-not-found",
  configuration,
  program(`"bin/app"`, `,\n"mode": "exec",\n"debugServer": 4711`),
  undefined,
  gone,
);
rule(
  "program-not-found",
  configuration,
  program(`«error:"app"»`, `,\n"mode": "debug",\n"port": 2345`),
  undefined,
  gone,
);
rule(
  "program-not-found",
  configuration,
  program(`«error:"bin/app"»`, `,\n"mode": "exec",\n"port": 0`),
  undefined,
  gone,
);
rule(
  "program-not-found",
  whole,
  `{ "configurations": [{ "type": "go", "name": "a", "request": "launch", "mode": "exec", "program": "app" }],
  "compounds": [{ "name": "all", "configurations": ["a"], "preLaunchTask": "build" }] }`,
  undefined,
  gone,
);

const packages = at(
  {},
  {
    lib: { kind: "library", hasTests: false, mains: 0 },
    tested: { kind: "library", hasTests: true, mains: 0 },
    docs: { kind: "none", hasTests: false, mains: 0 },
    cmd: { kind: "main", hasTests: false, mains: 1 },
    "cmd/main.go": { kind: "main", hasTests: false, mains: 1, declaredElsewhere: ["helper"] },
    "main.go": { kind: "main", hasTests: false, mains: 1, declaredElsewhere: ["helper"] },
    "two/main.go": { kind: "main", hasTests: false, mains: 2, declaredElsewhere: ["helper"] },
    "alone.go": { kind: "main", hasTests: false, mains: 1, declaredElsewhere: [] },
  },
);
for (const [severity, path, mode, better] of [
  ["error", "lib", "debug"],
  ["error", "lib", "auto"],
  ["error", "tested", "debug"],
  ["", "tested", "auto"],
  ["", "tested", "test"],
  ["information", "cmd", "test"],
  ["error", "docs", "debug"],
  ["error", "docs", "test"],
  ["", "cmd", "debug"],
  ["error", "cmd/main.go", "debug", "cmd"],
  ["error", "main.go", "auto", "."],
  ["error", "two/main.go", "debug"],
  ["", "alone.go", "debug"],
  ["", "elsewhere", "debug"],
  ["", "lib", "exec"],
]) {
  const value = JSON.stringify(path);
  rule(
    "program-package",
    configuration,
    program(severity === "" ? value : `«${severity}:${value}»`, `,\n"mode": "${mode}"`),
    better === undefined ? undefined : program(JSON.stringify(better), `,\n"mode": "${mode}"`),
    packages,
  );
}
rule("program-package", configuration, program(`"lib"`, `,\n"preLaunchTask": "generate"`), undefined, packages);
rule(
  "program-package",
  configuration,
  program(`«error:"a_test.go"»`, `,\n"mode": "debug"`),
  program(`"a_test.go"`, `,\n"mode": "test"`),
);

const files = at({ ".env": "missing", "a.env": "file", nope: "missing", "main.go": "file", here: "directory" });
rule("missing-files", launch, `"envFile": «error:".env"»`, undefined, files);
rule("missing-files", launch, `"envFile": ["a.env", «error:".env"»]`, undefined, files);
rule("missing-files", launch, `"envFile": "", "cwd": ""`, undefined, files);
rule("missing-files", launch, `"cwd": «error:"nope"»`, undefined, files);
rule("missing-files", launch, `"cwd": «error:"main.go"»`, undefined, files);
rule("missing-files", launch, `"cwd": "here", "envFile": "a.env"`, undefined, files);
rule("missing-files", launch, `"cwd": "nope", "port": 2345`, undefined, files);
rule("missing-files", launch, `"cwd": "nope", "envFile": ".env", "preLaunchTask": "prepare"`, undefined, files);
rule("missing-files", launch, `"cwd": "unknown", "envFile": "unknown"`, undefined, files);

rule("home-folder", configuration, program(`«error:"~/app"»`), program(`"\${userHome}/app"`));
rule(
  "home-folder",
  launch,
  `"cwd": "~/x",
"envFile": ["~x", «error:"~/.env"»],
"stdinFrom": «error:"~/in"»,
"substitutePath": [{ "from": «warning:"~/src"», "to": "/src" }]`,
  `"cwd": "~/x",
"envFile": ["~x", "\${userHome}/.env"],
"stdinFrom": "\${userHome}/in",
"substitutePath": [{ "from": "\${userHome}/src", "to": "/src" }]`,
);
rule("home-folder", configuration, program(`"~/app"`, `,\n"debugAdapter": "legacy"`));
rule("home-folder", configuration, program(`"~/app"`, `,\n"mode": "exec",\n"port": 2345`));

for (const [body, mapped] of [
  [`"cwd": "\${workspaceFolder}/backend"`, `"\${workspaceFolder}/backend"`],
  [`"cwd": "\${workspaceFolder}/backend/"`, `"\${workspaceFolder}/backend"`],
  [`"cwd": "/home/me/app"`, `"/home/me/app"`],
]) {
  rule(
    "remote-path",
    attach,
    `"mode": "remote",
«warning:"remotePath"»: "/app/",
${body}`,
    `"mode": "remote",
"substitutePath": [
  { "from": ${mapped}, "to": "/app" }
],
${body}`,
    at({}),
  );
}
for (const needless of [
  `"\${workspaceFolder}/server"`,
  `"\${workspaceFolder}/"`,
  `"/home/me/app"`,
  `"/home/me"`,
  `""`,
]) {
  rule("remote-path", attach, `"mode": "remote",\n«warning:"remotePath"»: ${needless}`, `"mode": "remote"`, at({}));
}
for (const from of [`\${workspaceFolder}`, `\${workspaceFolder}/`, `/home/me/app`]) {
  const mapping = `"mode": "remote",\n"substitutePath": [{ "from": "${from}", "to": "/app" }]`;
  rule("remote-path", attach, `${mapping},\n«warning:"remotePath"»: "/app"`, mapping, at({}));
}
rule("remote-path", launch, `«warning:"remotePath"»: "/app"`, ``, at({}));
rule("remote-path", attach, `"mode": "remote", "remotePath": "/app"`, undefined, { facts: dlv("1.23.1") });
rule("other-request", attach, `"mode": "remote", "cwd": "x", "remotePath": "/app"`);

rule("no-configurations", whole, `{ «warning:"version"»: "0.2.0" }`);
rule(
  "no-configurations",
  whole,
  `{
  «warning:"name"»: "A", // mine
  "type": "go",
  "request": "launch"
}`,
  `// mine
{
  "version": "0.2.0",
  "configurations": [
    { "name": "A", "type": "go", "request": "launch" }
  ]
}`,
);
for (const fine of [
  `{}`,
  ``,
  `{ "configurations": [] }`,
  `{ "compounds": [{ "name": "a", "configurations": ["b"] }] }`,
]) {
  rule("no-configurations", whole, fine);
}

// ---- blocks for one system ----------------------------------------------------------------------------------------------

rule(
  "wrong-type",
  launch,
  `"linux": { "stopOnEntry": «error:"true"» },
"windows": { "env": { "A": «error:1» }, "args": "-v" }`,
  `"linux": { "stopOnEntry": true },
"windows": { "env": { "A": "1" }, "args": "-v" }`,
);
rule(
  "program-not-found",
  configuration,
  program(`"app.exe"`, `,\n"mode": "exec",\n"linux": { "program": «error:"app"» },\n"osx": { "program": "bin/app" }`),
  undefined,
  at({ "app.exe": "missing", app: "missing", "bin/app": "missing" }),
);
rule("missing-program", configuration, `"request": "launch", "linux": { "program": "\${workspaceFolder}" }`);
rule(
  "unknown-flag",
  launch,
  `"dlvFlags": ["--log"],
"osx": { "dlvFlags": ["--log", «error:"--nope"»] }`,
  `"dlvFlags": ["--log"],
"osx": { "dlvFlags": ["--log"] }`,
);

const goflags = (value: string) => `"env": { "GOFLAGS": ${JSON.stringify(value)} }`;
const refused = (value: string) => `"env": { "GOFLAGS": «error:${JSON.stringify(value)}» }`;
rule("build-flags", launch, refused(`-ldflags="-X main.V=1"`), goflags(`'-ldflags=-X main.V=1'`));
rule("build-flags", launch, refused("-tags foo -race"), goflags("-tags=foo -race"));
rule("build-flags", launch, refused("-gcflags=all=-N -l"));
rule("build-flags", launch, refused("foo"));
rule("build-flags", launch, refused("-race '-ldflags=-s"), goflags("-race -ldflags=-s"));
rule("build-flags", launch, goflags(`'-ldflags=-X main.V=1' -mod=mod -count=1 "-tags=a"`));
rule("port-on-launch", launch, `«information:"port"»: 2345, "host": "10.0.0.5"`);

rule("stripped-build", launch, marked("error", `-ldflags='-s -w=0'`), text("-ldflags=-w=0"));
rule("output-redirect", launch, `"outputMode": "remote", "stdoutTo": "out.txt"`, undefined, { facts: dlv("1.24.0") });
rule(
  "test-flag",
  launch,
  `"mode": "test",
"buildFlags": [«warning:"-run"», "X", "-v"]`,
  `"mode": "test",
"buildFlags": ["-v"],
"args": ["-test.run=X"]`,
);
