/**
 * One end of a DAP conversation: frames in, bytes out, over a socket or the two halves of stdio. A writer that is faster
 * than the other end reads is paused, so nothing piles up here.
 */
import type { Readable, Writable } from "node:stream";
import {
  type Frame,
  FrameReader,
  frameOf,
  FramingError,
  MAX_BODY_BYTES,
  MAX_CLIENT_BODY_BYTES,
  numbered,
} from "./framing.js";

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
  /** Undefined where messages keep the numbers that they have. */
  #nextSeq: number | undefined;
  #listener: ChannelListener | undefined;
  #ended = false;

  /**
   * `maxBodyBytes`: of the largest message that the other end may send. `counts`: all that it gets has numbers from 1 on,
   * its writer.
   */
  constructor(
    input: Readable,
    output: Writable = input as Readable & Writable,
    { maxBodyBytes = MAX_BODY_BYTES, counts = false } = {},
  ) {
    if (counts) this.#nextSeq = 1;
    this.#reader = new FrameReader(maxBodyBytes);
    this.#input = input;
    this.#output = output;
    // Streams throw errors that have no listener, also after their end.
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

  /** Passes a frame on, with the next number where this end counts. */
  passFrame(frame: Frame, from?: Channel): void {
    const renumbered = this.#nextSeq === undefined ? undefined : numbered(frame, this.#nextSeq);
    if (renumbered === undefined || this.#nextSeq === undefined) return this.pass(frame.bytes, from);
    this.#nextSeq++;
    const [header, rest] = renumbered;
    if (rest.length <= MAX_COPIED) return this.pass(Buffer.concat([header, rest]), from);
    this.pass(header);
    this.pass(rest, from);
  }

  /** Returns the message's number: its own, or the next where this end counts. */
  send(message: object): number {
    const seq = this.#nextSeq === undefined ? Number((message as { seq?: number }).seq ?? 0) : this.#nextSeq++;
    this.pass(frameOf(this.#nextSeq === undefined ? message : { ...message, seq }));
    return seq;
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

/** Beyond it a frame goes in two pieces: cheaper than to copy it. */
const MAX_COPIED = 1 << 16;

/** The end of a client, whose messages are no larger than what Delve takes, and which is told messages in one sequence. */
export function clientChannel(input: Readable, output: Writable = input as Readable & Writable): Channel {
  return new Channel(input, output, { maxBodyBytes: MAX_CLIENT_BODY_BYTES, counts: true });
}
