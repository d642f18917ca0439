// Where the lines lie: one map, or before and after of an adjustment side by side under one view. Plane metres.

import { el, lang, t } from "./talk.js";

const COLOURS = { "": ["#1d4350", "rgba(29, 67, 80, 0.25)", []], in: ["#00674b", "rgba(0, 158, 115, 0.45)", []], out: ["#a33b00", "rgba(213, 94, 0, 0.2)", [6, 4]], changed: ["#8a5a00", "rgba(230, 159, 0, 0.35)", [2, 3]] };

export function drawMaps(box, record) {
  const changes = Object.fromEntries(record.changes.map((row) => [row.parcel_id, row]));
  const projection = new ol.proj.Projection({ code: "EPSG:4549", units: "m", getPointResolution: (resolution) => resolution });
  const view = new ol.View({ projection, center: [0, 0], resolution: 40, enableRotation: false });
  const sides = record.before ? [["board_map_before", record.before], ["board_map_after", record.after]] : [["board_map_title", record.after]];
  const whole = ol.extent.createEmpty();
  const maps = sides.map(([title, collection]) => {
    const features = new ol.format.GeoJSON().readFeatures(collection);
    const source = new ol.source.Vector({ features });
    if (features.length) ol.extent.extend(whole, source.getExtent());
    const target = el("div", { class: "plan-map", tabindex: 0, role: "application", "aria-label": t(title) });
    box.append(el("figure", {}, record.before ? el("figcaption", {}, t(title)) : null, target));
    return { target, layer: new ol.layer.Vector({ source, style: (feature) => styleOf(feature, changes), declutter: true }) };
  });
  for (const { target, layer } of maps) {
    new ol.Map({ target, view, layers: [layer], controls: [new ol.control.Zoom(), new ol.control.ScaleLine()] });
  }
  if (!ol.extent.isEmpty(whole)) view.fit(whole, { padding: [20, 20, 20, 20], maxZoom: 18, size: [420, 300], minResolution: 1 });
  if (record.before) {
    box.append(el("p", { class: "legend-line" }, ...["kept", "in", "out", "changed"].map((key) => el("span", { class: key }, el("i"), t(`board_legend_${key}`)))));
  }
  if (record.changes.length) box.append(changeList(record.changes, maps, view));
}

function styleOf(feature, changes) {
  const change = changes[feature.get("parcel_id")];
  const [stroke, fill, lineDash] = COLOURS[change ? change.change : ""];
  return new ol.style.Style({
    stroke: new ol.style.Stroke({ color: stroke, width: 2, lineDash }), fill: new ol.style.Fill({ color: fill }),
    text: new ol.style.Text({ text: String(feature.get("line_no")), font: '600 12px "Noto Sans CJK SC", sans-serif', overflow: true, stroke: new ol.style.Stroke({ color: "#fff", width: 3 }) }),
  });
}

function changeList(changes, maps, view) {
  const show = (parcel) => {
    for (const { layer } of maps) {
      const found = layer.getSource().getFeatures().find((feature) => feature.get("parcel_id") === parcel);
      if (found) {
        view.fit(found.getGeometry(), { padding: [60, 60, 60, 60], minResolution: 1 });
        return;
      }
    }
  };
  return el("ul", { class: "changes" }, ...changes.map((row) => el("li", {},
    el("button", { type: "button", class: "pick", onclick: () => show(row.parcel_id) }, row.parcel_id), ` ${row[`said_${lang}`]} · ${row.reason}`)));
}
