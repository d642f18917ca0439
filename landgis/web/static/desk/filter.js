/**
 * One filter for map and table: whatever the form holds. The table is asked by htmx; the map gives the same query to the
 * parcels' tiles. Tiles that say `inside` of each feature need no more; for others the numbers are asked as well.
 */
import { desk } from "./map.js";
import { ask, told } from "./ask.js";
import { setInside, tilesTell } from "./parcels.js";
import { byId } from "./dom.js";

const NOT_FILTER = new Set(["run", "lang", "sort", "order", "page", "size", "around"]);
const form = byId("filter");

/** What is filtered by, as a query: without empty fields, in the order of the form. */
export function filterQuery() {
  const values = [...new FormData(form)].filter(([name, value]) => !NOT_FILTER.has(name) && String(value).trim());
  return new URLSearchParams(values);
}

let asked = 0;
let byTiles = null;

async function filterMap(url) {
  const query = filterQuery();
  const source = desk.parcelsLayer.getSource();
  const wanted = query.size && byTiles !== false ? `${url}?${query}` : url;
  if (source.getUrls()[0] !== wanted) source.setUrl(wanted);
  const turn = ++asked;
  if (!query.size || byTiles === true) setInside(null);
  else {
    const asking = new URLSearchParams(query);
    asking.set("run", desk.run);
    const ids = await told(ask("/data/ids", asking));
    if (!ids || turn !== asked) return;
    setInside(new Set(ids));
  }
  document.documentElement.dataset.inFilter = query.size ? byId("summary").dataset.count : "all";
  desk.emit("filter", query);
}

export function clearFilter() {
  form.reset();
  for (const box of form.querySelectorAll("input[type=checkbox]")) box.checked = false;
  for (const box of form.querySelectorAll('input[type=radio][value=""]')) box.checked = true;
  for (const field of form.querySelectorAll("select, input[type=search], input[type=text], input[type=number]")) field.value = "";
  form.dispatchEvent(new Event("change", { bubbles: true }));
}

export function wire(config) {
  desk.parcelsLayer.getSource().on("tileloadend", ({ tile }) => {
    const first = (tile.getFeatures() || [])[0];
    if (first && byTiles === null) byTiles = tilesTell(first);
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  byId("clear-filter")?.addEventListener("click", clearFilter);
  document.body.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id === "table") filterMap(config.parcels.url);
  });
  filterMap(config.parcels.url);
}
