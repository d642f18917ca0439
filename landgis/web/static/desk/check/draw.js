/** Drawing the outline on the map: a click adds a point, a double click ends; points are dragged; all of it snaps. */
import { desk } from "../map.js";
import { word } from "./words.js";

const SNAP_PX = 10;
const SAME_PLACE_PX = 6;
const SNAP_BELOW_M_PER_PX = 4; // coarser than this nobody aims at a border
const MOST_SNAPPED = 4000;

export function wireDrawing(outline, button) {
  const near = new ol.source.Vector();
  const shape = new ol.Feature();
  const parts = new ol.Collection();
  let drawing = false;
  let ours = false;
  let clicked = [];
  const lastTwoAreOne = () =>
    clicked.every(Boolean) && Math.hypot(clicked[0].clientX - clicked[1].clientX, clicked[0].clientY - clicked[1].clientY) < SAME_PLACE_PX;

  const adder = new ol.interaction.Interaction({
    handleEvent(event) {
      if (!drawing) return true;
      if (event.type === "click") {
        clicked = [event.originalEvent, clicked[0]];
        outline.add([...event.coordinate.slice(0, 2)]);
        return false;
      }
      if (event.type === "dblclick") {
        if (lastTwoAreOne()) stop(); // quick clicks at two places are two points
        return false;
      }
      return true;
    },
  });
  const modify = new ol.interaction.Modify({ features: parts });
  const snaps = () => [near, ...desk.snapping].map((source) => new ol.interaction.Snap({ source, pixelTolerance: SNAP_PX }));
  let snapping = [];

  modify.on("modifyend", () => {
    const geometry = shape.getGeometry();
    if (geometry.getType() === "Polygon") outline.set(geometry.getCoordinates().map((ring) => ring.slice(0, -1)));
  });

  function start() {
    drawing = true;
    modify.setActive(false);
    if (outline.whole) outline.set([[]]);
    button.textContent = word("check_draw_stop");
    button.setAttribute("aria-pressed", "true");
    gather();
  }

  function stop() {
    drawing = false;
    modify.setActive(true);
    button.textContent = word("check_draw_start");
    button.setAttribute("aria-pressed", "false");
  }

  function take() {
    if (ours) return;
    ours = true;
    desk.take("check");
    if (!desk.sketch.hasFeature(shape)) desk.sketch.addFeature(shape);
    snapping = snaps();
    for (const each of [adder, modify, ...snapping]) desk.map.addInteraction(each);
    desk.map.on("moveend", gather);
    document.addEventListener("keydown", freely);
    document.addEventListener("keyup", freely);
  }

  function leave() {
    if (!ours) return;
    ours = false;
    if (drawing) stop();
    for (const each of [adder, modify, ...snapping]) desk.map.removeInteraction(each);
    desk.map.un("moveend", gather);
    document.removeEventListener("keydown", freely);
    document.removeEventListener("keyup", freely);
    if (desk.tool === "check") desk.take("");
  }

  function freely(event) {
    if (event.key === "Alt") snapping.forEach((each) => each.setActive(event.type === "keyup"));
  }

  // Borders of the tiles in view become something that can be snapped to.
  function gather() {
    near.clear();
    const view = desk.map.getView();
    if (!drawing && !outline.whole) return;
    if (view.getResolution() > SNAP_BELOW_M_PER_PX) return;
    const extent = view.calculateExtent();
    const found = [];
    for (const layer of desk.map.getAllLayers()) {
      if (!(layer instanceof ol.layer.VectorTile) || !layer.isVisible()) continue;
      for (const feature of layer.getFeaturesInExtent(extent)) {
        if (found.length >= MOST_SNAPPED) break;
        const geometry = feature.getFlatCoordinates ? ol.render.Feature.toGeometry(feature) : feature.getGeometry();
        if (geometry.getType().includes("Polygon")) found.push(new ol.Feature(geometry));
      }
    }
    near.addFeatures(found);
  }

  outline.onChange((rings) => {
    const [first] = rings;
    if (!first.length) shape.setGeometry(undefined);
    else if (first.length < 3) shape.setGeometry(new ol.geom.LineString(first.length === 1 ? [first[0], first[0]] : first));
    else shape.setGeometry(new ol.geom.Polygon(rings.filter((ring) => ring.length >= 3).map((ring) => [...ring, ring[0]])));
    parts.clear();
    if (first.length >= 3) parts.push(shape);
  });
  button.addEventListener("click", () => {
    if (drawing) stop();
    else {
      take();
      start();
    }
  });
  desk.on("tool", (name) => { if (name !== "check") leave(); });
  return {
    leave,
    ready() { take(); },
    clear() { desk.sketch.removeFeature(shape); leave(); },
    show() { if (!desk.sketch.hasFeature(shape)) desk.sketch.addFeature(shape); },
  };
}
