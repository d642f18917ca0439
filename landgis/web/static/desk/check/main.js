/**
 * Checking now. Fills the tab "check" when it is first opened, and takes away what it drew when another tab is opened.
 */
import { desk } from "../map.js";
import { byId, make } from "../dom.js";
import { ask } from "../../common/questions.js";
import { wireDrawing } from "./draw.js";
import { wireDrop } from "./drop.js";
import { newOutline } from "./outline.js";
import { conflictStyle, draw, givenUpStyle, outlineStyle, pieceStyle, show, verdictWords } from "./result.js";
import { wireTable } from "./table.js";
import { learn, number, word } from "./words.js";

let filled = false;
const askedIn = () => ({
  title: word("check_questions"), answer: word("check_answer"), preview: word("check_preview"), other: word("check_other_answer"),
});

async function fill() {
  if (filled) return;
  filled = true;
  const place = byId("check-place");
  const answer = await fetch(`/check/panel?lang=${desk.lang}`, { headers: { "HX-Request": "true" } });
  place.replaceChildren(...new DOMParser().parseFromString(await answer.text(), "text/html").body.childNodes);
  if (!answer.ok) return;
  await desk.ready;
  work(byId("check-panel"));
}

desk.on("tab", (name) => { if (name === "check") fill(); });
if (byId("panel-check") && !byId("panel-check").hidden) fill();

