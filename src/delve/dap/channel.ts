/**
 * One end of a DAP conversation: frames in, bytes out, over a socket or the two halves of stdio. Whoever writes faster
 * than the other end reads is paused, so nothing piles up here.
 */
import type { Readable, Writable } from "node:stream";
import { type Frame, FrameReader, frameOf, FramingError, MAX_BODY_BYTES, MAX_CLIENT_BODY_BYTES } from "./framing.js";

export interface ChannelListener {
  frame(frame: Frame): void;
  /** Once: the other end has closed, or what it sent cannot be read (`problem`). */
  end(problem: string | undefined): void;
}

export class Channel {
  readonly #input: Readable;
  readonly #output: Writable;
  readonly #reader: FrameReader;
  readonly #paused = new Set<Channel>();
  #listener: ChannelListener | undefined;
  #ended = false;

  /** `maxBodyBytes`: of the largest message that the other end may send. */
  constructor(input: Readable, output: Writable = input as Readable & Writable, maxBodyBytes = MAX_BODY_BYTES) {
    this.#reader = new FrameReader(maxBodyBytes);
    this.#input = input;
    this.#output = output;
    // Streams throw what nobody listens to, also after their end.
    input.on("error", (error) => this.#end(error.message));
    if (output !== (input as object)) output.on("error", (error) => this.#end(error.message));
  }

  get isEnded(): boolean {
    return this.#ended;
  }

  /** Starts to read; once. */
  listen(listener: ChannelListener): void {
    this.#listener = listener;
    this.#input.on("data", (chunk: Buffer) => this.#receive(chunk));
    this.#input.on("end", () => this.#end(this.#reader.isPartial ? "it ended within a message" : undefined));
    this.#input.on("close", () => this.#end(undefined));
    this.#output.on("drain", () => {
      for (const from of this.#paused) from.#input.resume();
      this.#paused.clear();
    });
    this.#input.resume(); // it may have been paused from its first byte on
  }

  /** Passes bytes on; `from`, where they came from, waits while this end is slow. */
  pass(bytes: Buffer, from?: Channel): void {
    if (this.#ended || this.#output.writableEnded) return;
    if (this.#output.write(bytes) || from === undefined) return;
    from.#input.pause();
    this.#paused.add(from);
  }

  send(message: object): void {
    this.pass(frameOf(message));
  }

  /** Nothing is read any more; what was written is still delivered. */
  close(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#listener = undefined;
    for (const from of this.#paused) from.#input.resume();
    this.#output.end(() => this.#input.destroy());
    // The other end may never read what is left.
    setTimeout(() => this.#input.destroy(), 1_000).unref();
  }

  #receive(chunk: Buffer): void {
    if (this.#ended) return;
    try {
      for (const frame of this.#reader.push(chunk)) this.#listener?.frame(frame);
      if (this.#reader.problem !== undefined) this.#end(this.#reader.problem.message);
    } catch (error) {
      if (!(error instanceof FramingError)) throw error;
      this.#end(error.message);
    }
  }

  #end(problem: string | undefined): void {
    if (this.#ended) return;
    this.#ended = true;
    for (const from of this.#paused) from.#input.resume();
    this.#input.destroy();
    this.#output.end();
    this.#listener?.end(problem);
  }
}

/** The end of a client, whose messages are no larger than what Delve takes. */
export function clientChannel(input: Readable, output: Writable = input as Readable & Writable): Channel {
  return new Channel(input, output, MAX_CLIENT_BODY_BYTES);
}
