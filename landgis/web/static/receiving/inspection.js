// What a file holds, as the server found it: its layers, what is doubtful, why it would not be accepted.

import { el, lang, part, t } from "../boards/talk.js";

const FAULTS = { null: "null_geometries", empty: "empty", invalid: "invalid", duplicates: "duplicates" };
const count = (value) => (value === null ? "—" : Number(value).toLocaleString(document.documentElement.lang));

export function inspection(found, arrival) {
  const verdict = found.refused ? "refused" : found.questions.length ? "asks" : "accepted";
  const told = [
    el("p", { class: `verdict-line ${verdict}`, id: "verdict" }, t(`intake_${verdict}`)),
    el("dl", { class: "facts" },
      fact("intake_format", found.format || "—"), fact("intake_hash", found.content_hash ? el("code", {}, found.content_hash) : "—"),
      found.members.length ? fact("intake_members", found.members.join("、")) : null),
  ];
  const refusals = found.issues.filter((issue) => issue.refused);
  const notes = found.issues.filter((issue) => !issue.refused);
  if (refusals.length) told.push(el("ul", { class: "refusals", role: "alert" }, ...refusals.map((issue) => el("li", {}, issueText(issue), nextText(issue)))));
  if (found.layers.length) told.push(table(found));
  if (found.layers.some((layer) => layer.invalid)) told.push(el("p", { class: "notice" }, t(arrival === "layer" ? "intake_repairs_later" : "intake_rings_stay_out")));
  if (notes.length) told.push(el("details", { open: notes.length < 6 }, el("summary", {}, t("intake_notes", { count: notes.length })), el("ul", {}, ...notes.map((issue) => el("li", {}, issueText(issue))))));
  return told;
}

export function issueText(issue) {
  return [el("code", {}, issue.code), " ", issue.where ? `${issue.where} · ` : "", part(issue, "message")];
}

function nextText(issue) {
  const next = issue[`next_${lang}`];
  return next ? el("small", {}, next) : null;
}

function fact(key, value) {
  return el("div", {}, el("dt", {}, t(key)), el("dd", {}, value));
}

function table(found) {
  const heads = ["inner", "rows", "geometry", "crs", "encoding", "faults", "fields"];
  const head = el("tr", {}, ...heads.map((key) => el("th", { scope: "col" }, t(`intake_${key}`))));
  return el("div", { class: "frame", tabindex: 0, role: "region", "aria-label": t("intake_file_facts") },
    el("table", { class: "releases" }, el("thead", {}, head), el("tbody", {}, ...found.layers.map(row))));
}

function row(layer) {
  return el("tr", {},
    el("th", { scope: "row" }, layer.name, layer.attributes_only ? el("small", {}, t("intake_table_only")) : null),
    el("td", { class: "figure" }, count(layer.count)),
    el("td", {}, Object.entries(layer.geometry_types).map(([kind, many]) => `${kind} ${count(many)}`).join("、") || "—"),
    el("td", {}, layer.crs ? [layer.crs, el("small", {}, `${layer.crs_name}（${evidence(layer.crs_evidence)}）`)] : open(layer)),
    el("td", {}, layer.encoding ? [layer.encoding, el("small", {}, evidence(layer.encoding_evidence))] : open(layer)),
    el("td", {}, faults(layer)),
    el("td", {}, el("details", {}, el("summary", {}, count(layer.fields.length)), el("ul", {}, ...layer.fields.map((field) => el("li", {}, `${field.name} · ${field.type} · ${count(field.filled)}`))))));
}

const evidence = (text) => (text === "stated" ? t("intake_stated") : text);

function open(layer) {
  return layer.accepted ? "—" : el("span", { class: "alarm" }, t("intake_open_question"));
}

function faults(layer) {
  const kinds = Object.entries(FAULTS).filter(([, name]) => layer[name]);
  if (!kinds.length) return t("intake_no_faults");
  return el("ul", {}, ...kinds.map(([kind, name]) => el("li", {}, t(`intake_${kind}`, { count: count(layer[name]) }), ...places(layer, kind))));
}

function places(layer, kind) {
  return layer.first_places[kind].map((place) => el("small", {}, t("intake_row", { row: place.row, why: place[`reason_${lang}`] || "" })));
}
