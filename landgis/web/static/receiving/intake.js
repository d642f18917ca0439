// Bringing a file in: sent, looked into, answered for, described, and started; each step shows when it can be done.

import { ask as questions } from "../common/questions.js";
import { complain, el, lang, say, send as post, t } from "../boards/talk.js";
import { columns } from "./columns.js";
import { inspection } from "./inspection.js";
import { follow } from "./job.js";
import { rows as tried } from "./rows.js";
import { send, size, wireDrop } from "./sending.js";

const page = document.getElementById("intake");
const at = (id) => document.getElementById(id);
const arrival = page.dataset.arrival;
const path = `/data/intake/${arrival}`;
const most = Number(page.dataset.mostBytes);
const form = at("says");
const held = { upload: "", name: "", answers: {}, parts: {}, fields: [] };
let sending = null;
let stated = () => ({});

// One file at a time is on its way; the button stops it.
async function sent(file) {
  at("sending").hidden = false;
  const tell = (share) => {
    at("sent").value = share;
    at("sent-said").textContent = t("intake_uploading", { name: file.name, percent: Math.round(share * 100) });
  };
  tell(0);
  sending = send(`${path}/file`, file, most, tell);
  try {
    return await sending.done;
  } finally {
    sending = null;
    at("sending").hidden = true;
  }
}

async function taken(file) {
  try {
    if (sending) throw new Error(t("intake_one_file"));
    if (held.upload) await discard();
    const got = await sent(file);
    Object.assign(held, { upload: got.upload, name: got.name, answers: {} });
    at("uploaded").hidden = false;
    at("uploaded").querySelector("b").textContent = t("intake_uploaded", { name: got.name, size: size(got.bytes) });
    await look();
  } catch (error) {
    complain(error);
  }
}

async function look() {
  say(t("intake_looking", { name: held.name }));
  page.setAttribute("aria-busy", "true");
  try {
    const found = await post(`${path}/look`, { upload: held.upload, answers: held.answers });
    show(found);
    say("");
  } catch (error) {
    complain(error);
  } finally {
    page.removeAttribute("aria-busy");
  }
}

function show(found) {
  found.refused = found.issues.some((issue) => issue.refused);
  at("step-look").hidden = false;
  at("found").replaceChildren(...inspection(found, arrival), ...given());
  const open = [...found.questions, ...chooseLayer(found)];
  at("questions").replaceChildren();
  if (open.length) questions(at("questions"), open, held.answers, words(), (said) => { Object.assign(held.answers, said); look(); });
  at("step-says").hidden = !found.ready;
  if (found.ready && form.elements.as_layer && !form.elements.as_layer.value) form.elements.as_layer.value = found.suggested;
  if (!open.length) at("title-look").focus();
  page.dataset.ready = found.ready ? "yes" : "no";
  if (!found.ready) return;
  const layer = found.layers.find((each) => each.name === held.answers.layer) || found.layers[0];
  held.fields = layer ? layer.fields.map((field) => field.name) : [];
  describe();
}

// What columns mean depends on the layer; what becomes of rows depends on what columns mean.
async function describe() {
  try {
    const layer = form.elements.as_layer?.value;
    stated = () => ({});
    if (arrival === "parcels" || (layer && held.fields.length)) {
      stated = await columns(at("columns"), `${path}/columns`, { columns: held.fields, ...(layer ? { as_layer: layer } : {}) }, tryRows);
    } else at("columns").replaceChildren();
    await tryRows();
  } catch (error) {
    complain(error);
  }
}

async function tryRows() {
  if (arrival !== "parcels") return;
  const { district, facts } = said();
  await tried(at("rows"), path, { upload: held.upload, answers: held.answers, columns: stated(), ...(district ? { district } : {}), ...(facts ? { facts } : {}) });
}

// Of several layers one is brought in; the choice is asked as every other question is.
function chooseLayer(found) {
  if (found.layers.length < 2) return [];
  const asks = t("intake_choose_layer", { count: found.layers.length });
  const candidates = found.layers.map((layer) => ({ value: layer.name, evidence_zh: rows(layer), evidence_en: rows(layer), preview: [] }));
  return [{ code: "layer", where: found.source_name, asks_zh: asks, asks_en: asks, candidates }];
}

