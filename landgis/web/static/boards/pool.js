// The pool as a board: a column for each standing; cards are dragged, or moved by keys through the same dialog.

import { Refused, ask, complain, conflict, dialog, el, field, lang, part, say, select, send, t } from "./talk.js";

const board = document.getElementById("board");
const filter = document.getElementById("board-filter");
const district = board.dataset.district;
let state = null;
let shown = 50;
let dragged = null;

async function load() {
  const values = { district, shown, town: filter.elements.town.value, q: filter.elements.q.value };
  try {
    state = await ask("/data/boards/pool", values);
    draw();
    say(state.overtaken ? state.overtaken[lang] : "");
  } catch (error) {
    complain(error);
  }
}

function draw() {
  document.getElementById("substitute").hidden = !state.substitute;
  const town = filter.elements.town;
  if (town.options.length === 1) town.append(...state.towns.map((name) => el("option", { value: name }, name)));
  board.replaceChildren(...state.columns.map(column));
  board.dataset.ready = String(Number(board.dataset.ready || 0) + 1);
}

function column(data) {
  const titles = el("header", {}, el("h2", {}, part(data, "title")),
    el("p", { class: "sum" }, t("board_column_sum", { count: data.count, ha: data.area_ha, mu: data.area_mu })));
  const list = el("ul", {}, ...data.cards.map((card) => el("li", {}, cardOf(card))));
  const box = el("section", { class: "column", "data-standing": data.standing, "aria-label": part(data, "title") }, titles, list);
  if (!data.count) list.append(el("li", { class: "quiet" }, t("board_empty_column")));
  if (data.cards.length < data.count) {
    const more = () => { shown = 100000; load(); };
    box.append(el("p", { class: "more" }, t("board_shown", { shown: data.cards.length, count: data.count }), " ",
      el("button", { type: "button", onclick: more }, t("board_more"))));
  }
  box.addEventListener("dragover", (event) => {
    if (dragged && possible(dragged.standing, data.standing)) event.preventDefault();
  });
  box.addEventListener("drop", (event) => {
    event.preventDefault();
    move(dragged, data.standing);
  });
  return box;
}

function possible(before, after) {
  return Boolean(state.moves[before] && state.moves[before][after]);
}

function cardOf(card) {
  const verdict = card.verdict
    ? el("span", { class: `verdict ${card.verdict}` }, verdictWord(card.verdict))
    : el("span", { class: "verdict none" }, t("board_not_judged"));
  const movable = Object.keys(state.moves[card.standing] || {}).length > 0;
  const button = el("button", {
    type: "button", class: "card", draggable: movable ? "true" : null, "data-parcel": card.parcel_id, "data-step": card.step,
    onclick: () => move(card, ""),
  },
    el("b", {}, card.parcel_id), verdict,
    el("span", { class: "place" }, [card.town_name, card.use_code, card.area_ha ? `${card.area_ha} ${lang === "zh" ? "公顷" : "ha"}` : ""].filter(Boolean).join(" · ")),
    el("span", { class: "why" }, part(card, "reason")),
    el("span", { class: "since" }, t("board_since", { by: card.by, since: card.since.slice(0, 10) })));
  button.addEventListener("dragstart", (event) => {
    dragged = card;
    event.dataTransfer.setData("text/plain", card.parcel_id);
    for (const box of board.children) box.classList.toggle("open", possible(card.standing, box.dataset.standing));
  });
  button.addEventListener("dragend", () => {
    for (const box of board.children) box.classList.remove("open");
  });
  return button;
}

function verdictWord(verdict) {
  return document.querySelector(`#verdict-words [data-verdict="${verdict}"]`).textContent;
}

function titleOf(standing) {
  return part(state.columns.find((each) => each.standing === standing), "title");
}

async function move(card, to, given = {}) {
  const moves = state.moves[card.standing] || {};
  const targets = Object.keys(moves);
  const title = t("board_move_title", { parcel: card.parcel_id });
  if (!targets.length) {
    await dialog(title, [el("p", {}, t(Object.keys(state.moves).length ? "board_move_none" : "board_no_move"))], { cancel: t("board_close") });
    return;
  }
  const chosen = moves[to] ? to : targets[0];
  const where = select("after", targets.map((each) => [each, titleOf(each)]), chosen);
  const why = select("reason", []);
  const reasons = () => why.replaceChildren(...moves[where.value].map((each) => el("option", { value: each.reason, selected: each.reason === given.reason }, each[lang])));
  where.addEventListener("change", reasons);
  reasons();
  const note = el("input", { name: "note", maxlength: 500, value: given.note || "" });
  const answer = await dialog(title, [field(t("board_move_to"), where), field(t("board_move_why"), why), field(t("board_move_note"), note)], { confirm: t("board_save") });
  if (!answer) {
    focusCard(card.parcel_id);
    return;
  }
  try {
    await send("/data/boards/pool/move", { parcel_id: card.parcel_id, step: card.step, ...answer });
    await load();
    say(t("board_moved", { parcel: card.parcel_id, standing: titleOf(answer.after) }));
    focusCard(card.parcel_id);
  } catch (error) {
    if (!(error instanceof Refused) || error.fault.code !== "overtaken") {
      complain(error);
      return;
    }
    const wish = await conflict(error);
    await load();
    const now = state.columns.flatMap((each) => each.cards).find((each) => each.parcel_id === card.parcel_id);
    if (wish === "again" && now) move(now, answer.after, answer);
    else focusCard(card.parcel_id);
  }
}

function focusCard(parcel) {
  const card = board.querySelector(`[data-parcel="${CSS.escape(parcel)}"]`);
  if (card) card.focus();
}

let waiting = 0;
filter.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(load, 250);
});
filter.addEventListener("submit", (event) => event.preventDefault());
load();
