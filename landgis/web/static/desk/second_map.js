/** Two maps side by side on one view: what moves one moves the other, and the pointer of one is shown in the other. */
import { desk } from "./map.js";
import { byId, make } from "./dom.js";
import { tree } from "./layers.js";

/** Show the first side in the desk's map and the second in a map beside it. `end()` takes everything away again. */
export function second(sides, names) {
  const { map } = desk;
  const place = byId("map-second");
  place.hidden = false;
  map.addLayer(sides[0]);
  // A layer stands in one map only; its source may be shared.
  const copies = [...tree.values()].filter((held) => held.on).flatMap((held) => held.drawn).filter((layer) => layer.getVisible()).map(copied);
  const parcels = desk.parcelsLayer.getVisible() ? [copied(desk.parcelsLayer)] : [];
  const drawings = map.getLayers().getArray().filter((layer) => layer instanceof ol.layer.Vector).map((layer) => (
    new ol.layer.Vector({ source: layer.getSource(), style: layer.getStyle(), zIndex: layer.getZIndex() })
  ));
  const other = new ol.Map({
    target: place, controls: [], view: map.getView(), layers: [...copies, ...parcels, ...drawings, sides[1]],
  });
  const labels = [[byId("map"), names[0]], [place, names[1]]].map(([target, name]) => {
    const label = make("span", { class: "side-name" }, name);
    target.append(label);
    return label;
  });
  const pointers = [map, other].map((each) => {
    const overlay = new ol.Overlay({ element: make("i", { class: "far-pointer", "aria-hidden": "true" }), positioning: "center-center", stopEvent: false });
    each.addOverlay(overlay);
    return overlay;
  });
  const follow = [
    map.on("pointermove", ({ coordinate }) => { pointers[1].setPosition(coordinate); pointers[0].setPosition(undefined); }),
    other.on("pointermove", ({ coordinate }) => { pointers[0].setPosition(coordinate); pointers[1].setPosition(undefined); }),
  ];
  map.updateSize();
  desk.second = other;

  return {
    end() {
      ol.Observable.unByKey(follow);
      map.removeOverlay(pointers[0]);
      map.removeLayer(sides[0]);
      labels.forEach((label) => label.remove());
      other.setTarget(null);
      place.replaceChildren();
      place.hidden = true;
      delete desk.second;
      map.updateSize();
    },
  };
}

function copied(layer) {
  if (layer instanceof ol.layer.Tile) return new ol.layer.Tile({ source: layer.getSource(), opacity: layer.getOpacity(), zIndex: layer.getZIndex() });
  return new ol.layer.VectorTile({
    source: layer.getSource(), style: layer.getStyle(), opacity: layer.getOpacity(), maxResolution: layer.getMaxResolution(),
    zIndex: layer.getZIndex(),
  });
}
