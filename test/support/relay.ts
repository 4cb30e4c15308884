/** A relay before something that listens, whose connections a test can cut one by one. */
import { connect, createServer, type Socket } from "node:net";
import { onTestFinished } from "vitest";

interface Connection {
  readonly cut: () => void;
}

export interface Relay {
  readonly port: number;
  /** Both ends of each connection so far, in the order in which they came. */
  readonly connections: readonly Connection[];
  /** From now on nobody is let through. */
  refuse(): void;
}

export async function relayTo(target: { readonly host: string; readonly port: number }): Promise<Relay> {
  const connections: Connection[] = [];
  let isOpen = true;
  const server = createServer({ noDelay: true }, (near: Socket) => {
    near.on("error", () => {});
    if (!isOpen) return void near.destroy();
    const far = connect({ ...target, noDelay: true });
    far.on("error", () => near.destroy());
    near.pipe(far).pipe(near);
    near.on("close", () => far.destroy());
    connections.push({ cut: () => near.destroy() });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => {
    for (const { cut } of connections) cut();
    server.close();
  });
  const { port } = server.address() as { port: number };
  return { port, connections, refuse: () => (isOpen = false) };
}
