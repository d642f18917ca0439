/**
 * The layers of the map and their tree: switch, opacity, "only this", scale range. A layer of the tree is drawn by one or
 * more layers of the map (its ground; its outline over the parcels); `tree.get(key)` holds them all.
 */
import { CRS, desk, GEOGRAPHIC } from "./map.js";
import { cover, style, outline } from "./symbols.js";
import { byId, make } from "./dom.js";
import { ask, told } from "./ask.js";
import { part, word } from "./words.js";

const HATCH_BELOW_M_PER_PX = 6; // coarser than this a hatch turns into a grey
const OUTLINE_BELOW_M_PER_PX = 2;

/** key → {entry, drawn: [ol.layer], on, opacity (1–100)}; in the order of the ground, from below. */
export const tree = new Map();

/** Make the layers of the map. Returns those below the parcels and those above them. */
export function layersOf(config, tiles) {
  const below = [];
  const above = [];
  if (config.tianditu) below.push(...tianditu());
  for (const entry of config.basemaps) below.push(...basemap(entry, config.grid));
  for (const entry of config.layers) {
    const drawn = [];
    if (entry.url) {
      const source = tiles(entry.url);
      const reach = entry.coarsest_m_per_px ? { maxResolution: entry.coarsest_m_per_px } : {};
      drawn.push(new ol.layer.VectorTile({ source, visible: entry.visible, style: fullStyle(entry), ...reach }));
      below.push(drawn[0]);
      if (entry.above) {
        const line = outline(entry.symbol);
        drawn.push(new ol.layer.VectorTile({ source, visible: entry.visible, style: line, maxResolution: OUTLINE_BELOW_M_PER_PX, zIndex: 50 }));
        above.push(drawn[1]);
      }
      drawn.forEach((layer) => layer.set("key", entry.key));
    }
    tree.set(entry.key, { entry, drawn, on: Boolean(entry.url) && entry.visible, opacity: 100 });
  }
  return { below, above };
}

export function fullStyle(entry) {
  return (feature, resolution) => {
    const symbol = entry.classes[feature.get("class")] || entry.symbol;
    if (feature.get("layer") === `${entry.key}_cover`) return cover(symbol, feature.get("share"));
    return style(symbol, { detailed: resolution < HATCH_BELOW_M_PER_PX });
  };
}

/** 天地图 through our own server, which holds the key: pictures in degrees, warped into the working CRS by the map. */
function tianditu() {
  const resolutions = Array.from({ length: 19 }, (_none, zoom) => 360 / 256 / 2 ** zoom);
  const grid = new ol.tilegrid.TileGrid({ origin: [-180, 90], resolutions, tileSize: 256, minZoom: 1 });
  const drawn = ["vec", "cva"].map((name) => new ol.layer.Tile({
    visible: false,
    source: new ol.source.TileImage({
      projection: GEOGRAPHIC, tileGrid: grid,
      tileUrlFunction: ([z, x, y]) => `/basemap/tianditu/${name}/${z}/${x}/${y}`,
    }),
  }));
  drawn.forEach((layer) => layer.set("key", "tianditu"));
  tree.set("tianditu", { entry: { key: "tianditu", url: "/basemap/tianditu", coarsest_m_per_px: null, classes: {} }, drawn, on: false, opacity: 100 });
  return drawn;
}

/** A layer of the map that draws a local base map: pictures in the desk's own grid, warped by the server. */
export function pictured(url, grid) {
  const source = new ol.source.TileImage({
    projection: CRS, tileGrid: new ol.tilegrid.TileGrid({ origin: grid.origin, resolutions: grid.resolutions, tileSize: grid.tile_px }),
    tileUrlFunction: ([z, x, y]) => (x < 0 || y < 0 || x >= 2 ** z || y >= 2 ** z ? undefined : `${url}/4549/${z}/${x}/${y}`),
  });
  // A picture that does not come is told in words: an empty place would look like blank paper.
  let asked = false;
  source.on("tileloaderror", ({ tile }) => {
    if (asked) return; // once: its other tiles fail for the same reason
    asked = true;
    told(ask(source.getTileUrlFunction()(tile.getTileCoord())));
  });
  return new ol.layer.Tile({ source });
}

/** What the desk writes of a base map: title, day of the ground, source. */
export function credit(entry) {
  const said = [part(entry, "title"), entry.day || word("basemap_no_day"), entry.source];
  return [...said, entry.stale && word("stale_badge"), entry.substitute && word("substitute_badge")].filter(Boolean).join(" · ");
}

function basemap(entry, grid) {
  const layer = pictured(entry.url, grid);
  layer.setVisible(false);
  layer.set("key", entry.key);
  tree.set(entry.key, { entry: { ...entry, picture: true, coarsest_m_per_px: null, classes: {} }, drawn: [layer], on: false, opacity: 100 });
  return [layer];
}

