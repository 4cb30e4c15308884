/**
 * Protocol Buffers by hand, to write profiles as no library would: `message(varint(1, 5), bytes(2, "x"), …)`.
 */

/** A varint of any 64-bit number; `size` pads it with needless bytes. */
export function rawVarint(value: number | bigint, size = 1): number[] {
  let rest = BigInt.asUintN(64, BigInt(value));
  const out: number[] = [];
  do {
    out.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  } while (rest > 0n || out.length < size);
  out[out.length - 1] &= 0x7f;
  return out;
}

export const varint = (field: number, value: number | bigint): number[] => [
  ...rawVarint(field * 8),
  ...rawVarint(value),
];

export function bytes(field: number, payload: string | readonly number[]): number[] {
  const data = typeof payload === "string" ? [...new TextEncoder().encode(payload)] : payload;
  return [...rawVarint(field * 8 + 2), ...rawVarint(data.length), ...data];
}

export const packed = (field: number, values: readonly (number | bigint)[]): number[] =>
  bytes(
    field,
    values.flatMap((value) => rawVarint(value)),
  );

export const fixed32 = (field: number): number[] => [...rawVarint(field * 8 + 5), 1, 2, 3, 4];
export const fixed64 = (field: number): number[] => [...rawVarint(field * 8 + 1), 1, 2, 3, 4, 5, 6, 7, 8];

/** Parts after each other: a message, or fields of one. */
export const message = (...parts: readonly (readonly number[])[]): Uint8Array => Uint8Array.from(parts.flat());
