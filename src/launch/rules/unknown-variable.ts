/** ${…} that VS Code does not know. */
import { nearest } from "../nearest.js";
import type { Problem, Rule } from "../rule.js";
import { variablesIn } from "../variables.js";

const PLAIN = [
  ..."userHome workspaceFolder workspaceFolderBasename file fileWorkspaceFolder fileWorkspaceFolderBasename".split(" "),
  ..."relativeFile relativeFileDirname fileBasename fileBasenameNoExtension fileExtname fileDirname".split(" "),
  ..."fileDirnameBasename cwd lineNumber columnNumber selectedText execPath defaultBuildTask pathSeparator".split(" "),
  ..."workspaceRoot workspaceRootFolderName".split(" "),
  "/",
];

const PREFIXES = ["env", "config", "command", "input", "extensionInstallFolder", ...PLAIN];

export const unknownVariable: Rule = {
  id: "unknown-variable",
  about: "${…} that VS Code does not know",
  configuration(configuration) {
    return variablesIn(configuration).flatMap(({ node, text, name, argument }): Problem[] => {
      if ((argument === undefined ? PLAIN : PREFIXES).includes(name)) return [];
      const dotted = /^env\.(.+)$/.exec(name);
      const found = dotted ? `env:${dotted[1]}` : nearest(name, PLAIN);
      const meant = found === undefined ? undefined : `\${${found}${argument === undefined ? "" : `:${argument}`}}`;
      return [
        {
          at: node,
          severity: "warning",
          message: `VS Code knows no variable \`${text}\` and hands it on as it is written. ${meant ? `The fix writes \`${meant}\`.` : `Known are \${workspaceFolder}, \${file}, \${fileDirname}, \${env:NAME}, \${input:ID} and others.`}`,
          ...(meant && {
            fix: {
              title: `Write ${meant}`,
              changes: [{ do: "replace", node, value: String(node.value).replace(text, () => meant) }],
            },
          }),
        },
      ];
    });
  },
};
