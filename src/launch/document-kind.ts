/** Which files hold debug configurations or Go settings, told by their names. */
export type DocumentKind = "launch" | "settings" | "workspace";

export function kindOf(path: string): DocumentKind {
  if (/\.code-workspace$/i.test(path)) return "workspace";
  return /(?:^|[\\/])settings\.json$/i.test(path) ? "settings" : "launch";
}