function work(panel) {
  learn(panel);
  const at = (id) => panel.querySelector(`#check-${id}`);
  const [status, questions, result] = ["status", "questions", "result"].map(at);
  const outline = newOutline();
  const drawing = wireDrawing(outline, at("draw"));
  wireTable(outline, panel, (rings) => {
    drawing.show();
    drawing.ready();
    desk.fit(ol.extent.boundingExtent(rings.flat()));
  });
  let shown = []; // takes away what is on the map
  let asked = null; // what was checked last, as it was sent
  let answers = {};
  let token = "";

  const way = () => panel.querySelector("[name=check-way]:checked").value;
  const tell = (text) => { status.textContent = text; };

  async function post(path, body) {
    const response = await fetch(path, {
      method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json", "X-Landgis": "desk" },
    });
    const told = await response.json();
    if (!response.ok) throw told.error;
    return told;
  }

  function failed(error) {
    const said = error[`message_${desk.lang}`] || error.message || String(error);
    const next = error[`next_${desk.lang}`];
    tell(word("check_failed") + [said, next].filter(Boolean).join(" · "));
    status.classList.add("alarm");
  }

  function unshow() {
    shown.forEach((take) => take());
    shown = [];
  }

  function subject() {
    if (way() === "draw") {
      if (!outline.whole) throw { message: word("check_draw_first") };
      return { geometry: outline.geometry() };
    }
    return way() === "paste" ? { text: at("text").value } : { upload: token };
  }

  async function check(more = {}) {
    status.classList.remove("alarm");
    tell(word("check_working"));
    try {
      const breadth = { scope: at("scope").value, as_of: at("as-of").value || null, rules: at("rules").value || null };
      asked = { ...subject(), ...breadth, answers };
      const found = await post("/data/check", { ...asked, ...more });
      tell("");
      if (found.questions?.length) ask(questions, found.questions, answers, askedIn(), (said) => { answers = { ...answers, ...said }; check(); });
      else questions.replaceChildren();
      if (found.record) there(found);
      else clearResult();
      return found;
    } catch (error) {
      failed(error);
      return null;
    }
  }

  function clearResult() {
    unshow();
    result.replaceChildren();
    at("after").hidden = true;
  }

  function there(found) {
    unshow();
    show(result, found);
    shown.push(draw(found.outlines.features, outlineStyle), draw(found.conflicts.features, conflictStyle));
    if (way() !== "draw" && found.outlines.features.length) {
      const read = new ol.format.GeoJSON().readFeatures(found.outlines);
      desk.fit(read.reduce((whole, each) => ol.extent.extend(whole, each.getGeometry().getExtent()), ol.extent.createEmpty()));
    }
    at("after").hidden = false;
    at("number-row").hidden = way() === "file" || (way() === "paste" && !/^\s*(SRID|MULTI|POLYGON)/i.test(at("text").value));
    const cuttable = found.conflicts.features.some((each) => each.properties.outcome === "excluded");
    at("cut").disabled = !cuttable;
    at("cut-said").textContent = cuttable ? "" : word("check_cut_none");
    if (found.cut_back) cut(found);
  }

  function cut(found) {
    const place = at("cut-said");
    const shapes = found.cut_back.shapes;
    let onMap = [];
    const toggle = make("input", { type: "checkbox", id: "check-cut-show", checked: true });
    const preview = () => {
      onMap.forEach((take) => take());
      onMap = toggle.checked
        ? [draw(shapes.given_up?.features || [], givenUpStyle), draw(shapes.pieces?.features || [], pieceStyle)] : [];
    };
    toggle.addEventListener("change", preview);
    shown.push(() => { toggle.checked = false; preview(); });
    place.replaceChildren(...found.cut_back.proposals.map((row) => make("p", { class: "proposal" },
      row[`refused_${desk.lang}`] || word("check_cut_told", {
        before: number(row.area_m2.planar), after: number(row.remaining_m2.planar), share: `${number(row.share * 100)} %`,
        pieces: row.pieces.length, verdicts: row.pieces.map((piece) => verdictWords(found, piece.verdict)).join("、"),
      }))), make("p", { class: "quiet" }, found.cut_back[`note_${desk.lang}`]));
    if (!shapes.pieces) return;
    place.append(make("label", {}, toggle, " ", word("check_cut_show")));
    if (way() === "draw" && shapes.pieces.features.length === 1) {
      place.append(make("button", { type: "button", id: "check-cut-use", onclick: () => {
        outline.set(shapes.pieces.features[0].geometry.coordinates.map((ring) => ring.slice(0, -1)));
        check();
      } }, word("check_cut_use")));
    }
    preview();
  }

  /** Have the server keep what was checked, so that a paper or a record can be made of it. */
  async function kept() {
    if (asked.upload) return asked.upload;
    return (await post("/data/check", { ...asked, keep: true })).token;
  }

  async function save(event) {
    event.preventDefault();
    const said = Object.fromEntries(new FormData(event.target));
    try {
      const made = await post("/data/check/save", {
        token: await kept(), reason: said.reason, number: said.number || "", document: said.document,
        document_kind: said.document_kind, document_title: said.document_title || "", dated_on: said.dated_on || null,
        lead: Boolean(said.lead),
      });
      const leads = made.leads.length ? word("check_saved_leads", { leads: made.leads.join("、") }) : "";
      finish(word("check_saved", { parcels: made.parcels.join("、"), number: made.import_no, leads }));
    } catch (error) {
      failed(error);
    }
  }

  function finish(text) {
    clearResult();
    questions.replaceChildren();
    outline.set([[]]);
    drawing.clear();
    at("text").value = "";
    [answers, token, asked] = [{}, "", null];
    status.classList.remove("alarm");
    tell(text);
    status.focus();
  }

  async function discard() {
    try {
      if (token) await post(`/data/check/discard?token=${encodeURIComponent(token)}`, {});
      finish(word("check_discarded"));
    } catch (error) {
      failed(error);
    }
  }

  at("run").addEventListener("click", () => check());
  at("cut").addEventListener("click", () => check({ cut_back: { buffer_m: Number(at("buffer").value) || 0 } }));
  at("pdf").addEventListener("click", async () => {
    const page = window.open("", "_blank");
    try {
      const address = `/data/check/${await kept()}/card.pdf?lang=${desk.lang}`;
      if (page) page.location = address;
      else location.assign(address);
    } catch (error) {
      page?.close();
      failed(error);
    }
  });
  at("save-form")?.addEventListener("submit", save);
  at("discard").addEventListener("click", discard);
  for (const each of panel.querySelectorAll("[name=check-way]")) {
    each.addEventListener("change", () => {
      for (const name of ["draw", "paste", "file"]) at(`by-${name}`).hidden = name !== way();
      answers = {};
      questions.replaceChildren();
      clearResult();
      if (way() !== "draw") drawing.leave();
    });
  }
  wireDrop(panel, {
    working: tell,
    failed,
    uploaded(upload) {
      token = upload;
      answers = {};
      check();
    },
  });
  desk.on("tab", (name) => { if (name !== "check") { unshow(); drawing.leave(); } });
}
