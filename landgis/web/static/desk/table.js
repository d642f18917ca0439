/** The table under the map: its rows choose a parcel, and the chosen one is marked and found. */
import { desk } from "./map.js";
import { filterQuery } from "./filter.js";
import { byId } from "./dom.js";

const rowOf = (parcel) => document.querySelector(`#table tr[data-parcel="${CSS.escape(parcel)}"]`);

function mark() {
  for (const row of document.querySelectorAll("#table tr[data-parcel]")) {
    const chosen = row.dataset.parcel === desk.chosen;
    row.classList.toggle("chosen", chosen);
    if (chosen) row.setAttribute("aria-current", "true");
    else row.removeAttribute("aria-current");
  }
}

/** Ask for the table again, e.g. for the page around a parcel. */
export function refreshTable(values = {}) {
  const form = new FormData(byId("filter"));
  const query = filterQuery();
  for (const name of ["sort", "order"]) if (form.get(name)) query.set(name, form.get(name));
  query.set("run", desk.run);
  query.set("lang", desk.lang);
  for (const [name, value] of Object.entries(values)) query.set(name, value);
  return htmx.ajax("GET", `/parcels?${query}`, { source: "#table", target: "#table", swap: "innerHTML" });
}

export function wire() {
  byId("table").addEventListener("click", (event) => {
    if (event.target.id === "zoom-filter") {
      const extent = byId("summary").dataset.extent;
      if (extent) desk.fit(extent.split(",").map(Number));
    }
    const row = event.target.closest("tr[data-parcel]");
    if (row) desk.choose(row.dataset.parcel, { zoom: true });
  });
  // Up and down go from row to row; Enter on the number chooses, as on every button.
  byId("table").addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || !event.target.classList.contains("pick")) return;
    const picks = [...document.querySelectorAll("#table .pick")];
    picks[picks.indexOf(event.target) + step]?.focus();
    event.preventDefault();
  });
  desk.on("choose", ({ parcel, findRow }) => {
    mark();
    const row = rowOf(parcel);
    if (findRow && !row) refreshTable({ around: parcel });
    else if (findRow) row.scrollIntoView({ block: "nearest" });
  });
  document.body.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id !== "table") return;
    mark();
    desk.emit("state");
    if (desk.chosen) rowOf(desk.chosen)?.scrollIntoView({ block: "nearest" });
  });
}
