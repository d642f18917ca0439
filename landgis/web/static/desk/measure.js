/** Measure a length or an area: drawn on the map or entered by keyboard; the server measures, in the plane and on the ellipsoid. */
import { desk } from "./map.js";
import { send, told } from "./ask.js";
import { byId, make } from "./dom.js";
import { figure, word } from "./words.js";

const TOOL = "measure";
const BESIDE_PX = 320; // the box of the tool stands on the right
let drawing = null;
let drawn = null;
let kind = "area";

function row(name, ...values) {
  return make("tr", {}, make("th", { scope: "row" }, name), ...values.map((value) => make("td", {}, value)));
}

function lengths(planar, ellipsoidal) {
  return row(word("measure_length"), metres(planar), metres(ellipsoidal));
}

const metres = (value) => `${figure(value, 2)} ${word("unit_m")}`;

function told_area(answer) {
  const cells = ["planar", "ellipsoidal"];
  return [
    row(word("measure_area"), ...cells.map((basis) => `${figure(answer[basis], 2)} ${word("unit_m2")}`)),
    row(word("unit_ha"), ...cells.map((basis) => `${answer[`${basis}_ha`]} ${word("unit_ha")}`)),
    row(word("unit_mu"), ...cells.map((basis) => `${answer[`${basis}_mu`]} ${word("unit_mu")}`)),
    row(word("measure_boundary"), metres(answer.planar_length_m), metres(answer.ellipsoidal_length_m)),
  ];
}

function show(answer) {
  const head = make("tr", {}, make("td"), make("th", { scope: "col" }, word("measure_planar")), make("th", { scope: "col" }, word("measure_ellipsoidal")));
  const rows = answer.kind === "area" ? told_area(answer) : [lengths(answer.planar, answer.ellipsoidal)];
  const table = make("table", {}, make("thead", {}, head), make("tbody", {}, ...rows));
  byId("measure-result").replaceChildren(table, make("p", { class: "quiet" }, word(answer.kind === "area" ? "measure_basis_area" : "measure_basis_length")));
}

async function measure(points) {
  byId("measure-points").value = points.map(([east, north]) => `${east.toFixed(3)} ${north.toFixed(3)}`).join("\n");
  const answer = await told(send("POST", "/data/measure", { kind, points }));
  if (answer) show(answer);
}

/** Corners of what was drawn; an area's outline without the corner that closes it. */
function corners(geometry) {
  return geometry.getType() === "Polygon" ? geometry.getCoordinates()[0].slice(0, -1) : geometry.getCoordinates();
}

function forget() {
  if (drawn) desk.sketch.removeFeature(drawn);
  drawn = null;
}

function start() {
  stop();
  drawing = new ol.interaction.Draw({ source: desk.sketch, type: kind === "area" ? "Polygon" : "LineString", stopClick: true });
  drawing.on("drawstart", () => {
    forget();
    byId("measure-result").replaceChildren();
  });
  drawing.on("drawend", ({ feature }) => {
    drawn = feature;
    measure(corners(feature.getGeometry()));
  });
  desk.map.addInteraction(drawing);
}

function stop() {
  if (drawing) desk.map.removeInteraction(drawing);
  drawing = null;
}

/** Numbers of a text, two a line: east and north. */
function entered() {
  const lines = byId("measure-points").value.split("\n").map((line) => line.trim()).filter(Boolean);
  return lines.map((line) => {
    const pair = line.split(/[\s,，;；]+/).map(Number);
    if (pair.length !== 2 || !pair.every(Number.isFinite)) throw new Error(word("measure_bad_line", { line }));
    return pair;
  });
}

function measureEntered() {
  desk.say("");
  let points;
  try {
    points = entered();
  } catch (error) {
    desk.say(error.message);
    return;
  }
  forget();
  if (points.length >= (kind === "area" ? 3 : 2)) {
    const shape = kind === "area" ? new ol.geom.Polygon([[...points, points[0]]]) : new ol.geom.LineString(points);
    drawn = new ol.Feature(shape);
    desk.sketch.addFeature(drawn);
    desk.map.getView().fit(shape.getExtent(), { padding: [50, BESIDE_PX, 50, 70] });
  }
  measure(points);
}

function toggle() {
  if (desk.tool === TOOL) desk.take("");
  else desk.take(TOOL);
}

export function wire() {
  byId("tool-measure").addEventListener("click", toggle);
  byId("measure-close").addEventListener("click", () => {
    desk.take("");
    byId("tool-measure").focus();
  });
  byId("measure").addEventListener("change", (event) => {
    if (event.target.name !== "measure-kind") return;
    kind = event.target.value;
    forget();
    byId("measure-result").replaceChildren();
    start();
  });
  byId("measure-enter").addEventListener("click", measureEntered);
  byId("measure-clear").addEventListener("click", () => {
    forget();
    byId("measure-points").value = "";
    byId("measure-result").replaceChildren();
  });
  desk.on("tool", (tool) => {
    const mine = tool === TOOL;
    byId("tool-measure").setAttribute("aria-pressed", String(mine));
    byId("measure").hidden = !mine;
    if (mine) start();
    else {
      stop();
      forget();
    }
  });
}
