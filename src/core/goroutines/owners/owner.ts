/**
 * What a library's goroutines and memory tell of the program that uses it: they belong to something that the program
 * made and did not end, and no line of the program is on their stacks.
 */
export interface Owner {
  /** Import path of the module, or of the package of the standard library. */
  readonly library: string;
  /** Of the library, in which it is so. */
  readonly versions: string;
  /** Where that is written. */
  readonly source: string;
  /** The special before the general. */
  readonly leaks: readonly OwnedLeak[];
}

export interface OwnedLeak {
  /** Functions of goroutines that such a thing has; a match of any frame counts. */
  readonly goroutines?: RegExp;
  /** Functions below which the memory of such a thing is allocated. */
  readonly allocations?: RegExp;
  /** What a program calls to make such a thing: the line that calls it is where the program is to be changed. */
  readonly calls: RegExp;
  /** The calls to look for, as they are written in source. */
  readonly look: string;
  /** Of the server's end of connections: how many there are is decided by the clients that keep them open. */
  readonly isServersEnd?: boolean;
  /** Why that grows, as a sentence. */
  readonly what: string;
  readonly todo: string;
}

/**
 * Matches functions of a package, and what the compiler made of the closures in them. `path` is an import path, a
 * pattern whose dots stand for themselves; names are as Go prints them, and one that ends with "~" is only a beginning.
 */
export function functions(path: string, ...names: readonly string[]): RegExp {
  const patterns = names.map((name) =>
    name.endsWith("~")
      ? `${literal(name.slice(0, -1))}.*`
      : `${literal(name)}(?:\\.(?:func|gowrap|deferwrap)?\\d+|-\\w+)*`,
  );
  return new RegExp(`^${path.replaceAll(".", "\\.")}\\.(?:${patterns.join("|")})$`);
}

/** Like `functions` of several packages. */
export function either(...patterns: readonly RegExp[]): RegExp {
  return new RegExp(patterns.map(({ source }) => source).join("|"));
}

/** A name as the patterns know it: without type arguments, and the dots of its path as they are written in source. */
export function plainName(name: string): string {
  return name.replace(/\[[^()]*\]/g, "").replaceAll("%2e", ".");
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
