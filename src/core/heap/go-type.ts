/**
 * Types of Go as far as they say what a pointer in a value points to. Parts are functions: types refer to each other in
 * cycles, and a program has many thousands of them.
 */

export interface GoField {
  readonly name: string;
  readonly offset: number;
  readonly type: () => GoType | undefined;
}

interface Named {
  /** As Go prints it: "map[string]*main.item". */
  readonly name: string;
  /** In bytes. */
  readonly size: number;
}

export type GoType = Named &
  (
    | { readonly kind: "struct"; readonly fields: () => readonly GoField[] }
    | { readonly kind: "array"; readonly element: () => GoType | undefined; readonly count: number }
    | { readonly kind: "pointer" | "slice" | "channel"; readonly element: () => GoType | undefined }
    | {
        readonly kind: "map";
        readonly key: () => GoType | undefined;
        readonly value: () => GoType | undefined;
        readonly group: () => GoType | undefined;
      }
    | { readonly kind: "interface"; readonly isEmpty: boolean }
    | { readonly kind: "string" | "function" | "unsafe" | "plain" }
  );

/** Where in a value a word lies: the names on the way, the innermost value that is no struct and no array. */
export interface InnerPlace {
  readonly steps: readonly Step[];
  readonly type: GoType;
  /** Bytes from the beginning of that value to the word. */
  readonly offset: number;
}

export interface Step {
  /** The name of a field, or one of the marks below. */
  readonly name: string;
  readonly type?: string;
}

/** An element of an array, slice, channel or map, whichever. */
export const ELEMENT = "[…]";
export const MAP_KEY = "[key]";

/** What these types are made of is nobody's business but their own. */
const HIDES_FIELDS =
  /^((internal\/)?sync\.|(sync\/)?atomic\.|(container\/)?(list|ring)\.(List|Element|Ring)\b|bytes\.Buffer|strings\.Builder)/;
const MAX_DEPTH = 100;

export function innerPlace(type: GoType, offset: number): InnerPlace | undefined {
  const steps: Step[] = [];
  let isHidden = false;
  for (let depth = 0; depth < MAX_DEPTH; depth++) {
    if (type.kind === "struct") {
      const field = fieldAt(type.fields(), offset);
      const fieldType = field?.type();
      if (field === undefined || fieldType === undefined) return undefined;
      isHidden ||= HIDES_FIELDS.test(type.name);
      if (field.name !== "" && !isHidden) steps.push({ name: field.name, type: fieldType.name });
      offset -= field.offset;
      type = fieldType;
    } else if (type.kind === "array") {
      const element = type.element();
      if (element === undefined || element.size === 0) return undefined;
      if (!isHidden) steps.push({ name: ELEMENT, type: element.name });
      offset %= element.size;
      type = element;
    } else {
      return offset < Math.max(8, type.size) ? { steps, type, offset } : undefined;
    }
  }
  return undefined;
}

/** The last one that begins at or before the offset, and reaches over it. */
function fieldAt(fields: readonly GoField[], offset: number): GoField | undefined {
  let found: GoField | undefined;
  for (const field of fields) {
    if (field.offset > offset) break;
    const isEmpty = field.offset < offset && field.type()?.size === 0;
    if (!isEmpty) found = field;
  }
  return found;
}
