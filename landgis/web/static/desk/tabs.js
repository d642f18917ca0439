/** Tabs of the side panel (ARIA tabs): arrows go from tab to tab, Home and End to the ends; the panel follows. */
import { desk } from "./map.js";
import { byId } from "./dom.js";

export function wire() {
  const list = byId("tabs");
  const tabs = [...list.querySelectorAll("[role=tab]")];
  const name = (tab) => tab.id.replace("tab-", "");

  function open(tab) {
    if (tab.getAttribute("aria-selected") === "true") return;
    for (const each of tabs) {
      const chosen = each === tab;
      each.setAttribute("aria-selected", String(chosen));
      each.tabIndex = chosen ? 0 : -1;
      byId(`panel-${name(each)}`).hidden = !chosen;
    }
    desk.emit("tab", name(tab));
  }

  list.addEventListener("click", (event) => {
    const tab = event.target.closest("[role=tab]");
    if (tab) open(tab);
  });
  list.addEventListener("keydown", (event) => {
    const now = tabs.indexOf(document.activeElement);
    const to = { ArrowRight: now + 1, ArrowLeft: now - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (to === undefined || now < 0) return;
    const tab = tabs[(to + tabs.length) % tabs.length];
    tab.focus();
    open(tab);
    event.preventDefault();
  });
}
