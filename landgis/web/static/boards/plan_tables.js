// Lines, left-out and quotas of a plan, as the server told them.

import { el, lang, part, select, t } from "./talk.js";

const CHANGE = { in: "board_take_in", out: "board_take_out", changed: "board_quarter" };

export function linesOf(board, acts, choose) {
  return board.lines.map((line) => {
    const gone = line.change === "out";
    const quarter = acts && !gone
      ? select("quarter", [["", t("board_no_quarter")], ...[1, 2, 3, 4].map((each) => [String(each), `Q${each}`])], line.quarter === null ? "" : String(line.quarter))
      : el("span", {}, line.quarter === null ? t("board_no_quarter") : `Q${line.quarter}`);
    if (quarter.name) {
      quarter.setAttribute("aria-label", `${line.parcel_id} ${t("board_quarter")}`);
      quarter.addEventListener("change", () => acts.quarter(line.parcel_id, quarter.value));
    }
    const mark = line.change ? el("em", { class: `badge ${gone ? "alarm" : ""}` }, t(CHANGE[line.change])) : null;
    const row = el("li", { class: gone ? "line gone" : "line", "data-parcel": line.parcel_id, draggable: acts ? "true" : null },
      el("button", { type: "button", class: "pick", onclick: () => choose(line.parcel_id) }, line.parcel_id), mark,
      el("span", { class: "place" }, [line.town_name, line.planned_use_zh].filter(Boolean).join(" · ")),
      el("span", { class: "figure" }, `${line.area_ha} ${lang === "zh" ? "公顷" : "ha"}`), quarter,
      acts ? el("button", { type: "button", onclick: () => (gone ? acts.takeIn(line) : acts.takeOut(line.parcel_id)) }, gone ? t("board_undo") : acts.out) : null);
    draggable(row, "lines", line.parcel_id);
    return row;
  });
}

export function leftOutOf(board, acts) {
  const held = board.left_out.filter((row) => row.held);
  const others = board.left_out.filter((row) => !row.held);
  return [[t("board_held"), held], [t("board_other_reasons"), others]].filter(([, rows]) => rows.length).map(([title, rows]) =>
    el("section", {}, el("h3", {}, `${title}（${rows.length}）`), el("ul", {}, ...rows.map((row) => {
      const item = el("li", { class: "line", "data-parcel": row.parcel_id, draggable: acts && acts.mayTakeIn(row) ? "true" : null },
        el("b", {}, row.parcel_id), el("span", { class: "place" }, part(row, "detail")),
        acts && acts.mayTakeIn(row) ? el("button", { type: "button", onclick: () => acts.takeIn(row) }, acts.in) : null);
      draggable(item, "left-out", row.parcel_id);
      return item;
    }))));
}

function draggable(row, from, parcel) {
  row.addEventListener("dragstart", (event) => {
    event.dataTransfer.setData("text/plain", parcel);
    event.dataTransfer.setData("application/x-landgis-from", from);
  });
}

export function quotasOf(board) {
  return board.quotas.map((row) => {
    const name = row.target === "whole" ? t("board_whole") : `${t(`board_by_${row.target}`)} ${row.key}`;
    const side = t(row.side === "least" ? "board_least" : "board_most");
    const off = row.off_ha.replace("-", "");
    const told = row.side === "least" ? (row.met ? "board_reached" : "board_short") : row.met ? "board_left" : "board_over";
    return el("li", { class: row.met ? "quota met" : "quota missed", "data-quota": `${row.target}:${row.key}:${row.side}` },
      el("span", {}, `${name}　${side}`),
      el("meter", { min: 0, max: Math.max(Number(row.limit_ha), Number(row.used_ha)), value: Number(row.used_ha), "aria-label": `${name} ${side}` }),
      el("b", {}, t("board_used", { used: row.used_ha, limit: row.limit_ha })),
      el("span", { class: row.met ? "quiet" : "alarm" }, t(told, { off })));
  });
}
