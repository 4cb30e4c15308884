/** The extension host's entry: wires, and nothing else. */
export function activate(): void {}