const rows = (layer) => `${t("intake_rows")} ${layer.count ?? "—"}`;
const words = () => ({
  title: t("intake_questions"), answer: t("intake_answer"), preview: t("intake_preview"), other: t("intake_other_answer"),
});

function given() {
  const said = Object.entries(held.answers);
  if (!said.length) return [];
  const anew = el("button", { type: "button", onclick: () => { held.answers = {}; look(); } }, t("intake_answer_anew"));
  return [el("p", { id: "given" }, t("intake_answers_given", { answers: said.map(([code, value]) => `${code} = ${value}`).join("；") }), " ", anew)];
}

async function discard() {
  const [name, uploads] = [held.name, [held.upload, ...Object.values(held.parts).map((part) => part.upload)]];
  await post(`${path}/discard`, { uploads });
  Object.assign(held, { upload: "", name: "", answers: {}, parts: {}, fields: [] });
  for (const id of ["uploaded", "step-look", "step-says"]) at(id).hidden = true;
  for (const field of form.querySelectorAll("[data-part]")) chosen(field, "");
  say(t("intake_discarded", { name }));
}

// A file beside the file: what it covers, facts, documents. It is sent when it is chosen.
async function beside(field) {
  const name = field.dataset.part;
  try {
    if (held.parts[name]) await post(`${path}/discard`, { uploads: [held.parts[name].upload] });
    delete held.parts[name];
    chosen(field, "", false);
    if (!field.files.length) return;
    if (sending) throw new Error(t("intake_one_file"));
    held.parts[name] = await sent(field.files[0]);
    const told = t("intake_uploaded", { name: held.parts[name].name, size: size(held.parts[name].bytes) });
    chosen(field, told, false);
    say(told);
    if (name === "facts") await tryRows();
  } catch (error) {
    chosen(field, "");
    complain(error);
  }
}

// Say beside a field which file was taken; empty: none, and the field forgets it.
function chosen(field, text, forget = true) {
  if (forget) field.value = "";
  field.parentElement.querySelector(".chosen").textContent = text;
}

function said() {
  const values = Object.fromEntries([...new FormData(form)].filter(([, value]) => typeof value === "string" && value.trim() !== ""));
  const parts = Object.fromEntries(Object.entries(held.parts).map(([name, part]) => [name, part.upload]));
  const common = { upload: held.upload, answers: held.answers, ...parts };
  const named = Object.keys(stated()).length ? { columns: stated() } : {};
  if (arrival === "parcels") return { ...common, ...values, ...named };
  const { as_layer, substitute, ...says } = values;
  for (const name of ["scale_denominator", "accuracy_m"]) if (says[name]) says[name] = Number(says[name]);
  if (substitute) says.substitute = true;
  return { ...common, as_layer, says: { ...says, ...named } };
}

async function start(event) {
  event.preventDefault();
  at("start").disabled = true;
  try {
    const begun = await post(`${path}/start`, said());
    const [original] = begun.kept;
    at("kept").textContent = t("intake_started", { no: begun.job.job_no, name: original.name, hash: original.content_hash.slice(0, 12) }) + (begun.new ? "" : ` · ${t("intake_twin")}`);
    history.replaceState(null, "", `?job=${begun.job.job_no}&lang=${lang}`);
    under(begun.job.job_no);
    at("title-import").focus();
  } catch (error) {
    complain(error);
  } finally {
    at("start").disabled = false;
  }
}

function under(jobNo) {
  for (const id of ["step-file", "step-says"]) at(id).hidden = true;
  document.querySelector("#given button")?.remove();
  at("step-import").hidden = false;
  at("other-language").search = `?job=${jobNo}&lang=${lang === "zh" ? "en" : "zh"}`;
  follow(jobNo, arrival);
}

wireDrop(at("drop"), at("file"), taken, complain);
for (const name of ["dragover", "drop"]) document.addEventListener(name, (event) => event.preventDefault()); // a file beside the place is not opened
at("stop").addEventListener("click", () => sending?.stop());
at("discard").addEventListener("click", () => discard().catch(complain));
form.addEventListener("submit", start);
form.elements.as_layer?.addEventListener("change", describe);
if (arrival === "parcels") form.elements.district.addEventListener("change", () => tryRows().catch(complain));
for (const field of form.querySelectorAll("[data-part]")) field.addEventListener("change", () => beside(field));
const known = new URLSearchParams(location.search).get("job");
if (/^\d+$/.test(known || "")) under(Number(known));
