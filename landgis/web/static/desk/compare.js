/**
 * Two states of one thing on the map: two releases of a layer, or two runs. Swiped by a divider, or in two maps that move
 * together and share a pointer; beside them the list of what differs, each with its place.
 */
import { desk } from "./map.js";
import { ask, told } from "./ask.js";
import { byId, make } from "./dom.js";
import { credit, creditSides, fullStyle, pictured, tree } from "./layers.js";
import { figure, part, word } from "./words.js";
import { second } from "./second_map.js";
import { swipe } from "./swipe.js";
import { outline } from "./symbols.js";

const AT_ONCE = 200;
let tiles;
let config;
let pair = null; // what is compared now: {before, after, end()}
let turn = 0;
const box = new ol.style.Style({ stroke: new ol.style.Stroke({ color: "#c2185b", width: 2.5, lineDash: [10, 4] }) });
let frame = null;

const RUNS = "";
const PICTURES = "*"; // no key of a layer

/** Fill the two pickers with the states of what is to be compared. */
async function offer() {
  const key = byId("compare-what").value;
  const mine = ++turn;
  const district = config.district;
  const states = key === PICTURES ? await grounds(district) : await told(key === RUNS ? ask("/data/runs", { district }) : ask("/data/editions", { layer: key, district }));
  if (!states || mine !== turn) return;
  const options = () => states.map((each) => {
    const badge = each.substitute && word("substitute_badge");
    return make("option", { value: each.name }, [each.title || each.name, each.day, badge].filter(Boolean).join(" · "));
  });
  byId("compare-before").replaceChildren(...options());
  byId("compare-after").replaceChildren(...options());
  byId("compare-before").selectedIndex = Math.min(1, states.length - 1);
  byId("compare-after").selectedIndex = states.length ? 0 : -1;
  const enough = states.length > 1;
  byId("compare-start").disabled = !enough;
  byId("compare-few").hidden = enough;
}

/** What can stand on one side against imagery: pictures, the newest day first, then every release of every layer. */
async function grounds(district) {
  const order = (one, other) => (other.day || "").localeCompare(one.day || ""); // what has no day comes last
  const pictures = [...config.basemaps].sort(order).map((entry) => ({
    name: entry.key, title: part(entry, "title"), day: entry.day || word("basemap_no_day"), substitute: entry.substitute,
  }));
  const layers = [...tree.values()].reverse().filter((held) => held.entry.release).map((held) => held.entry);
  const found = await Promise.all(layers.map((entry) => told(ask("/data/editions", { layer: entry.key, district }))));
  if (found.some((each) => !each)) return null; // it was told why
  return [...pictures, ...layers.flatMap((entry, place) => found[place].map((each) => ({
    ...each, name: `${entry.key}@${each.name}`, title: `${part(entry, "title")} ${each.name}`,
  })))];
}

const pictureOf = (name) => config.basemaps.find((entry) => entry.key === name);
const parted = (name) => [name.slice(0, name.indexOf("@")), name.slice(name.indexOf("@") + 1)];

const layerUrl = (key, name) => `/tiles/layers/${key}/${encodeURIComponent(name)}/{z}/{x}/{y}`;
const runUrl = (name) => `/tiles/parcels/${encodeURIComponent(name)}/{z}/{x}/{y}`;

function drawnState(key, name) {
  if (key === PICTURES) {
    const picture = pictureOf(name);
    if (!picture) return drawnState(...parted(name));
    const layer = pictured(picture.url, config.grid);
    layer.setZIndex(-1); // parcels and layers stay above
    return layer;
  }
  if (key === RUNS) {
    return new ol.layer.VectorTile({ source: tiles(runUrl(name)), style: desk.parcelsLayer.getStyle(), zIndex: 40 });
  }
  const { entry } = tree.get(key);
  const full = fullStyle(entry);
  const line = entry.above ? outline(entry.symbol) : [];
  // A square that sums up has no boundary to outline.
  const style = (feature, resolution) => (feature.get("layer") === key ? [full(feature, resolution), ...line] : full(feature, resolution));
  return new ol.layer.VectorTile({ source: tiles(layerUrl(key, name)), style, zIndex: entry.above ? 45 : 30 });
}

/** What is put aside while two states of it are compared. */
function original(key, names) {
  if (key === PICTURES) {
    // A picture that stays below would show through the transparent edge of the one compared.
    const layers = names.filter((name) => !pictureOf(name)).map((name) => parted(name)[0]);
    return [...tree].filter(([each, held]) => held.entry.picture || layers.includes(each)).flatMap(([, held]) => held.drawn);
  }
  return key === RUNS ? [desk.parcelsLayer] : tree.get(key).drawn;
}

