/**
 * What is looked at stands in the address, so that it can be sent on and survives a reload. The query holds what the
 * server must know: run (the version of the data), language, filter, parcel. What only the map knows stands after the #:
 * at=EAST,NORTH,RESOLUTION & layers=KEY,KEY:OPACITY & tab=NAME.
 */
import { desk } from "./map.js";
import { filterQuery } from "./filter.js";
import { fade, missing, switchLayer, tree } from "./layers.js";
import { byId } from "./dom.js";

let tab = "card";
let restored = false;

/** The address of what is looked at: "?…#…". */
export function state() {
  const query = filterQuery();
  query.set("run", desk.run);
  query.set("lang", desk.lang);
  if (desk.chosen) query.set("parcel", desk.chosen);
  return `?${query}#${fragment()}`;
}

function fragment() {
  const view = desk.map.getView();
  const [east, north] = view.getCenter();
  const layers = [...tree].filter(([, held]) => held.on)
    .map(([key, held]) => (held.opacity === 100 ? key : `${key}:${held.opacity}`));
  const parts = [
    `at=${east.toFixed(2)},${north.toFixed(2)},${Number(view.getResolution().toPrecision(6))}`,
    `layers=${layers.map(encodeURIComponent).join(",").replaceAll("%3A", ":")}`,
  ];
  if (tab !== "card") parts.push(`tab=${tab}`);
  return parts.join("&");
}

/** Take up what the address says of the map. Returns whether it says where to look, and which tab is open. */
export function restore() {
  const told = new URLSearchParams(location.hash.slice(1));
  const at = (told.get("at") || "").split(",").map(Number);
  const view = desk.map.getView();
  const placed = at.length === 3 && at.every(Number.isFinite) && at[2] > 0;
  if (placed) {
    view.setCenter([at[0], at[1]]);
    view.setResolution(at[2]);
  }
  if (told.has("layers")) {
    const wanted = new Map(told.get("layers").split(",").filter(Boolean).map((text) => text.split(":")).map(([key, faded]) => [key, Number(faded || 100)]));
    for (const key of tree.keys()) {
      switchLayer(key, wanted.has(key));
      if (wanted.has(key) && wanted.get(key) !== 100 && Number.isFinite(wanted.get(key))) fade(key, wanted.get(key));
    }
    for (const key of wanted.keys()) if (!tree.get(key)?.drawn.length) missing(key);
  }
  if (told.has("tab")) desk.show(told.get("tab"));
  restored = true;
  return { placed, tabbed: told.has("tab") };
}

let waiting = 0;

function remember() {
  if (!restored) return;
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    const address = state();
    history.replaceState(null, "", location.pathname + address);
    const [query, hash] = address.split("#");
    const other = new URLSearchParams(query);
    other.set("lang", desk.lang === "zh" ? "en" : "zh");
    byId("language").href = `${location.pathname}?${other}#${hash}`;
  }, 120);
}

export function wire() {
  desk.on("state", remember);
  desk.on("filter", remember);
  desk.on("tab", (name) => {
    tab = name;
    remember();
  });
}
