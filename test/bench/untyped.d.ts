// Packages without types of their own.
declare module "pbf/compile" {
  export function compile(schema: unknown): { readonly readProfile: (reader: object) => unknown };
}
declare module "resolve-protobuf-schema" {
  const schemas: { sync(file: string): unknown };
  export default schemas;
}
