/** Print what the map shows: choose scale and paper, place the frame by pointer or arrow keys, take the sheet. */
import { CRS, desk } from "../map.js";
import { ask, told } from "../ask.js";
import { byId, make } from "../dom.js";
import { filterQuery } from "../filter.js";
import { tree } from "../layers.js";
import { figure, word } from "../words.js";
import { bounds, fitting, nudged, ring } from "./frame.js";

const TOOL = "print";
const WAIT_MS = 180; // a frame that still moves is not counted
let offer = null; // {papers, scales}
let centre = null; // [east, north] of the working CRS
let outline = null;
let moving = null;
let asked = 0;
let waiting = 0;

const paper = () => offer.papers.find((each) => each.paper === byId("print-paper").value && each.turn === chosenTurn());
const chosenTurn = () => byId("print-turn").value;
const scale = () => Number(byId("print-scale").value);

function project(at) {
  const own = desk.map.getView().getProjection();
  return own.getCode() === CRS ? at : ol.proj.transform(at, CRS, own);
}

function unproject(at) {
  const own = desk.map.getView().getProjection();
  return own.getCode() === CRS ? at : ol.proj.transform(at, own, CRS);
}

const FRAMED = () => [
  new ol.style.Style({ stroke: new ol.style.Stroke({ color: "#ffffff", width: 6 }) }),
  new ol.style.Style({
    stroke: new ol.style.Stroke({ color: "#b00000", width: 2.5 }), fill: new ol.style.Fill({ color: "rgba(176, 0, 0, 0.05)" }),
  }),
];

function draw() {
  const shape = new ol.geom.Polygon([ring(bounds(centre, paper(), scale()), project)]);
  if (outline) outline.setGeometry(shape);
  else {
    outline = new ol.Feature(shape);
    outline.setStyle(FRAMED());
    desk.sketch.addFeature(outline);
  }
  const size = bounds([0, 0], paper(), scale());
  byId("print-ground").textContent = word("print_ground", { width: figure(size[2] * 2), height: figure(size[3] * 2) });
  const told = byId("print-count"); // never the number of another frame
  told.textContent = word("print_counting");
  delete told.dataset.count;
  asked += 1;
  clearTimeout(waiting);
  waiting = setTimeout(count, WAIT_MS);
}

/** What the server must know of the frame, with run and filter. */
function query() {
  const values = filterQuery();
  const chosen = paper();
  values.set("run", desk.run);
  values.set("scale", String(scale()));
  values.set("paper", chosen.paper);
  values.set("turn", chosen.turn);
  values.set("east", centre[0].toFixed(3));
  values.set("north", centre[1].toFixed(3));
  return values;
}

async function count() {
  if (desk.tool !== TOOL) return;
  const turn = ++asked;
  const found = await told(ask("/data/print/count", query()));
  if (!found || turn !== asked) return;
  byId("print-count").textContent = word("print_count", { count: figure(found.count), ha: found.area_ha, mu: found.area_mu });
  byId("print-count").dataset.count = found.count;
}

/** What of the map the panel leaves free: width and height in pixels. */
function free() {
  const [width, height] = desk.map.getSize();
  const covered = byId("print").offsetWidth + 20;
  return width > 2 * covered ? [width - covered, height] : [width, height];
}

/** Put the whole frame into sight where it is not. */
function show() {
  const extent = outline.getGeometry().getExtent();
  const [left, top] = desk.map.getPixelFromCoordinate([extent[0], extent[3]]) || [-1, -1];
  const [right, bottom] = desk.map.getPixelFromCoordinate([extent[2], extent[1]]) || [-1, -1];
  const [width, height] = free();
  if (left >= 0 && top >= 0 && right <= width && bottom <= height) return;
  const beside = desk.map.getSize()[0] - width;
  desk.map.getView().fit(extent, { padding: [34, beside + 20, 20, 20] });
}

/** The middle of what is seen. */
function middle() {
  const [width, height] = free();
  return unproject(desk.map.getCoordinateFromPixel([width / 2, height / 2]) || desk.map.getView().getCenter());
}

function options() {
  const papers = [...new Set(offer.papers.map((each) => each.paper))];
  byId("print-paper").replaceChildren(...papers.map((name) => make("option", { value: name, selected: name === "a3" }, name.toUpperCase())));
  byId("print-scale").replaceChildren(...offer.scales.map((each) => make("option", { value: each }, `1:${figure(each)}`)));
}

