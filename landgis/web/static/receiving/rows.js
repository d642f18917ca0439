// The rows of a file of parcels, tried: how many would be stored, and which would stay out, and why.

import { el, part, send, t } from "../boards/talk.js";

let newest = 0;

export async function rows(place, path, asked) {
  const turn = ++newest;
  const title = el("h3", { id: "rows-title" }, t("intake_rows_title"));
  place.replaceChildren(title, el("p", { class: "quiet" }, t("intake_rows_trying")));
  try {
    const found = await send(`${path}/rows`, asked);
    if (turn === newest) place.replaceChildren(title, ...told(found, path, asked.upload));
  } catch (error) {
    if (turn === newest) place.replaceChildren(title, el("p", { class: "refusals" }, error.message, el("small", {}, error.next || "")));
  }
}

function told(found, path, upload) {
  const count = { good: found.good, refused: found.refused_count, issues: found.issues_count };
  const parts = [el("p", { id: "rows-told" }, el("b", {}, t("intake_rows_told", count)), " ")];
  if (found.refused_count || found.issues_count) {
    parts[0].append(el("a", { href: `${path}/${encodeURIComponent(upload)}/refused.csv`, download: true }, t("intake_rows_list")));
  }
  if (found.blocked) parts.push(el("p", { class: "refusals" }, part(found.blocked, "message"), el("small", {}, part(found.blocked, "next"))));
  if (found.refused_count) parts.push(table(found.refused));
  if (found.refused.length < found.refused_count) parts.push(el("p", { class: "quiet" }, t("intake_rows_shown", { shown: found.refused.length, count: found.refused_count })));
  return parts;
}

function table(refused) {
  const head = ["row_no", "row_id", "row_code", "row_why"].map((key) => el("th", { scope: "col" }, t(`intake_${key}`)));
  return el("div", { class: "frame", tabindex: 0, role: "region", "aria-labelledby": "rows-title" }, el("table", { class: "releases", id: "refused" },
    el("thead", {}, el("tr", {}, ...head)),
    el("tbody", {}, ...refused.map((row) => el("tr", {}, el("td", { class: "figure" }, String(row.row)), el("th", { scope: "row" }, row.parcel_id), el("td", {}, el("code", {}, row.code)), el("td", {}, part(row, "reason")))))));
}
