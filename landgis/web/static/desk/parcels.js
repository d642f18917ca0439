/** The run's parcels on the map: by verdict, inside or outside the filter; many of them as circles; one chosen. */
import { calm, desk } from "./map.js";
import { style, rgba } from "./symbols.js";
import { ask, told } from "./ask.js";
import { byId } from "./dom.js";
import { figure, word } from "./words.js";

const HATCH_BELOW_M_PER_PX = 6;
const FONT = '"Noto Sans CJK SC", "Noto Sans SC", "Microsoft YaHei", sans-serif';

let inFilter = null; // Set of parcel numbers, or null for all; only for tiles that do not say it themselves
let verdicts = {};
let highlight;

export function parcelLayer(config, tiles) {
  verdicts = config.verdicts;
  return new ol.layer.VectorTile({ source: tiles(config.parcels.url), style: parcelStyle(), zIndex: 40 });
}

/** Layer of the chosen parcel. */
export function chosenLayer() {
  highlight = new ol.layer.Vector({ source: new ol.source.Vector(), style: chosenStyle, zIndex: 60 });
  desk.snapping.push(highlight.getSource());
  return highlight;
}

/** Whether the tile that a feature came with says by itself what is inside the filter. */
export function tilesTell(feature) {
  return feature.get("inside") !== undefined || feature.get("n_inside") !== undefined;
}

export function setInside(ids) {
  inFilter = ids;
  desk.parcelsLayer.changed();
}

function isInside(feature) {
  const said = feature.get("inside");
  if (said !== undefined) return said;
  return !inFilter || inFilter.has(feature.get("parcel_id"));
}

// Parcels outside the filter stay as thin outlines, so that the map never hides what is there.
function parcelStyle() {
  const faint = new ol.style.Style({
    stroke: new ol.style.Stroke({ color: "rgba(70, 70, 70, 0.55)", width: 0.8 }),
    fill: new ol.style.Fill({ color: "rgba(255, 255, 255, 0.35)" }),
  });
  const unjudged = new ol.style.Style({
    stroke: new ol.style.Stroke({ color: "#404040", width: 1.2, lineDash: [4, 3] }),
    fill: new ol.style.Fill({ color: "rgba(255, 255, 255, 0.5)" }),
  });
  return (feature, resolution) => {
    if (feature.get("layer") === "parcels_many") return many(feature);
    if (!isInside(feature)) return faint;
    const symbol = verdicts[feature.get("verdict")];
    return symbol ? style(symbol, { detailed: resolution < HATCH_BELOW_M_PER_PX }) : unjudged;
  };
}

// Many parcels in one circle: how many, and of which verdicts, as a ring. The ring is cut by white gaps and its parts
// always stand in the same order, worst first from the top, so that it does not rest on colour alone.
const ORDER = ["excluded", "unknown", "flagged", "clear"];
const circles = new Map();

function many(feature) {
  const n = feature.get("n");
  const inside = feature.get("n_inside") ?? n;
  const shares = ORDER.map((key) => Number(feature.get(`inside_${key}`) || 0));
  const worst = feature.get("worst");
  const ring = shares.some(Boolean) ? shares : ORDER.map((key) => (key === worst ? 1 : 0));
  const key = JSON.stringify([n, inside, ring]);
  if (!circles.has(key)) {
    if (circles.size > 2000) circles.clear();
    circles.set(key, circle(n, inside, ring));
  }
  return circles.get(key);
}

