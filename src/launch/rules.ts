/**
 * All rules: about the file, about configurations, about settings.
 */
import type { Rule } from "./rule.js";
import { buildFlagInArgs } from "./rules/build-flag-in-args.js";
import { buildFlags } from "./rules/build-flags.js";
import { buildOutput } from "./rules/build-output.js";
import { compound } from "./rules/compound.js";
import { consoleInVain } from "./rules/console-in-vain.js";
import { continueOnStart } from "./rules/continue-on-start.js";
import { coverageBuild } from "./rules/coverage-build.js";
import { deadAttribute } from "./rules/dead-attribute.js";
import { dlvArgs } from "./rules/dlv-args.js";
import { dlvDapMode } from "./rules/dlv-dap-mode.js";
import { dlvFlagInArgs } from "./rules/dlv-flag-in-args.js";
import { dlvLoadConfig } from "./rules/dlv-load-config.js";
import { duplicateKey } from "./rules/duplicate-key.js";
import { flagInVain } from "./rules/flag-in-vain.js";
import { flagList } from "./rules/flag-list.js";
import { flagWithoutEffect } from "./rules/flag-without-effect.js";
import { flagsForNobody } from "./rules/flags-for-nobody.js";
import { followFork } from "./rules/follow-fork.js";
import { gcflags } from "./rules/gcflags.js";
import { goSetting } from "./rules/go-setting.js";
import { goplsArgs } from "./rules/gopls-args.js";
import { goplsDebugPort } from "./rules/gopls-debug-port.js";
import { goplsFlag } from "./rules/gopls-flag.js";
import { goplsSetting } from "./rules/gopls-setting.js";
import { homeFolder } from "./rules/home-folder.js";
import { hostPort } from "./rules/host-port.js";
import { inventedEnvironment } from "./rules/invented-environment.js";
import { inventedGoSetting } from "./rules/invented-go-setting.js";
import { loadAllSynonym } from "./rules/load-all-synonym.js";
import { loadAll } from "./rules/load-all.js";
import { logDest } from "./rules/log-dest.js";
import { logOutputValue } from "./rules/log-output-value.js";
import { logOutputWithoutLog } from "./rules/log-output-without-log.js";
import { memoryLimitValue } from "./rules/memory-limit-value.js";
import { missingFiles } from "./rules/missing-files.js";
import { missingProgram } from "./rules/missing-program.js";
import { newerThanDlv } from "./rules/newer-than-dlv.js";
import { noConfigurations } from "./rules/no-configurations.js";
import { nonTerminalFlag } from "./rules/non-terminal-flag.js";
import { oneDash } from "./rules/one-dash.js";
import { onlySameUser } from "./rules/only-same-user.js";
import { otherMode } from "./rules/other-mode.js";
import { otherRequest } from "./rules/other-request.js";
import { outputRedirect } from "./rules/output-redirect.js";
import { portNumber } from "./rules/port-number.js";
import { portOnLaunch } from "./rules/port-on-launch.js";
import { processAndWait } from "./rules/process-and-wait.js";
import { programNotFound } from "./rules/program-not-found.js";
import { programPackage } from "./rules/program-package.js";
import { ptraceScope } from "./rules/ptrace-scope.js";
import { remotePath } from "./rules/remote-path.js";
import { remoteWithoutPort } from "./rules/remote-without-port.js";
import { schemaLag } from "./rules/schema-lag.js";
import { shellWords } from "./rules/shell-words.js";
import { strippedBuild } from "./rules/stripped-build.js";
import { substitutePath } from "./rules/substitute-path.js";
import { syntax } from "./rules/syntax.js";
import { testFlag } from "./rules/test-flag.js";
import { tooLarge } from "./rules/too-large.js";
import { toolsEnvironment } from "./rules/tools-environment.js";
import { trimpath } from "./rules/trimpath.js";
import { undeclaredInput } from "./rules/undeclared-input.js";
import { unknownAttribute } from "./rules/unknown-attribute.js";
import { unknownFlag } from "./rules/unknown-flag.js";
import { unknownVariable } from "./rules/unknown-variable.js";
import { workspaceFolder } from "./rules/workspace-folder.js";
import { wrongMode } from "./rules/wrong-mode.js";
import { wrongRequest } from "./rules/wrong-request.js";
import { wrongType } from "./rules/wrong-type.js";
import { wrongValue } from "./rules/wrong-value.js";

export const RULES: readonly Rule[] = [
  syntax,
  tooLarge,
  noConfigurations,
  duplicateKey,
  compound,
  buildFlagInArgs,
  buildFlags,
  buildOutput,
  consoleInVain,
  continueOnStart,
  coverageBuild,
  deadAttribute,
  dlvArgs,
  dlvDapMode,
  dlvFlagInArgs,
  dlvLoadConfig,
  flagInVain,
  flagList,
  flagWithoutEffect,
  flagsForNobody,
  followFork,
  gcflags,
  homeFolder,
  hostPort,
  inventedEnvironment,
  loadAllSynonym,
  loadAll,
  logDest,
  logOutputValue,
  logOutputWithoutLog,
  memoryLimitValue,
  missingFiles,
  missingProgram,
  newerThanDlv,
  nonTerminalFlag,
  oneDash,
  onlySameUser,
  otherMode,
  otherRequest,
  outputRedirect,
  portNumber,
  portOnLaunch,
  processAndWait,
  programNotFound,
  programPackage,
  ptraceScope,
  remotePath,
  remoteWithoutPort,
  schemaLag,
  shellWords,
  strippedBuild,
  substitutePath,
  testFlag,
  trimpath,
  undeclaredInput,
  unknownAttribute,
  unknownFlag,
  unknownVariable,
  workspaceFolder,
  wrongMode,
  wrongRequest,
  wrongType,
  wrongValue,
  goSetting,
  goplsArgs,
  goplsDebugPort,
  goplsFlag,
  goplsSetting,
  inventedGoSetting,
  toolsEnvironment,
];
