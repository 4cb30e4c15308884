/** The viewer's worker: decodes and computes, so that the page stays free. */
export {};
