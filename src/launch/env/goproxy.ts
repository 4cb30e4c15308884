/** GOPROXY: a list that go reads in its own way, and module proxies that do not answer. */
import { type EnvFacts, type EnvFinding, error, information, unset, warning } from "./facts.js";

export interface ProxyEntry {
  /** Without name and password. */
  readonly text: string;
  /** The address of a proxy that is asked over the network. */
  readonly url?: string;
  /** Why go refuses it. */
  readonly malformed?: string;
  /** Whether the next entry is asked after any failure, not only after "not found". */
  readonly fallsBack: boolean;
}

/** The entries that go looks at: those after `direct` and `off` are never reached. */
export function proxyEntries(list: string): { entries: ProxyEntry[]; unread: string } {
  const entries: ProxyEntry[] = [];
  for (const { 0: match, 1: word, 2: separator, index } of list.matchAll(/([^,|]*)([,|]|$)/g)) {
    const text = word.trim();
    const fallsBack = separator === "|";
    if (text === "") continue;
    if (text === "direct" || text === "off") {
      return { entries: [...entries, { text, fallsBack }], unread: list.slice(index + match.length).trim() };
    }
    entries.push({ ...proxyAddress(text), fallsBack });
  }
  return { entries, unread: "" };
}

export function* proxyFindings(facts: EnvFacts): Generator<EnvFinding> {
  const list = facts.goEnv["GOPROXY"];
  if (!list) return;
  const { entries, unread } = proxyEntries(list);
  if (entries.length === 0) {
    yield error(
      "goproxy-malformed",
      `GOPROXY has only separators: no module can be fetched. ${unset("GOPROXY", facts)}`,
    );
  }
  for (const { text, malformed } of entries) {
    if (malformed === undefined) continue;
    yield error(
      "goproxy-malformed",
      `GOPROXY has "${text}", which is ${malformed}: fetching a module fails there. Write an address (https://…), direct or off; ${unset("GOPROXY", facts)}`,
    );
  }
  if (unread !== "") {
    yield information(
      "goproxy-unread",
      `GOPROXY: what follows after ${entries.at(-1)?.text} is never asked. Take it out.`,
    );
  }
  yield* unreachable(entries, facts.proxyProblems);
}

function* unreachable(entries: readonly ProxyEntry[], problems: EnvFacts["proxyProblems"]): Generator<EnvFinding> {
  for (const [i, { text, url, fallsBack }] of entries.entries()) {
    const problem = url === undefined ? undefined : problems.get(url);
    if (problem === undefined) continue;
    const next = entries.at(i + 1)?.text;
    const what = `The module proxy ${text} was not reached (${problem})`;
    const cached = "Modules that are in the module cache still work.";
    if (fallsBack && next !== undefined) {
      yield information("goproxy-unreachable", `${what}: go waits for it, then asks ${next}. ${cached}`);
      continue;
    }
    const comma = next === undefined ? "" : ` ${next} is not asked, since a comma goes on only after "not found".`;
    yield warning(
      "goproxy-unreachable",
      `${what}: new modules cannot be fetched.${comma} ${cached} Check the network, or set another with: go env -w GOPROXY=…`,
    );
  }
}

/** As cmd/go reads it: `proxy.example.com` means https. */
function proxyAddress(text: string): Pick<ProxyEntry, "text" | "url" | "malformed"> {
  const short = /[.:/]/.test(text) && !text.includes(":/") && !/^[\\/]/.test(text);
  const address = short ? `https://${text}` : text;
  if (!/^[a-z][a-z0-9+.-]*:/i.test(address)) return { text, malformed: "neither a known word nor an address" };
  if (!URL.canParse(address) || /\s/.test(address))
    return { text: withoutPassword(text), malformed: "no valid address" };
  const url = new URL(address);
  if (url.protocol === "file:") return { text };
  url.username = url.password = "";
  if (url.protocol === "http:" || url.protocol === "https:") return { text: withoutPassword(text), url: url.href };
  return { text: withoutPassword(text), malformed: "of a kind that go does not know (https, http and file it does)" };
}

const withoutPassword = (text: string) => text.replace(/^((?:[^/]*\/\/)?)[^/@]*@/, "$1");
