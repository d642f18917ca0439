/** Short-cuts of single keys, listed in the help; they can be switched off there (WCAG 2.1.4), and rest while one types. */
import { desk } from "./map.js";
import { byId } from "./dom.js";

const KEPT = "landgis-keys";
const FIELDS = "input, select, textarea, [contenteditable]";

const ACTIONS = {
  "?": () => help(),
  "/": () => byId("search").focus(),
  f: () => byId("filter").querySelector("input:not([type=hidden]), select").focus(),
  t: () => (document.querySelector("#table tr.chosen .pick") || document.querySelector("#table .pick"))?.focus(),
  m: () => byId("map").focus(),
  l: () => byId("layers").querySelector("input:not([disabled])").focus(),
  p: () => byId("tabs").querySelector("[aria-selected=true]").focus(),
  i: () => byId("tool-identify").click(),
  d: () => byId("tool-measure").click(),
  r: () => byId("tool-print").click(),
  0: () => desk.fit(desk.home),
};

function help() {
  byId("help").showModal();
}

const on = () => localStorage.getItem(KEPT) !== "off";

export function wire() {
  const box = byId("keys-on");
  box.checked = on();
  box.addEventListener("change", () => localStorage.setItem(KEPT, box.checked ? "on" : "off"));
  byId("help-open").addEventListener("click", help);
  byId("help-close").addEventListener("click", () => byId("help").close());
  byId("trouble-close").addEventListener("click", () => desk.say(""));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !byId("help").open) {
      if (desk.tool) desk.take("");
      desk.say("");
      return;
    }
    if (!on() || event.ctrlKey || event.altKey || event.metaKey || byId("help").open || event.target.closest(FIELDS)) return;
    const action = ACTIONS[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });
}
