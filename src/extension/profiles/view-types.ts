/** The ids of our editors and panels. */
export const PROFILE_EDITOR = "goDiagnostics.profile";
/** The same editor for files that may be something else: it is offered, and never the default. */
export const ANY_PROFILE_EDITOR = "goDiagnostics.anyProfile";
/** Profiles that are no file: captures, comparisons. */
export const PROFILES_VIEW = "goDiagnostics.profiles";
