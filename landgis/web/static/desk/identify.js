/** What lies under a point: every feature of every layer shown, told by the server; choosing one shows it on the map. */
import { desk } from "./map.js";
import { ask, told } from "./ask.js";
import { byId, make } from "./dom.js";
import { shownEditions } from "./layers.js";
import { figure, part, word } from "./words.js";

const TOOL = "identify";
const TOLERANCE_PX = 4;
const FOUND = [
  new ol.style.Style({ stroke: new ol.style.Stroke({ color: "#ffffff", width: 6 }) }),
  new ol.style.Style({ stroke: new ol.style.Stroke({ color: "#c2185b", width: 3, lineDash: [10, 4] }), fill: new ol.style.Fill({ color: "rgba(194, 24, 91, 0.10)" }) }),
];
let marks = [];
let turn = 0;

function forget() {
  marks.forEach((mark) => desk.sketch.removeFeature(mark));
  marks = [];
}

function mark(geometry, style) {
  const feature = new ol.Feature(geometry);
  if (style) feature.setStyle(style);
  desk.sketch.addFeature(feature);
  marks.push(feature);
}

function pick(group, item, at, button) {
  forget();
  mark(new ol.geom.Point(at));
  const geometry = new ol.format.GeoJSON().readGeometry(item.outline);
  mark(geometry, FOUND);
  for (const other of document.querySelectorAll("#identified button")) other.setAttribute("aria-pressed", String(other === button));
  if (!ol.extent.intersects(desk.map.getView().calculateExtent(), geometry.getExtent())) desk.fit(geometry.getExtent());
  desk.tell(`${part(group, "title")} ${item.id}`);
  if (group.key === "parcels") byId("identify-open").hidden = false;
  else byId("identify-open").hidden = true;
  byId("identify-open").dataset.parcel = group.key === "parcels" ? item.id : "";
}

function listed(group, at) {
  const dated = [group.release, group.currency].filter(Boolean).join(" · ");
  const rows = group.items.map((item) => {
    const near = item.distance_m > 0 ? word("identify_near", { metres: figure(item.distance_m, 1) }) : "";
    const button = make("button", { type: "button", "aria-pressed": "false", onclick: () => pick(group, item, at, button) },
      make("b", {}, item.id), make("span", {}, [part(item, "text"), near].filter(Boolean).join(" · ")));
    return make("li", {}, button);
  });
  return make("section", { "data-group": group.key },
    make("h3", {}, part(group, "title"), make("i", {}, word("identify_items", { count: figure(group.items.length) }))),
    make("p", { class: "quiet" }, dated, group.substitute && make("em", { class: "badge" }, word("substitute_badge"))),
    make("ul", {}, ...rows));
}

/** Ask what lies at a point, and list it. */
export async function identify(at) {
  desk.show("identify");
  const mine = ++turn;
  const query = new URLSearchParams({
    run: desk.run, east: at[0].toFixed(3), north: at[1].toFixed(3),
    tolerance: Math.min(1000, desk.map.getView().getResolution() * TOLERANCE_PX).toFixed(3),
  });
  for (const edition of shownEditions()) query.append("layer", edition);
  const groups = await told(ask("/data/identify", query));
  if (!groups || mine !== turn) return;
  forget();
  mark(new ol.geom.Point(at));
  byId("identify-open").hidden = true;
  const count = groups.reduce((sum, group) => sum + group.items.length, 0);
  const summary = count ? word("identify_found", { count, east: at[0].toFixed(1), north: at[1].toFixed(1) }) : word("identify_nothing");
  byId("identified").replaceChildren(
    make("p", { class: "said" }, summary), make("p", { class: "generalised-note" }, word("identify_generalised")), ...groups.map((group) => listed(group, at)),
  );
  desk.tell(summary);
}

export function wire() {
  byId("tool-identify").addEventListener("click", () => desk.take(desk.tool === TOOL ? "" : TOOL));
  byId("identify-centre").addEventListener("click", () => identify(desk.map.getView().getCenter()));
  byId("identify-open").addEventListener("click", (event) => desk.choose(event.target.dataset.parcel, { findRow: true }));
  desk.on("click", ({ coordinate, tool }) => {
    if (tool === TOOL) identify(coordinate);
  });
  desk.on("tool", (tool) => {
    byId("tool-identify").setAttribute("aria-pressed", String(tool === TOOL));
    if (tool === TOOL) desk.show("identify");
    else forget();
  });
}