function circle(n, inside, ring) {
  const text = inside === n ? figure(n) : `${figure(inside)}/${figure(n)}`;
  const radius = Math.round(Math.max(11 + 4 * Math.log10(Math.max(1, n)), 6 + 3.5 * text.length)); // the text stays in the ring
  const ratio = window.devicePixelRatio || 1;
  const side = 2 * (radius + 2);
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = side * ratio;
  const pen = canvas.getContext("2d");
  pen.scale(ratio, ratio);
  pen.translate(side / 2, side / 2);
  pen.globalAlpha = inside ? 1 : 0.5;
  pen.fillStyle = "#ffffff";
  pen.beginPath();
  pen.arc(0, 0, radius, 0, 2 * Math.PI);
  pen.fill();
  const all = ring.reduce((sum, part) => sum + part, 0) || 1;
  let from = -Math.PI / 2;
  ring.forEach((part, place) => {
    if (!part) return;
    const to = from + (2 * Math.PI * part) / all;
    const symbol = verdicts[ORDER[place]];
    pen.strokeStyle = symbol ? rgba(symbol.fill, 1) : "#808080";
    pen.lineWidth = 4;
    pen.beginPath();
    pen.arc(0, 0, radius - 2, from, to - (part === all ? 0 : 0.08));
    pen.stroke();
    from = to;
  });
  pen.globalAlpha = 1;
  // "none": a layer of tiles that declutters nothing finds no other picture under a pixel (its list of decluttered ones is empty).
  const image = new ol.style.Icon({ img: canvas, size: [canvas.width, canvas.height], scale: 1 / ratio, declutterMode: "none" });
  return new ol.style.Style({
    image,
    text: new ol.style.Text({ text, font: `600 11px ${FONT}`, fill: new ol.style.Fill({ color: "#10242c" }) }),
  });
}

function chosenStyle(feature) {
  const text = new ol.style.Text({
    text: feature.get("parcel_id"), font: `600 12px ${FONT}`, overflow: true,
    fill: new ol.style.Fill({ color: "#10242c" }), stroke: new ol.style.Stroke({ color: "#ffffff", width: 4 }),
  });
  return [
    new ol.style.Style({ stroke: new ol.style.Stroke({ color: "#ffffff", width: 7 }) }),
    new ol.style.Style({ stroke: new ol.style.Stroke({ color: "#0b4fd1", width: 3.5 }) }),
    new ol.style.Style({ geometry: largestPart(feature.getGeometry()).getInteriorPoint(), text }),
  ];
}

function largestPart(geometry) {
  const parts = geometry.getType() === "MultiPolygon" ? geometry.getPolygons() : [geometry];
  return parts.reduce((best, piece) => (piece.getArea() > best.getArea() ? piece : best));
}

function featureAt(pixel) {
  const only = { layerFilter: (layer) => layer === desk.parcelsLayer, hitTolerance: 2 };
  return desk.map.forEachFeatureAtPixel(pixel, (feature) => feature, only);
}

/** Number of the parcel under a pixel of the map, or undefined. */
export const parcelAt = (pixel) => featureAt(pixel)?.get("parcel_id");

async function outlined({ parcel, zoom }) {
  const shape = await told(ask("/data/geometry", { run: desk.run, parcel }));
  if (!shape || desk.chosen !== parcel) return;
  const geometry = new ol.format.GeoJSON().readGeometry(shape);
  const source = highlight.getSource();
  source.clear();
  source.addFeature(new ol.Feature({ geometry, parcel_id: parcel }));
  if (zoom) desk.fit(geometry.getExtent());
}

/** Say of how many parcels a circle is the sum: it is none of them. */
function manyTold(feature) {
  const n = feature.get("n");
  const hectares = feature.get("area_m2") / 10_000;
  const said = word("many_told", {
    n: figure(n), inside: figure(feature.get("n_inside") ?? n), hectares: figure(hectares, 2), mu: figure(hectares * 15, 1),
  });
  const line = byId("many");
  line.querySelector("span").textContent = said;
  line.hidden = false;
  desk.tell(said);
}

export function wire() {
  byId("many-close").addEventListener("click", () => { byId("many").hidden = true; });
  desk.on("choose", () => { byId("many").hidden = true; });
  desk.on("choose", outlined);
  desk.on("click", ({ pixel, coordinate, tool }) => {
    if (tool) return;
    const feature = featureAt(pixel);
    if (!feature) return;
    if (feature.get("layer") === "parcels_many") {
      manyTold(feature);
      const view = desk.map.getView();
      view.animate({ center: coordinate, resolution: view.getResolution() / 4, duration: calm() ? 0 : 250 });
    } else desk.choose(feature.get("parcel_id"), { findRow: true });
  });
  desk.map.on("pointermove", (event) => {
    if (!event.dragging) desk.map.getTargetElement().classList.toggle("over-parcel", !desk.tool && Boolean(featureAt(event.pixel)));
  });
}