async function start() {
  if (!offer) {
    offer = await told(ask("/data/print/papers"));
    if (!offer) {
      desk.take("");
      return;
    }
    options();
    const view = desk.map.getView();
    const [west, south, east, north] = view.calculateExtent(desk.map.getSize());
    const seen = [...unproject([west, south]), ...unproject([east, north])];
    const narrower = offer.scales.filter((each) => fitting(seen, paper(), offer.scales) >= each);
    byId("print-scale").value = String(narrower[Math.max(0, narrower.length - 2)]);
  }
  centre = unproject(desk.map.getView().getCenter());
  draw();
  show();
  byId("print-title").focus();
}

function stop() {
  clearTimeout(waiting);
  asked += 1;
  moving = null;
  if (outline) desk.sketch.removeFeature(outline);
  outline = null;
}

/** The frame goes with the pointer that took hold of it. */
function drag() {
  return new ol.interaction.Pointer({
    handleDownEvent: (event) => {
      if (desk.tool !== TOOL || !outline?.getGeometry().intersectsCoordinate(event.coordinate)) return false;
      moving = unproject(event.coordinate);
      return true;
    },
    handleDragEvent: (event) => {
      const at = unproject(event.coordinate);
      centre = [centre[0] + at[0] - moving[0], centre[1] + at[1] - moving[1]];
      moving = at;
      draw();
    },
    handleUpEvent: () => false,
  });
}

function byKey(event) {
  if (desk.tool !== TOOL || !centre) return;
  const moved = nudged(centre, event.key, event.shiftKey, scale());
  if (!moved) return;
  event.preventDefault();
  event.stopPropagation();
  centre = moved;
  draw();
  show();
}

const switchedOn = () => [...tree.values()].filter((held) => held.on && held.entry.release).map((held) => `${held.entry.key}@${held.entry.release}`);

async function take(form) {
  const values = query();
  for (const edition of switchedOn()) values.append("layer", edition);
  values.set("title", byId("print-title").value.trim() || byId("print-title").placeholder);
  values.set("numbered", String(byId("print-numbered").checked));
  const state = byId("print-state");
  const buttons = document.querySelectorAll("#print .take");
  desk.say("");
  state.textContent = word("print_busy");
  byId("print").setAttribute("aria-busy", "true");
  buttons.forEach((button) => { button.disabled = true; });
  const made = await told(fetched(`/data/print/view.${form}?${values}`));
  byId("print").removeAttribute("aria-busy");
  buttons.forEach((button) => { button.disabled = false; });
  state.textContent = made ? word("print_done", { name: made.name }) : "";
  if (made) save(made);
}

async function fetched(address) {
  let response;
  try {
    response = await fetch(address);
  } catch {
    throw new Error(word("connection_lost"));
  }
  if (!response.ok) {
    const refused = (await response.json()).error || {};
    throw new Error([refused[`message_${desk.lang}`] || String(response.status), refused[`next_${desk.lang}`]].filter(Boolean).join(" "));
  }
  const name = decodeURIComponent((response.headers.get("Content-Disposition") || "").split("UTF-8''")[1] || "print.pdf");
  return { name, content: await response.blob() };
}

function save({ name, content }) {
  const address = URL.createObjectURL(content);
  const link = make("a", { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

export function wire() {
  byId("tool-print").addEventListener("click", () => desk.take(desk.tool === TOOL ? "" : TOOL));
  byId("print-close").addEventListener("click", () => {
    desk.take("");
    byId("tool-print").focus();
  });
  byId("print").addEventListener("change", (event) => {
    if (!centre || !event.target.closest(".frame-choice")) return;
    draw();
    show();
  });
  byId("print").addEventListener("submit", (event) => event.preventDefault());
  byId("print-centre").addEventListener("click", () => {
    centre = middle();
    draw();
  });
  byId("print-pad").addEventListener("keydown", byKey);
  byId("map").addEventListener("keydown", byKey, { capture: true });
  for (const form of ["pdf", "png"]) byId(`print-${form}`).addEventListener("click", () => take(form));
  desk.map.addInteraction(drag());
  desk.on("filter", () => { if (desk.tool === TOOL && outline) draw(); });
  desk.on("tool", (tool) => {
    const mine = tool === TOOL;
    byId("tool-print").setAttribute("aria-pressed", String(mine));
    byId("print").hidden = !mine;
    if (mine) start();
    else stop();
  });
}
