// The year's plan as a board: lines and left-out, quotas that move as parcels are held back or released, versions.
// What is shown is always the server's own trial of the whole plan; this page adds up nothing.

import { History } from "./history.js";
import { readTargets, showTargets } from "./targets.js";
import { Refused, ask, complain, conflict, dialog, el, field, part, say, select, send, t } from "./talk.js";
import { drawMaps } from "./plan_map.js";
import { showPairs } from "./pairs.js";
import { linesOf, leftOutOf, quotasOf } from "./plan_tables.js";

const page = document.getElementById("plan-board");
const district = page.dataset.district;
const mayDraft = page.dataset.mayDraft === "yes";
const targets = document.getElementById("targets");
const versions = document.getElementById("version");
const undo = document.getElementById("undo");
const redo = document.getElementById("redo");
const store = document.getElementById("store");
const purpose = document.getElementById("purpose");
const history = new History(200);
let stored = null; // the version that the board began from
let board = null; // what is shown
let turn = 0;

const adjusting = () => Boolean(stored && stored.plan.status === "published");

// What the person has done so far: statements by parcel (a draft), or changes by parcel (an adjustment).
const done = () => history.now;

async function open(planId) {
  store.disabled = true;
  try {
    const heads = await ask("/data/boards/plans", { district });
    const options = heads.map((head) => el("option", { value: head.plan_id }, `${head.plan_id} · ${head.year}`));
    const shown = versions.value;
    versions.replaceChildren(...options, el("option", { value: "" }, t("board_new")));
    versions.value = shown;
    if (!heads.length) {
      begin(null);
      say(t("board_no_plan"));
      return;
    }
    begin(await ask("/data/boards/plan", planId ? { district, plan: planId } : { district }));
  } catch (error) {
    complain(error);
  }
}

function begin(record) {
  turn += 1; // a trial that is still under way says nothing of what is begun now
  stored = record;
  board = record;
  versions.value = record ? record.plan.plan_id : "";
  const address = new URL(location.href);
  address.searchParams.set("plan", versions.value);
  window.history.replaceState(null, "", address);
  history.begin(record && record.plan.status !== "published" ? record.inputs : {});
  showTargets(targets, record ? record.plan.targets : { year: Number(page.dataset.year) }, { locked: adjusting() || !mayDraft });
  purpose.closest("label").hidden = !adjusting();
  say(!mayDraft ? t("board_may_not_draft") : adjusting() ? t("board_adjusting", { plan: record.plan.plan_id })
    : record ? t("board_as_stored", { plan: record.plan.plan_id }) : t("board_no_plan"));
  draw();
  map();
}

async function map() {
  const box = document.getElementById("plan-maps");
  box.replaceChildren();
  if (!stored) return;
  try {
    drawMaps(box, await ask("/data/boards/plan/map", { plan: stored.plan.plan_id }));
  } catch (error) {
    complain(error);
  }
}

function draw() {
  const acts = mayDraft ? (adjusting() ? adjustingActs : draftingActs) : null;
  document.getElementById("lines").replaceChildren(...(board ? linesOf(board, acts, choose) : []));
  document.getElementById("left-out").replaceChildren(...(board ? leftOutOf(board, acts) : []));
  document.getElementById("quotas").replaceChildren(...(board ? quotasOf(board) : []));
  document.getElementById("substitute").hidden = !(board && board.substitute);
  document.getElementById("sum").textContent = board
    ? t("board_sum", { count: board.lines.filter((line) => line.change !== "out").length, ha: board.area_ha, mu: board.area_mu }) : "";
  undo.disabled = !history.canUndo;
  redo.disabled = !history.canRedo;
  store.disabled = !mayDraft || !history.changed && !targets.dataset.changed && Boolean(stored);
  page.dataset.ready = String(Number(page.dataset.ready || 0) + 1);
}

// Ask the server what all this would give; a later question overtakes an earlier answer.
async function tryIt() {
  const mine = ++turn;
  store.disabled = true;
  say(t("board_trying"));
  try {
    const path = adjusting() ? "/data/boards/plan/adjustment/try" : "/data/boards/plan/try";
    if (adjusting() && !Object.keys(done()).length) board = stored;
    else {
      const found = await send(path, body());
      if (mine !== turn) return;
      board = found;
    }
    say(t("board_tried"));
    draw();
  } catch (error) {
    if (mine === turn) complain(error);
  }
}

function body() {
  if (adjusting()) return { plan_id: stored.plan.plan_id, changes: rows(), purpose: purpose.value };
  return { district, plan_id: stored ? stored.plan.plan_id : null, targets: readTargets(targets), inputs: rows() };
}

