/** The variables of an environment, as Node has them. */
export type Env = Readonly<Record<string, string | undefined>>;
