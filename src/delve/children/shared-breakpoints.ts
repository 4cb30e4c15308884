/**
 * Breakpoints of a session whose children are sessions of their own. Delve has one set for all processes, and editors
 * send theirs to every session: what is set already, with the same words, is answered with what became of it, for each
 * time that it is set anew Delve may number it anew. A session that sets others sets them for all.
 */
import type { DebugProtocol } from "@vscode/debugprotocol";

type Response = DebugProtocol.Response;
type Breakpoint = DebugProtocol.Breakpoint;

interface Kept {
  readonly by: object;
  readonly words: string;
  readonly answer: Promise<Response>;
}

/** Whether a request sets breakpoints of any kind. */
export function setsBreakpoints(command: string): boolean {
  return /^set(?:Function|Exception|Instruction|Data|)Breakpoints$/.test(command);
}

export class SharedBreakpoints {
  /** By command and, of those in files, path. */
  readonly #kept = new Map<string, Kept>();
  /** What events said of breakpoints since they were set, by their numbers. */
  readonly #news = new Map<number, Partial<Breakpoint>>();

  /** `by` is the session that asks; `set` has Delve do it. */
  async set(by: object, command: string, args: unknown, set: () => Promise<Response>): Promise<Response> {
    const words = JSON.stringify(args ?? {});
    const key = `${command} ${(args as { source?: { path?: string } } | undefined)?.source?.path ?? ""}`;
    const kept = this.#kept.get(key);
    if (kept?.words === words && kept.by !== by) return this.#asItIs(await kept.answer);
    const answer = set();
    const own = { by, words, answer };
    this.#kept.set(key, own);
    const forget = () => this.#kept.get(key) === own && this.#kept.delete(key);
    answer.then(({ success }) => success || forget(), forget);
    return answer;
  }

  /** An event of Delve, or of ours, about one of them. */
  onBreakpoint(breakpoint: Breakpoint): void {
    if (breakpoint.id !== undefined) this.#news.set(breakpoint.id, { ...this.#news.get(breakpoint.id), ...breakpoint });
  }

  /** The program comes back as another process: all are set anew. */
  forget(): void {
    this.#kept.clear();
    this.#news.clear();
  }

  #asItIs(answer: Response): Response {
    const body = answer.body as { readonly breakpoints?: readonly Breakpoint[] } | undefined;
    if (body?.breakpoints === undefined) return answer;
    const breakpoints = body.breakpoints.map((one) => {
      const news = one.id === undefined ? undefined : this.#news.get(one.id);
      if (news === undefined) return one;
      const { message, ...now } = { ...one, ...news };
      return news.verified === true ? now : { ...now, ...(message !== undefined && { message }) };
    });
    return { ...answer, body: { ...body, breakpoints } };
  }
}
