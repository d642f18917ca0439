// A release under review: where its issues, repairs and changes lie; publishing; accepting repairs.

import { ask, complain, dialog, el, say, send, t } from "../boards/talk.js";

const page = document.getElementById("release");
const path = `/data/releases/${encodeURIComponent(page.dataset.layer)}/${encodeURIComponent(page.dataset.name)}`;
const fill = (color) => new ol.style.Fill({ color });
const stroke = (color, width, lineDash) => new ol.style.Stroke({ color, width, lineDash });
const STYLES = {
  added: [new ol.style.Style({ stroke: stroke("#00674b", 1.5), fill: fill("rgba(0, 158, 115, 0.4)") })],
  removed: [new ol.style.Style({ stroke: stroke("#a33b00", 1.5, [6, 4]), fill: fill("rgba(213, 94, 0, 0.2)") })],
  parcels: [new ol.style.Style({ stroke: stroke("#1c2a30", 2) })],
  repairs: [new ol.style.Style({ stroke: stroke("#0b4fd1", 2, [2, 4]) })],
  findings: [new ol.style.Style({
    stroke: stroke("#b3001b", 2), fill: fill("rgba(179, 0, 27, 0.2)"),
    image: new ol.style.Circle({ radius: 6, stroke: stroke("#b3001b", 2), fill: fill("rgba(179, 0, 27, 0.2)") }),
  })],
};
const IDS = { findings: "finding_id", repairs: "repair_id", parcels: "parcel_id" };
const sources = {};

function layerOf(kind, collection) {
  const source = new ol.source.Vector({ features: new ol.format.GeoJSON().readFeatures(collection) });
  sources[kind] = source;
  return new ol.layer.Vector({ source, style: (feature) => STYLES[kind === "ground" ? feature.get("change") : kind] });
}

async function map() {
  const record = await ask(path);
  const projection = new ol.proj.Projection({ code: "EPSG:4549", units: "m", getPointResolution: (resolution) => resolution });
  const layers = ["ground", "parcels", "repairs", "findings"].map((kind) => layerOf(kind, record[kind]));
  const view = new ol.View({ projection, center: [600000, 3430000], resolution: 60, enableRotation: false });
  new ol.Map({ target: "release-map", view, layers, controls: [new ol.control.Zoom(), new ol.control.ScaleLine()] });
  const whole = ol.extent.createEmpty();
  // Where parcels are touched, there one begins; what lies elsewhere is a click in the lists away.
  const first = sources.parcels.getFeatures().length ? [sources.parcels] : Object.values(sources);
  for (const source of first) ol.extent.extend(whole, source.getExtent());
  if (!ol.extent.isEmpty(whole)) view.fit(whole, { padding: [30, 30, 30, 30], minResolution: 0.5 });
  const cut = Object.entries(record).filter(([, each]) => each.features.length < each.count);
  document.getElementById("drawn").replaceChildren(...cut.map(([, each]) => el("li", {}, t("receiving_drawn", { shown: each.features.length, count: each.count }))));
  page.addEventListener("click", (event) => {
    const pick = event.target.closest("button.pick");
    if (!pick) return;
    const found = sources[pick.dataset.kind].getFeatures().find((feature) => feature.get(IDS[pick.dataset.kind]) === pick.dataset.id);
    if (found) view.fit(found.getGeometry(), { padding: [80, 80, 80, 80], minResolution: 0.2 });
  });
  page.dataset.ready = "yes";
}

const publishing = document.getElementById("publish");
if (publishing) {
  publishing.addEventListener("submit", async (event) => {
    event.preventDefault();
    const sure = await dialog(t("receiving_publish_sure", { key: page.dataset.key }), [], { confirm: t("receiving_publish"), cancel: t("receiving_cancel") });
    if (!sure) return;
    try {
      const done = await send(`${path}/publish`, { reason: publishing.elements.reason.value });
      publishing.remove();
      say(t("receiving_publish_done", done));
    } catch (error) {
      complain(error);
    }
  });
}

const repairs = document.getElementById("repairs");
if (repairs) {
  repairs.addEventListener("submit", async (event) => {
    event.preventDefault();
    const accept = [...repairs.querySelectorAll("input[name=repair]:checked")].map((box) => box.value);
    try {
      const made = await send(`${path}/repairs`, { accept, why: repairs.elements.why.value });
      say(t("receiving_accepted", { name: made.name, count: made.accepted }));
      repairs.querySelector("button[type=submit]").disabled = true;
    } catch (error) {
      complain(error);
    }
  });
}

map().catch(complain);
