/** The Live view's page: wires it to the editor. */
import { element } from "../page/element.js";
import { followTheme, onThemeChange } from "../page/theme.js";
import { liveHost } from "./live-host.js";
import { LivePage } from "./live-page.js";
import "../style.css";
import "./live.css";

followTheme();
const host = liveHost();
const root = element("main", { class: "live", "data-vscode-context": '{"preventDefaultContextMenuItems":true}' });
document.body.append(root);
const page = new LivePage(root, host);
onThemeChange(() => page.drawAgain());
host.onMessage((message) => page.take(message));
host.send({ type: "ready" });
