/** "github.com/acme/shop/orders.(*Pricer).compute" as a frame has room for it: "orders.(*Pricer).compute". */
export function shortFunction(name: string): string {
  // Type arguments may hold import paths of their own.
  const bracket = name.indexOf("[");
  const end = bracket < 0 ? name.length : bracket;
  return name.slice(name.lastIndexOf("/", end) + 1);
}