function rows() {
  return Object.entries(done()).map(([parcel_id, said]) => ({ parcel_id, ...said }));
}

function set(parcel, said) {
  const next = { ...done() };
  if (Object.keys(said).length) next[parcel] = said;
  else delete next[parcel];
  history.push(next);
  return tryIt();
}

async function why(title, label) {
  const given = await dialog(title, [field(label, el("input", { name: "why", required: true, maxlength: 200 }))], { confirm: t("board_save") });
  return given ? given.why.trim() : "";
}

function stated(parcel, changes) {
  const said = { ...(done()[parcel] || {}), ...changes };
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== "" && value !== null));
}

const draftingActs = {
  out: t("board_hold"),
  in: t("board_release"),
  async takeOut(parcel) {
    const reason = await why(`${t("board_hold")} ${parcel}`, t("board_hold_why"));
    if (reason) set(parcel, stated(parcel, { hold_back: reason }));
  },
  takeIn: (row) => set(row.parcel_id, stated(row.parcel_id, { hold_back: "" })),
  mayTakeIn: (row) => row.held,
  quarter: (parcel, quarter) => set(parcel, stated(parcel, { quarter: quarter ? Number(quarter) : "" })),
};

const adjustingActs = {
  out: t("board_take_out"),
  in: t("board_take_in"),
  async takeOut(parcel) {
    if ((done()[parcel] || {}).change === "in") {
      set(parcel, {});
      return;
    }
    const reason = await why(`${t("board_take_out")} ${parcel}`, t("board_change_why"));
    if (reason) set(parcel, { change: "out", reason });
  },
  async takeIn(row) {
    if ((done()[row.parcel_id] || {}).change === "out") {
      set(row.parcel_id, {});
      return;
    }
    const reason = await why(`${t("board_take_in")} ${row.parcel_id}`, t("board_change_why"));
    if (reason) set(row.parcel_id, { change: "in", reason });
  },
  mayTakeIn: () => true,
  async quarter(parcel, quarter) {
    const reason = await why(`${t("board_quarter")} ${parcel}`, t("board_change_why"));
    if (reason && quarter) set(parcel, { change: "changed", reason, quarter: Number(quarter) });
    else draw();
  },
};

async function save() {
  turn += 1;
  store.disabled = true;
  try {
    const path = adjusting() ? "/data/boards/plan/adjustment/save" : "/data/boards/plan/save";
    const saved = await send(path, body());
    await open(saved.plan_id);
    say(t("board_stored", { plan: saved.plan_id }));
  } catch (error) {
    if (!(error instanceof Refused) || error.fault.code !== "overtaken") {
      complain(error);
      store.disabled = false;
      return;
    }
    const mine = done();
    const wish = await conflict(error, { again: error.fault.rivals.length > 0 });
    await open("");
    // What was done here is not lost: it is laid over the version that stands now.
    if (wish === "again" && !adjusting()) {
      history.push({ ...done(), ...mine });
      tryIt();
    }
  }
}

let chosen = "";
function choose(parcel) {
  chosen = parcel;
  showPairs(document.getElementById("pairs"), district, chosen, stored ? stored.plan.plan_id : "");
}

undo.addEventListener("click", () => { history.undo(); tryIt(); });
redo.addEventListener("click", () => { history.redo(); tryIt(); });
store.addEventListener("click", save);
versions.addEventListener("change", () => (versions.value ? open(versions.value) : begin(null)));
targets.addEventListener("change", () => { targets.dataset.changed = "yes"; });
targets.addEventListener("submit", (event) => { event.preventDefault(); tryIt(); });
document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.target.matches("input, select, textarea")) return;
  if (event.key.toLowerCase() === "z") {
    event.preventDefault();
    (event.shiftKey ? redo : undo).click();
  }
});
window.addEventListener("beforeunload", (event) => { if (history.changed) event.preventDefault(); });

// Lines dragged to the left-out are held back or taken out; the other way round they come in.
for (const [id, act] of [["left-out", "takeOut"], ["lines", "takeIn"]]) {
  const box = document.getElementById(id).closest("section");
  box.addEventListener("dragover", (event) => { if (mayDraft) event.preventDefault(); });
  box.addEventListener("drop", (event) => {
    event.preventDefault();
    const from = event.dataTransfer.getData("application/x-landgis-from");
    const parcel = event.dataTransfer.getData("text/plain");
    if (!mayDraft || !parcel || from === id) return;
    const acts = adjusting() ? adjustingActs : draftingActs;
    const row = act === "takeIn" ? board.left_out.find((each) => each.parcel_id === parcel) : parcel;
    if (act === "takeOut" || (row && acts.mayTakeIn(row))) acts[act](row);
  });
}

open(page.dataset.plan);