function start() {
  end();
  const key = byId("compare-what").value;
  const before = byId("compare-before").value;
  const after = byId("compare-after").value;
  const way = document.querySelector("input[name=compare-way]:checked").value;
  if (before === after) {
    desk.say(word("compare_same"));
    return;
  }
  desk.say("");
  const hidden = original(key, [before, after]).map((layer) => [layer, layer.getVisible()]);
  hidden.forEach(([layer]) => layer.setVisible(false));
  const sides = [drawnState(key, before), drawnState(key, after)];
  const names = key === PICTURES ? [["before", before], ["after", after]].map(sideName) : [before, after];
  const shown = way === "swipe" ? swipe(sides, names) : second(sides, names);
  pair = {
    end() {
      shown.end();
      hidden.forEach(([layer, visible]) => layer.setVisible(visible));
    },
  };
  if (key === PICTURES) creditSides(word("compare_credit", { before: names[0], after: names[1] }));
  document.documentElement.dataset.comparing = way;
  byId("compare-end").hidden = false;
  if (key === PICTURES) turn += 1; // pictures have no list of changes
  else changes(key, before, after);
}

/** What is written of one side against imagery: the picture's credit, or title, release and day as its picker says. */
function sideName([side, name]) {
  const picture = pictureOf(name);
  return picture ? credit(picture) : byId(`compare-${side}`).selectedOptions[0].textContent;
}

function end() {
  if (!pair) return;
  pair.end();
  pair = null;
  creditSides("");
  delete document.documentElement.dataset.comparing;
  byId("compare-end").hidden = true;
  byId("changes").replaceChildren();
  point(null);
}

async function changes(key, before, after) {
  const mine = ++turn;
  byId("changes").replaceChildren(make("p", { class: "hint" }, word("loading")));
  const query = key === RUNS ? { before, after } : { layer: key, before, after };
  const found = await told(ask(key === RUNS ? "/data/changes/run" : "/data/changes/layer", query));
  if (mine !== turn) return;
  if (!found) {
    byId("changes").replaceChildren();
    return;
  }
  const counts = new Map();
  for (const row of found) counts.set(part(row, "text"), (counts.get(part(row, "text")) || 0) + 1);
  const count = figure(found.length);
  const summary = [...counts].map(([text, n]) => `${text} ${figure(n)}`).join(word("list_comma"));
  const said = found.length ? word("changes_summary", { count, summary }) : word("changes_count", { count });
  const list = make("ol", { class: "changes" });
  byId("changes").replaceChildren(make("p", { class: "said" }, said), list);
  more(list, found, 0);
  desk.tell(said);
}

/** List so many rows; the rest comes when it is asked for, and how many they are is said. */
function more(list, found, from) {
  list.append(...found.slice(from, from + AT_ONCE).map(changeRow));
  const left = found.length - from - AT_ONCE;
  if (left <= 0) return;
  const button = make("button", { type: "button", onclick: () => {
    button.parentElement.remove();
    more(list, found, from + AT_ONCE);
  } }, word("changes_more", { count: figure(left) }));
  list.append(make("li", {}, button));
}

function changeRow(row) {
  const area = row.area_after_m2 ?? row.area_before_m2;
  const small = [part(row, "text"), area === undefined || area === null ? "" : `${figure(area, 1)} ${word("unit_m2")}`].filter(Boolean).join(" · ");
  const button = make("button", { type: "button", "data-change": row.change, onclick: () => {
    for (const other of document.querySelectorAll("#changes button")) other.removeAttribute("aria-current");
    button.setAttribute("aria-current", "true");
    desk.fit(row.extent);
    point(row.extent);
  } }, make("b", {}, row.id), make("span", {}, small));
  return make("li", {}, button);
}

function point(extent) {
  if (frame) desk.sketch.removeFeature(frame);
  frame = null;
  if (!extent) return;
  const [west, south, east, north] = extent;
  const pad = Math.max(2, 0.05 * Math.max(east - west, north - south));
  frame = new ol.Feature(ol.geom.Polygon.fromExtent([west - pad, south - pad, east + pad, north + pad]));
  frame.setStyle(box);
  desk.sketch.addFeature(frame);
}

export function wire(map_config, make_tiles) {
  config = map_config;
  tiles = make_tiles;
  const what = byId("compare-what");
  what.append(make("option", { value: RUNS }, word("compare_runs")));
  if (config.basemaps.length) what.append(make("option", { value: PICTURES }, word("compare_pictures")));
  for (const { entry } of [...tree.values()].reverse()) {
    if (entry.release) what.append(make("option", { value: entry.key }, part(entry, "title")));
  }
  what.addEventListener("change", () => {
    end();
    offer();
  });
  byId("compare-start").addEventListener("click", start);
  byId("compare-end").addEventListener("click", end);
  byId("compare-swap").addEventListener("click", () => {
    const [before, after] = [byId("compare-before"), byId("compare-after")];
    [before.selectedIndex, after.selectedIndex] = [after.selectedIndex, before.selectedIndex];
    if (pair) start();
  });
  for (const way of document.querySelectorAll("input[name=compare-way]")) {
    way.addEventListener("change", () => pair && start());
  }
  let offered = false;
  desk.on("tab", (tab) => {
    if (tab === "compare" && !offered) {
      offered = true;
      offer();
    }
  });
}
