/** "github.com/acme/shop/orders.(*Pricer).compute" as a frame has room for it: "orders.(*Pricer).compute". */
export function shortName(functionName: string): string {
  // Type arguments may hold import paths of their own.
  const bracket = functionName.indexOf("[");
  const end = bracket < 0 ? functionName.length : bracket;
  return functionName.slice(functionName.lastIndexOf("/", end) + 1);
}