/** The row of a base map in the tree; those of other layers come with the page. */
function basemapRow(entry) {
  const title = part(entry, "title");
  return make("li", { "data-key": entry.key, class: "off picture" },
    make("div", { class: "layer" }, make("label", {}, make("input", { type: "checkbox", "data-layer": entry.key }), make("span", {}, title))),
    make("label", { class: "opacity" }, make("span", {}, word("opacity")),
      make("input", { type: "range", min: 1, max: 100, value: 100, "aria-label": word("opacity_of", { title }), "aria-valuetext": "100 %" }),
      make("output", {}, "100 %")),
    make("small", {}, `${[entry.day || word("basemap_no_day"), entry.source].filter(Boolean).join(" · ")} `,
      entry.stale && make("em", { class: "badge alarm" }, word("stale_badge")),
      entry.substitute && make("em", { class: "badge" }, word("substitute_badge"))));
}

let sides = ""; // what is compared, while it is

/** Name the two sides of a comparison at the edge of the map instead of the pictures shown; "" ends it. */
export function creditSides(text) {
  sides = text;
  credits();
}

/** Name the pictures that are shown, at the edge of the map. */
function credits() {
  const shown = [...tree.values()].filter((held) => held.on && held.entry.picture).map((held) => credit(held.entry));
  const line = byId("basemap-credit");
  line.textContent = sides || shown.join("；");
  line.hidden = line.textContent === "";
}

/** Show a layer of the tree or not. */
export function switchLayer(key, on) {
  const held = tree.get(key);
  if (!held || held.drawn.length === 0) return false;
  held.on = on;
  held.drawn.forEach((layer) => layer.setVisible(on));
  const box = boxOf(key);
  if (box) box.checked = on;
  rowOf(key)?.classList.toggle("off", !on);
  if (held.entry.picture) credits();
  desk.emit("state");
  return true;
}

/** Draw a layer with 1–100 % of its strength. */
export function fade(key, percent) {
  const held = tree.get(key);
  if (!held) return;
  held.opacity = Math.min(100, Math.max(1, Math.round(percent)));
  held.drawn.forEach((layer) => layer.setOpacity(held.opacity / 100));
  const slider = rowOf(key)?.querySelector("input[type=range]");
  if (slider) {
    slider.value = held.opacity;
    slider.setAttribute("aria-valuetext", `${held.opacity} %`);
    slider.nextElementSibling.textContent = `${held.opacity} %`;
  }
  desk.emit("state");
}

let before = null; // what was shown before "only this"

/** Show nothing but one layer and the parcels; once more: what was shown before. */
export function only(key) {
  if (before && before.key === key) {
    for (const [other, on] of before.shown) switchLayer(other, on);
    before = null;
  } else {
    const shown = before ? before.shown : [...tree].map(([other, held]) => [other, held.on]);
    for (const other of tree.keys()) switchLayer(other, other === key);
    before = { key, shown };
  }
  for (const button of document.querySelectorAll("#layers .only")) {
    button.setAttribute("aria-pressed", String(Boolean(before) && button.closest("[data-key]").dataset.key === before.key));
  }
}

/** Releases drawn now, the topmost first: what can be identified. */
export function shownEditions() {
  const resolution = desk.map.getView().getResolution();
  return [...tree.values()].reverse()
    .filter((held) => held.on && held.entry.release && inRange(held.entry, resolution))
    .map((held) => `${held.entry.key}@${held.entry.release}`);
}

const rowOf = (key) => document.querySelector(`#layers [data-key="${CSS.escape(key)}"]`);
const boxOf = (key) => document.querySelector(`#layers input[data-layer="${CSS.escape(key)}"]`);
const inRange = (entry, resolution) => !entry.coarsest_m_per_px || resolution < entry.coarsest_m_per_px;

/** Wire the tree that the page came with. */
export function wire(config) {
  const list = byId("layers");
  if (config.tianditu) byId("tianditu").hidden = false;
  byId("tianditu")?.before(...config.basemaps.map(basemapRow));
  list.addEventListener("change", (event) => {
    if (event.target.dataset.layer) switchLayer(event.target.dataset.layer, event.target.checked);
  });
  list.addEventListener("input", (event) => {
    if (event.target.type === "range") fade(event.target.closest("[data-key]").dataset.key, Number(event.target.value));
  });
  list.addEventListener("click", (event) => {
    if (event.target.closest(".only")) only(event.target.closest("[data-key]").dataset.key);
  });
  desk.map.getView().on("change:resolution", ranges);
  ranges();
}

/** Grey what the scale does not show. */
function ranges() {
  const resolution = desk.map.getView().getResolution();
  for (const [key, held] of tree) {
    const row = rowOf(key);
    if (!row) continue;
    const out = !inRange(held.entry, resolution);
    row.classList.toggle("out-of-range", out);
    const note = row.querySelector(".range");
    if (note) note.hidden = !out;
  }
}

/** Say of a layer that an address names and this map has not: gone, or not for this viewer; nothing more is known. */
export function missing(key) {
  const list = byId("missing-layers");
  list.append(make("li", { class: "absent", "data-missing": key }, word("layer_missing", { key })));
  list.closest("section").hidden = false;
}
