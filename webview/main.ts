/** The viewer's page: wires the views to the worker and to whoever shows the page. */
import { DATA_BLOCK, type PageData } from "../src/core/views/page.js";
import { startAsking } from "./page/worker-client.js";
import { element } from "./page/element.js";
import { findHost } from "./page/host.js";
import { followTheme } from "./page/theme.js";
import { createViewer } from "./page/viewer.js";
import "./timeline/timeline.css";
import "./style.css"; // last: it overrules the style that comes with d3-flame-graph

followTheme();
const host = findHost();
const root = element("main", { class: "app", "data-vscode-context": '{"preventDefaultContextMenuItems":true}' });
document.body.append(root);
const viewer = createViewer(
  root,
  host,
  startAsking((message) => host.send({ type: "log", message })),
);
const data = JSON.parse(document.getElementById(DATA_BLOCK)!.textContent) as PageData;

if (data.profiles.length > 0 || data.diagnosis || !host.isEditor) {
  viewer.take({
    type: "show",
    profiles: data.profiles.map(({ name, base64 }) => ({ name, bytes: bytesOf(base64) })),
    ...(data.diagnosis && { diagnosis: data.diagnosis }),
    ...(data.view !== undefined && host.state === undefined && { view: data.view }),
  });
} else {
  host.onMessage((message) => viewer.take(message));
  host.send({ type: "ready" });
}

function bytesOf(base64: string): Uint8Array {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}
