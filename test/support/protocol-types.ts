/**
 * The types of the Debug Adapter Protocol, as `@vscode/debugprotocol` has them (generated from the protocol's own
 * schema), to hold messages against while tests run. As in the schema, fields that a type does not name are allowed.
 */
import { readFileSync } from "node:fs";
import ts from "typescript";

const FILE = "node_modules/@vscode/debugprotocol/lib/debugProtocol.d.ts";

/** What is wrong with a message that a client gets, by the type of its name; undefined when it is as the protocol has it. */
export function misfit(message: object): string | undefined {
  return misfitOfType(message, nameOfType(message), "");
}

const PLAIN_TYPES: ReadonlyMap<ts.SyntaxKind, string> = new Map([
  [ts.SyntaxKind.StringKeyword, "string"],
  [ts.SyntaxKind.BooleanKeyword, "boolean"],
  [ts.SyntaxKind.NumberKeyword, "number"],
]);

type Declaration = ts.InterfaceDeclaration | ts.TypeAliasDeclaration;

let declared: ReadonlyMap<string, Declaration> | undefined;

function declarations(): ReadonlyMap<string, Declaration> {
  if (declared !== undefined) return declared;
  const found = new Map<string, Declaration>();
  const visit = (node: ts.Node): void => {
    if (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) found.set(node.name.text, node);
    else ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(FILE, readFileSync(FILE, "utf8"), ts.ScriptTarget.Latest));
  return (declared = found);
}

/** "stopped" is a StoppedEvent, an answer that failed an ErrorResponse, and what is not the protocol's own an Event. */
function nameOfType(message: object): string {
  const { type, event, command, success } = message as Readonly<Record<string, unknown>>;
  if (type === "response" && success === false) return "ErrorResponse";
  const kind = type === "event" ? "Event" : type === "response" ? "Response" : "Request";
  const name = String(type === "event" ? event : command);
  const own = name.charAt(0).toUpperCase() + name.slice(1) + kind;
  return declarations().has(own) ? own : kind;
}

function misfitOfType(value: unknown, name: string, at: string): string | undefined {
  const type = declarations().get(name);
  if (type === undefined) throw new Error(`the protocol has no type ${name}`);
  if (ts.isTypeAliasDeclaration(type)) return misfitOf(value, type.type, at);
  const base = type.heritageClauses?.flatMap(({ types }) => types.map(({ expression }) => expression)) ?? [];
  return (
    first(base, (one) => misfitOfType(value, (one as ts.Identifier).text, at)) ??
    misfitOfFields(value, type.members, at)
  );
}

function misfitOfFields(value: unknown, members: readonly ts.TypeElement[], at: string): string | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return wrong(value, at, "an object");
  const fields = value as Readonly<Record<string, unknown>>;
  return first(members, (member) => {
    if (ts.isIndexSignatureDeclaration(member)) {
      return first(Object.entries(fields), ([name, one]) => misfitOf(one, member.type, `${at}.${name}`));
    }
    if (!ts.isPropertySignature(member) || member.type === undefined) throw new Error(`${at}: ${member.kind}`);
    const name = (member.name as ts.Identifier).text;
    if (fields[name] === undefined && member.questionToken !== undefined) return undefined;
    return misfitOf(fields[name], member.type, `${at}.${name}`);
  });
}

function misfitOf(value: unknown, type: ts.TypeNode, at: string): string | undefined {
  if (type.kind === ts.SyntaxKind.AnyKeyword) return undefined;
  if (type.kind === ts.SyntaxKind.ObjectKeyword) return misfitOfFields(value, [], at);
  const plain = PLAIN_TYPES.get(type.kind);
  if (plain !== undefined) return typeof value === plain ? undefined : wrong(value, at, `a ${plain}`);
  if (ts.isTypeReferenceNode(type)) return misfitOfType(value, (type.typeName as ts.Identifier).text, at);
  if (ts.isTypeLiteralNode(type)) return misfitOfFields(value, type.members, at);
  if (ts.isArrayTypeNode(type)) {
    if (!Array.isArray(value)) return wrong(value, at, "a list");
    return first(value, (one, i) => misfitOf(one, type.elementType, `${at}[${i}]`));
  }
  if (ts.isUnionTypeNode(type)) {
    const misfits = type.types.map((one) => misfitOf(value, one, at));
    // The last is the widest: of names and "or any other string", the string.
    return misfits.includes(undefined) ? undefined : misfits.at(-1);
  }
  if (ts.isParenthesizedTypeNode(type)) return misfitOf(value, type.type, at);
  if (ts.isLiteralTypeNode(type)) {
    const wanted = ts.isStringLiteral(type.literal) ? type.literal.text : null;
    return value === wanted ? undefined : wrong(value, at, JSON.stringify(wanted));
  }
  throw new Error(`${at}: a type of kind ${ts.SyntaxKind[type.kind]}, which is not read yet`);
}

function wrong(value: unknown, at: string, wanted: string): string {
  return `${at === "" ? "it" : at.slice(1)} is ${JSON.stringify(value)}, not ${wanted}`;
}

function first<T>(list: readonly T[], look: (one: T, at: number) => string | undefined): string | undefined {
  for (const [at, one] of list.entries()) {
    const found = look(one, at);
    if (found !== undefined) return found;
  }
  return undefined;
}
