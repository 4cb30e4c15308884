/** What any process between an editor and Delve costs at least: bytes copied both ways, nothing read. */
import { connect, createServer } from "node:net";

const far = { host: "127.0.0.1", port: Number(process.argv[2]), noDelay: true };
const server = createServer({ noDelay: true }, (near) => {
  const delve = connect(far);
  near.on("data", (bytes) => delve.write(bytes)).on("error", () => delve.destroy());
  delve.on("data", (bytes) => near.write(bytes)).on("error", () => near.destroy());
});
server.listen(0, "127.0.0.1", () => console.log(`listening at: 127.0.0.1:${server.address().port}`));
