/** What a check found: decisions on the way, verdict and cards of each parcel, conflicts on the map with hatch. */
import { desk } from "../map.js";
import { make } from "../dom.js";
import { hectares, mu, number, word } from "./words.js";

const say = (row, name) => row[`${name}_${desk.lang}`] || row[`${name}_zh`] || "";
const pair = (words) => (words ? words[desk.lang === "zh" ? 0 : 1] : "");
const ORDER = ["excluded", "unknown", "flagged", "clear"];

export function show(place, found) {
  const { record } = found;
  const head = make("div", { class: "check-head" },
    make("h4", { tabindex: -1 }, word("check_result")),
    make("span", { class: "badge" }, word("check_unsaved")),
    found.substitute ? make("span", { class: "badge" }, place.dataset.substitute) : null);
  place.replaceChildren(
    head,
    ...record.parcels.map((parcel) => card(parcel, found)),
    found.conflicts.left_out ? make("p", { class: "alarm" }, word("check_left_out", { count: found.conflicts.left_out })) : "",
    decided(found.steps),
  );
  head.querySelector("h4").focus();
  const verdicts = record.parcels.map((parcel) => `${parcel.parcel_id}: ${verdictWords(found, parcel.verdict)}`);
  desk.tell(verdicts.join("; "));
}

function decided(steps) {
  return make("details", { class: "steps-told", open: true }, make("summary", {}, word("check_decided")),
    make("ul", { class: "plain" }, ...steps.map((step) => make("li", { "data-step": step.what }, step[desk.lang] || step.zh))));
}

export const verdictWords = (found, verdict) => (desk.lang === "zh" ? found.outcomes[verdict] : verdict);

function card(parcel, found) {
  const area = parcel.area_m2;
  const order = [...parcel.findings].sort((one, other) => ORDER.indexOf(one.outcome) - ORDER.indexOf(other.outcome));
  const open = order.filter((row) => !["clear", "not_asked"].includes(row.outcome));
  const clear = order.filter((row) => row.outcome === "clear");
  const unasked = order.filter((row) => row.outcome === "not_asked");
  const named = parcel.parcel_id === "wkt" ? word("check_drawn") : parcel.parcel_id;
  return make("article", { class: "checked", "data-parcel": parcel.parcel_id, "data-verdict": parcel.verdict },
    make("header", { class: `card-head ${parcel.verdict}` }, make("h3", {}, named),
      make("span", { class: `verdict ${parcel.verdict}` }, verdictWords(found, parcel.verdict)),
      area.planar === null ? "" : make("p", {}, word("check_area_planar", { area: number(area.planar) }), " · ",
        word("check_area_ellipsoidal", { area: number(area.ellipsoidal), ha: hectares(area.ellipsoidal), mu: mu(area.ellipsoidal) }))),
    ...open.map((row) => finding(row, found, true)),
    folded("check_clear_rules", clear, found),
    folded("check_not_asked", unasked, found));
}

function folded(key, rows, found) {
  if (!rows.length) return null;
  return make("details", {}, make("summary", {}, word(key, { count: rows.length })), ...rows.map((row) => finding(row, found, false)));
}

function finding(row, found, open) {
  const facts = make("dl", { class: "facts" });
  const fact = (label, text) => text && facts.append(make("div", {}, make("dt", {}, label), make("dd", {}, text)));
  fact(word("check_measured"), measured(row));
  fact(word("check_threshold"), row.threshold ? `${row.threshold} ${unit(row.unit)}` : "");
  const layer = found.record.layers.find((each) => each.layer === row.layer);
  if (row.layer) fact(pair(found.layers[row.layer]) || row.layer, layer?.release ? word("check_release", { release: layer.release }) : word("check_no_release"));
  const clause = row.clause || {};
  if (clause.document) {
    facts.append(make("div", {}, make("dt", {}, word("check_clause")), make("dd", {}, `${clause.document} ${clause.article || ""}`,
      clause.quote_zh ? make("q", { lang: "zh-CN" }, clause.quote_zh) : null)));
  }
  return make("details", { class: `finding ${row.outcome}`, open, "data-rule": row.rule_id },
    make("summary", {}, make("span", { class: `verdict ${row.outcome}` }, verdictWords(found, row.outcome)), pair(found.titles[row.rule_id])),
    make("p", { class: "message" }, say(row, "message")), facts);
}

function measured(row) {
  if (row.measured === null || row.measured === undefined) return "";
  if (row.unit === "m2") return `${number(row.measured)} ${word("check_m2")} · ${hectares(row.measured)} ${word("check_ha")} · ${mu(row.measured)} ${word("check_mu")}`;
  if (row.unit === "share") return `${number(row.measured * 100)} %`;
  return `${row.measured} ${unit(row.unit)}`.trim();
}

const unit = (name) => ({ m2: word("check_m2"), m: word("check_m"), share: "" })[name] ?? "";

// --- on the map ---------------------------------------------------------------------------------------------------

const INK = { excluded: "#8a2f00", flagged: "#7a5400" };
const WASH = { excluded: "rgba(213, 94, 0, 0.35)", flagged: "rgba(230, 159, 0, 0.30)" };
const EDGE = { excluded: "#d55e00", flagged: "#e69f00", unknown: "#5a5a5a", clear: "#009e73" };

/** Draw features into the sketch; returns a function that takes them away. */
export function draw(features, style) {
  const read = new ol.format.GeoJSON().readFeatures({ type: "FeatureCollection", features });
  read.forEach((feature) => feature.setStyle(style(feature)));
  desk.sketch.addFeatures(read);
  return () => read.forEach((feature) => desk.sketch.removeFeature(feature));
}

export const conflictStyle = (feature) => hatched(INK[feature.get("outcome")], WASH[feature.get("outcome")], 1);
export const outlineStyle = (feature) => [
  new ol.style.Style({ stroke: new ol.style.Stroke({ color: "#ffffff", width: 6 }) }),
  new ol.style.Style({ stroke: new ol.style.Stroke({ color: EDGE[feature.get("verdict")], width: 3 }) }),
];
export const pieceStyle = () => [
  new ol.style.Style({ stroke: new ol.style.Stroke({ color: "#ffffff", width: 6 }) }),
  new ol.style.Style({ stroke: new ol.style.Stroke({ color: "#00543d", width: 3 }), fill: new ol.style.Fill({ color: "rgba(0, 158, 115, 0.25)" }) }),
];
export const givenUpStyle = () => hatched("#404040", "rgba(255, 255, 255, 0.6)", -1);

const patterns = new Map();

function hatched(ink, wash, way) {
  const key = ink + wash + way;
  if (!patterns.has(key)) {
    const side = 9 * (window.devicePixelRatio || 1);
    const canvas = Object.assign(document.createElement("canvas"), { width: side, height: side });
    const pen = canvas.getContext("2d");
    pen.fillStyle = wash;
    pen.fillRect(0, 0, side, side);
    pen.strokeStyle = ink;
    pen.lineWidth = side / 6;
    for (const shift of [-side, 0, side]) {
      pen.moveTo(shift, way > 0 ? side : 0);
      pen.lineTo(shift + side, way > 0 ? 0 : side);
    }
    pen.stroke();
    const color = pen.createPattern(canvas, "repeat");
    patterns.set(key, new ol.style.Style({ fill: new ol.style.Fill({ color }), stroke: new ol.style.Stroke({ color: ink, width: 1.5 }) }));
  }
  return patterns.get(key);
}
