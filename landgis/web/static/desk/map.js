/**
 * The desk's map, and what other modules may do with it. `import { desk } from "/static/desk/map.js"`.
 *
 * desk.ready             Promise: the map stands. Everything below that is marked (*) is there from then on.
 * desk.map (*)           ol.Map. Its view is in the working CRS: coordinates are [east, north] in metres.
 * desk.projection (*)    ol.proj.Projection of the working CRS, "EPSG:4549"; "EPSG:4490" is known to ol.proj as well.
 * desk.sketch (*)        ol.source.Vector above everything else: what a tool draws. A feature may carry its own style
 *                        (feature.setStyle), else it is drawn as a sketch. Take away what you put there.
 * desk.snapping (*)      Array of ol.source.Vector that a drawing tool may snap to: the chosen parcel's outline, and what
 *                        others add.
 * desk.parcelsLayer (*)  ol.layer.VectorTile of the run's parcels.
 * desk.run, desk.lang    Run id shown, "zh" or "en".
 * desk.chosen            Number of the chosen parcel, "" for none.
 *
 * desk.fit(extent, {least})   Move there; `least` is the finest resolution in metres per pixel (default 0.4).
 * desk.choose(parcel, {zoom, findRow, keepTab})  Choose one parcel in map, table and card. zoom: move there; findRow: turn
 *                        the table to its page; keepTab: leave the open tab of the side panel open.
 * desk.take(tool)        The pointer now belongs to a tool, e.g. "check"; "" gives it back to choosing parcels. Whoever
 *                        had it hears the event "tool" and must stop. A tool listens to clicks while desk.tool is its own.
 * desk.show(tab)         Open a tab of the side panel: "card", "check", "identify", "compare", "bookmarks".
 * desk.say(text)         Tell a failure in the line at the bottom; "" takes it away.
 * desk.tell(text)        Tell a screen reader politely what happened.
 * desk.on(event, fn)     Listen; returns a function that stops listening. Events, with what fn is given:
 *   "ready"   —                                        the map stands
 *   "choose"  {parcel, zoom, findRow, keepTab}         a parcel was chosen
 *   "filter"  URLSearchParams                          map and table have another filter
 *   "click"   {coordinate, pixel, tool}                a click on the map, whoever has the pointer
 *   "tool"    name                                     the pointer has another owner
 *   "tab"     name                                     a tab of the side panel was opened
 *   "state"   —                                        something that the address keeps has changed
 * desk.emit(event, what) Tell the listeners.
 */

export const CRS = "EPSG:4549";
export const GEOGRAPHIC = "EPSG:4490";
const PROJ_4549 = "+proj=tmerc +lat_0=0 +lon_0=120 +k=1 +x_0=500000 +y_0=0 +ellps=GRS80 +units=m +no_defs";
const PROJ_4490 = "+proj=longlat +ellps=GRS80 +no_defs";
const PADDING = [60, 60, 70, 60];

const listeners = new Map();
let standing;

export const desk = {
  ready: new Promise((resolve) => { standing = resolve; }),
  map: null,
  projection: null,
  sketch: null,
  snapping: [],
  parcelsLayer: null,
  run: document.body.dataset.run,
  lang: document.body.dataset.lang,
  chosen: "",
  tool: "",
  home: null,

  on(event, fn) {
    if (!listeners.has(event)) listeners.set(event, new Set());
    listeners.get(event).add(fn);
    return () => listeners.get(event).delete(fn);
  },

  emit(event, what) {
    for (const fn of [...(listeners.get(event) || [])]) fn(what);
  },

  fit(extent, { least = 0.4 } = {}) {
    desk.map.getView().fit(extent, { padding: PADDING, minResolution: least, duration: calm() ? 0 : 250 });
  },

  choose(parcel, options = {}) {
    desk.chosen = parcel;
    desk.emit("choose", { parcel, ...options });
    desk.emit("state");
  },

  take(tool) {
    if (desk.tool === tool) return;
    desk.tool = tool;
    document.getElementById("map").dataset.tool = tool;
    desk.emit("tool", tool);
  },

  show(tab) {
    const button = document.getElementById(`tab-${tab}`);
    if (button && button.getAttribute("aria-selected") !== "true") button.click();
  },

  say(text) {
    const line = document.getElementById("trouble");
    line.querySelector("span").textContent = text;
    line.hidden = !text;
  },

  tell(text) {
    document.getElementById("told").textContent = text;
  },
};

/** Longitude and latitude, degrees, of a point of the working CRS; and back. */
export const toDegrees = (at) => proj4(PROJ_4549, PROJ_4490, at);
export const toMetres = (at) => proj4(PROJ_4490, PROJ_4549, at);

/** Whether the person asked the machine for little movement. */
export const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** The tile grid that map and database share, and the projection it lies in. */
export function ground(grid) {
  const side = grid.size_m;
  const extent = [grid.origin[0], grid.origin[1] - side, grid.origin[0] + side, grid.origin[1]];
  // Plane metres: the scale line measures in the working CRS itself, not on a sphere.
  const projection = new ol.proj.Projection({ code: CRS, units: "m", extent, getPointResolution: (resolution) => resolution });
  ol.proj.addProjection(projection);
  const degrees = new ol.proj.Projection({ code: GEOGRAPHIC, units: "degrees", extent: [-180, -90, 180, 90] });
  ol.proj.addProjection(degrees);
  ol.proj.addCoordinateTransforms(degrees, projection, toMetres, toDegrees);
  const tileGrid = new ol.tilegrid.TileGrid({ extent, origin: grid.origin, resolutions: grid.resolutions, tileSize: grid.tile_px });
  return { projection, tileGrid, extent };
}

/** Put the map into the page. `layers` from the ground up; the sketch comes on top. */
export function open(config, { projection, extent }, layers) {
  desk.projection = projection;
  desk.home = config.extent || extent;
  desk.sketch = new ol.source.Vector();
  const sketch = new ol.layer.Vector({ source: desk.sketch, style: sketched, zIndex: 90 });
  desk.map = new ol.Map({
    target: "map",
    layers: [...layers, sketch],
    controls: [],
    view: new ol.View({
      projection, extent, showFullExtent: true, minResolution: 0.05, maxResolution: 512, enableRotation: false,
      center: [0, 0], resolution: 8,
    }),
  });
  desk.map.getView().fit(desk.home, { padding: [24, 24, 40, 24] });
  desk.map.on("singleclick", (event) => desk.emit("click", { coordinate: event.coordinate, pixel: event.pixel, tool: desk.tool }));
  desk.map.on("moveend", () => desk.emit("state"));
  desk.map.on("rendercomplete", () => {
    const seen = document.documentElement.dataset;
    seen.map = "ready";
    seen.renders = Number(seen.renders || 0) + 1;
  });
  standing(desk);
  desk.emit("ready");
}

const SKETCH = [
  new ol.style.Style({ stroke: new ol.style.Stroke({ color: "#ffffff", width: 6 }) }),
  new ol.style.Style({
    stroke: new ol.style.Stroke({ color: "#7b1fa2", width: 2.5, lineDash: [8, 5] }),
    fill: new ol.style.Fill({ color: "rgba(123, 31, 162, 0.14)" }),
    image: new ol.style.Circle({
      radius: 5, fill: new ol.style.Fill({ color: "#ffffff" }), stroke: new ol.style.Stroke({ color: "#7b1fa2", width: 2.5 }),
    }),
  }),
];
const sketched = () => SKETCH;
