/** The commands about debug sessions, goroutines, dumps and captures. */
import { breakEveryHit, breakFromToHit, breakOnlyHere } from "./breakpoint-commands.js";
import { captureProfile, showAsFlameGraph } from "../recording/capture-command.js";
import { closeDump, compareDump, openDump, openDumpFromClipboard } from "../goroutines/dump-commands.js";
import { openTrace } from "../profiles/execution-trace.js";
import {
  clearFilter,
  copyStack,
  explain,
  filterGoroutines,
  goToBlockingLine,
  goToCreator,
  groupGoroutines,
  loadMore,
  openNode,
  refreshGoroutines,
  showGoroutines,
  switchTo,
  switchToProcess,
} from "../goroutines/goroutine-commands.js";
import { addProfilePoint, removeProfilePoint, showProfilePoint } from "../recording/profile-point-commands.js";
import { profileTestCommand } from "../recording/test-lens.js";
import type { Command } from "../profiles/viewer-commands.js";

export const debugCommands: Readonly<Record<string, Command>> = {
  "goDiagnostics.profilePoints.add": addProfilePoint,
  "goDiagnostics.breakpoints.everyHit": breakEveryHit,
  "goDiagnostics.breakpoints.fromToHit": breakFromToHit,
  "goDiagnostics.capture.profile": captureProfile,
  "goDiagnostics.goroutines.closeDump": closeDump,
  "goDiagnostics.goroutines.compareDump": compareDump,
  "goDiagnostics.goroutines.openDump": openDump,
  "goDiagnostics.goroutines.openDumpFromClipboard": openDumpFromClipboard,
  "goDiagnostics.trace.open": openTrace,
  "goDiagnostics.goroutines.breakOnlyHere": breakOnlyHere,
  "goDiagnostics.goroutines.clearFilter": clearFilter,
  "goDiagnostics.goroutines.copyStack": copyStack,
  "goDiagnostics.goroutines.explain": explain,
  "goDiagnostics.goroutines.filter": filterGoroutines,
  "goDiagnostics.goroutines.flameGraph": showAsFlameGraph,
  "goDiagnostics.goroutines.goToBlockingLine": goToBlockingLine,
  "goDiagnostics.goroutines.goToCreator": goToCreator,
  "goDiagnostics.goroutines.group": groupGoroutines,
  "goDiagnostics.goroutines.loadMore": loadMore,
  "goDiagnostics.goroutines.open": openNode,
  "goDiagnostics.goroutines.refresh": refreshGoroutines,
  "goDiagnostics.goroutines.show": showGoroutines,
  "goDiagnostics.goroutines.switch": switchTo,
  "goDiagnostics.goroutines.switchProcess": switchToProcess,
  "goDiagnostics.test.profile": profileTestCommand,
  "goDiagnostics.profilePoints.remove": removeProfilePoint,
  "goDiagnostics.profilePoints.show": showProfilePoint,
};
