// Portfolio scenarios side by side: what each asks, whom it chooses, what it comes to.

import { complain, el, lang, say, send, t } from "./talk.js";

const box = document.getElementById("scenarios");
const form = document.getElementById("scenario-form");
const FIELDS = [
  ["min_ha", "board_aim", ""], ["max_ha", "board_cap", ""], ["max_cost_yuan", "board_budget", ""],
  ["per_ha", "board_per_ha", "1"], ["per_point_ha", "board_per_point", "0.01"], ["per_10k_yuan", "board_per_cost", "0"],
];

function column(number, given = {}) {
  const rows = FIELDS.map(([name, word, usual]) => el("label", { class: "field" }, el("span", {}, t(word)),
    el("input", { type: "number", step: "any", "data-name": name, value: given[name] ?? usual })));
  return el("fieldset", { class: "scenario" }, el("legend", {}, `${t("board_scenario")} ${number}`), ...rows);
}

function read(fieldset, number) {
  const given = Object.fromEntries([...fieldset.querySelectorAll("input")].filter((input) => input.value).map((input) => [input.dataset.name, input.value]));
  const { per_ha, per_point_ha, per_10k_yuan, max_cost_yuan, ...limits } = given;
  const weights = Object.fromEntries(Object.entries({ per_ha, per_point_ha, per_10k_yuan }).filter(([, value]) => value !== undefined));
  return {
    scenario: `s${number}`, name_zh: `方案 ${number}`, name_en: `Scenario ${number}`,
    year: Number(document.getElementById("targets").elements.year.value), weights, ...limits,
    ...(max_cost_yuan ? { max_cost_yuan: Number(max_cost_yuan) } : {}),
  };
}

function show(record) {
  const names = record.choices.map((choice) => choice.name);
  const title = (choice) => (lang === "zh" ? choice.name_zh : choice.name);
  const head = el("tr", {}, el("th"), ...record.choices.map((choice) => el("th", { scope: "col" }, title(choice))));
  const whole = (name) => record.totals.find((row) => row.scenario === name && row.by === "whole");
  const figure = (word, key) => el("tr", {}, el("th", { scope: "row" }, t(word)), ...names.map((name) => el("td", { class: "figure" }, String((whole(name) || {})[key] ?? "—"))));
  const proofs = el("tr", {}, el("th", { scope: "row" }, t("board_proof")), ...record.choices.map((choice) => el("td", { title: choice[`said_${lang}`] }, lang === "zh" ? choice.proof_zh : choice.proof)));
  const left = new Map(record.choices.flatMap((choice) => choice.left_out.map((row) => [`${choice.name} ${row.parcel_id}`, row[`detail_${lang}`]])));
  const costs = el("tr", {}, el("th", { scope: "row" }, t("board_cost")), ...names.map((name) => {
    const row = whole(name);
    return el("td", { class: "figure" }, row ? t(row.costs_unknown ? "board_cost_partly" : "board_cost_known", { cost: row.up_front_cost_yuan, count: row.costs_unknown }) : "—");
  }));
  const byParcel = Map.groupBy ? Map.groupBy(record.parcels, (row) => row.parcel_id) : grouped(record.parcels);
  const parcels = [...byParcel].filter(([, rows]) => rows.some((row) => row.chosen)).map(([parcel, rows]) =>
    el("tr", {}, el("th", { scope: "row" }, parcel), ...names.map((name) => {
      const row = rows.find((each) => each.scenario === name);
      return el("td", { class: row.chosen ? "in" : "quiet" }, row.chosen ? `${t("board_in")}${row.quarter ? ` Q${row.quarter}` : ""}` : left.get(`${name} ${parcel}`) || "—");
    })));
  box.replaceChildren(
    ...record.notices.map((notice) => el("p", { class: "notice" }, notice[lang])),
    ...record.choices.filter((choice) => choice.conflict.length).map((choice) => el("p", { class: "alarm" }, `${title(choice)}：${choice[`said_${lang}`]}`)),
    el("table", { class: "side-by-side" }, el("thead", {}, head), el("tbody", {}, proofs, figure("board_parcels", "parcels"), figure("board_area_ha", "area_ha"), figure("board_worth", "worth"), costs, ...parcels)));
  box.dataset.ready = String(Number(box.dataset.ready || 0) + 1);
}

function grouped(rows) {
  const groups = new Map();
  for (const row of rows) groups.set(row.parcel_id, [...(groups.get(row.parcel_id) || []), row]);
  return groups;
}

if (form) {
  const list = form.querySelector(".scenario-list");
  list.append(column(1), column(2, { per_ha: "0", per_point_ha: "1" }));
  form.querySelector("#scenario-add").addEventListener("click", (event) => {
    if (list.children.length < 4) list.append(column(list.children.length + 1));
    event.target.disabled = list.children.length >= 4;
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    say(t("board_trying"));
    try {
      const scenarios = [...list.children].map((fieldset, index) => read(fieldset, index + 1));
      show(await send("/data/boards/plan/scenarios", { district: form.dataset.district, scenarios }));
      say("");
    } catch (error) {
      complain(error);
    }
  });
}
