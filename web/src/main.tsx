/* SPDX-License-Identifier: AGPL-3.0-or-later */
import { render } from "preact";
import { startLanguage } from "./i18n";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/ui.css";
import { App } from "./view/App";

const root = document.getElementById("app");
if (root) void startLanguage().then(() => render(<App />, root));
