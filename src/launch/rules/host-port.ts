/** A host with its port in it. */
import { setAttribute } from "../configuration.js";
import { stringAt } from "../document.js";
import type { Plan, Rule } from "../rule.js";

/** golang.go hands both to the socket as they are (extension/src/goDebugFactory.ts), which looks the host's name up. */
export const hostPort: Rule = {
  id: "host-port",
  about: "A host with its port in it",
  configuration(configuration) {
    const attribute = configuration.byName.get("host");
    const match = /^(?:[a-z]+:\/\/)?(\[[\da-f:.]+\]|[^\s:/[\]]*)(?::(\d+))?\/?$/i.exec(
      stringAt(configuration, "host") ?? "",
    );
    const written = stringAt(configuration, "host") ?? "";
    if (!attribute || !match || written.includes("${")) return [];
    const host = (match[1] || "127.0.0.1").replace(/^\[|\]$/g, "");
    if (host === written || written === "") return [];
    const port = match.at(2) === undefined ? undefined : Number(match[2]);
    const value: unknown = configuration.byName.get("port")?.value.value;
    const present = typeof value === "number" ? value : undefined;
    const plan = (number: number | undefined, title: string): Plan => ({
      title,
      changes: [
        setAttribute(configuration, "host", host),
        ...(number === undefined ? [] : [setAttribute(configuration, "port", number)]),
      ],
    });
    const isSame = port === undefined || present === undefined || present === 0 || present === port;
    const missing = present === undefined || present === 0 ? port : undefined;
    return [
      {
        at: attribute.value,
        severity: "error",
        message: `\`host\` is a name or an address, and \`${written}\` is neither: connecting fails with "getaddrinfo ENOTFOUND". ${isSame ? `The fix writes \`${host}\`${port === undefined ? "" : ` and port ${port}`}.` : `Its port ${port} and \`port\` differ; only you know which is right.`}`,
        ...(isSame
          ? { fix: plan(missing, `Write ${host}`) }
          : {
              alternatives: [
                plan(undefined, `Write ${host} and keep port ${present}`),
                plan(port, `Write ${host} and port ${port}`),
              ],
            }),
      },
    ];
  },
};
