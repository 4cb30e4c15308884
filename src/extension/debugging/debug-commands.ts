/** The commands about debug sessions, goroutines, dumps and captures; each is loaded when it is first used. */
import { type Command, from } from "../command.js";

const profilePointCommands = () => import("../recording/profile-point-commands.js");
const breakpointCommands = () => import("./breakpoint-commands.js");
const captureCommand = () => import("../recording/capture-command.js");
const dumpCommands = () => import("../goroutines/dump-commands.js");
const delveLogCommands = () => import("./delve-log-commands.js");
const executionTrace = () => import("../profiles/execution-trace.js");
const goroutineCommands = () => import("../goroutines/goroutine-commands.js");
const profileTestCommand = () => import("../recording/profile-test-command.js");

export const debugCommands: Readonly<Record<string, Command>> = {
  "goDiagnostics.profilePoints.add": from(profilePointCommands, "addProfilePoint"),
  "goDiagnostics.breakpoints.everyHit": from(breakpointCommands, "breakEveryHit"),
  "goDiagnostics.breakpoints.fromToHit": from(breakpointCommands, "breakFromToHit"),
  "goDiagnostics.capture.profile": from(captureCommand, "captureProfile"),
  "goDiagnostics.goroutines.closeDump": from(dumpCommands, "closeDump"),
  "goDiagnostics.goroutines.compareDump": from(dumpCommands, "compareDump"),
  "goDiagnostics.goroutines.openDump": from(dumpCommands, "openDump"),
  "goDiagnostics.goroutines.openDumpFromClipboard": from(dumpCommands, "openDumpFromClipboard"),
  "goDiagnostics.trace.open": from(executionTrace, "openTrace"),
  "goDiagnostics.trace.openInBrowser": from(executionTrace, "openTraceInBrowser"),
  "goDiagnostics.delveLog.open": from(delveLogCommands, "openDelveLog"),
  "goDiagnostics.launch.startWithLog": from(delveLogCommands, "startWithLog"),
  "goDiagnostics.goroutines.breakOnlyHere": from(breakpointCommands, "breakOnlyHere"),
  "goDiagnostics.goroutines.clearFilter": from(goroutineCommands, "clearFilter"),
  "goDiagnostics.goroutines.copyStack": from(goroutineCommands, "copyStack"),
  "goDiagnostics.goroutines.explain": from(goroutineCommands, "explain"),
  "goDiagnostics.goroutines.filter": from(goroutineCommands, "filterGoroutines"),
  "goDiagnostics.goroutines.flameGraph": from(captureCommand, "showAsFlameGraph"),
  "goDiagnostics.goroutines.goToBlockingLine": from(goroutineCommands, "goToBlockingLine"),
  "goDiagnostics.goroutines.goToCreator": from(goroutineCommands, "goToCreator"),
  "goDiagnostics.goroutines.group": from(goroutineCommands, "groupGoroutines"),
  "goDiagnostics.goroutines.loadMore": from(goroutineCommands, "loadMore"),
  "goDiagnostics.goroutines.open": from(goroutineCommands, "openNode"),
  "goDiagnostics.goroutines.refresh": from(goroutineCommands, "refreshGoroutines"),
  "goDiagnostics.goroutines.show": from(goroutineCommands, "showGoroutines"),
  "goDiagnostics.goroutines.switch": from(goroutineCommands, "switchTo"),
  "goDiagnostics.goroutines.switchProcess": from(goroutineCommands, "switchToProcess"),
  "goDiagnostics.test.profile": from(profileTestCommand, "profileTestCommand"),
  "goDiagnostics.profilePoints.remove": from(profilePointCommands, "removeProfilePoint"),
  "goDiagnostics.profilePoints.show": from(profilePointCommands, "showProfilePoint"),
};
