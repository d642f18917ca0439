/** What stands around the map: zoom, the scale as a line and as 1:N, where the pointer is, names of places. */
import { desk, toDegrees } from "./map.js";
import { byId, make } from "./dom.js";
import { figure, word } from "./words.js";

const PIXEL_M = 0.00028; // the pixel that a scale counts with (OGC): 0.28 mm

export const scaleOf = (resolution) => resolution / PIXEL_M;
export const resolutionOf = (denominator) => denominator * PIXEL_M;

/** Whether the tiles of a resolution show small things by sums: those of the zoom that the map takes for it. */
export function generalised({ resolutions, generalised_from_m_per_px: from }, resolution) {
  const source = desk.parcelsLayer.getSource();
  return resolutions[source.getTileGrid().getZForResolution(resolution, source.zDirection)] >= from;
}

/** The layer of the names of towns. */
export function namesLayer(labels) {
  const features = labels.map((label) => new ol.Feature({ geometry: new ol.geom.Point(label.at), text: label.text }));
  return new ol.layer.Vector({ source: new ol.source.Vector({ features }), style: nameStyle, declutter: true, zIndex: 55 });
}

function nameStyle(feature) {
  return new ol.style.Style({
    text: new ol.style.Text({
      text: feature.get("text"), font: '600 14px "Noto Sans CJK SC", "Noto Sans SC", "Microsoft YaHei", sans-serif',
      fill: new ol.style.Fill({ color: "#33424a" }), stroke: new ol.style.Stroke({ color: "rgba(255, 255, 255, 0.9)", width: 4 }),
    }),
  });
}

function written([east, north]) {
  const [lon, lat] = toDegrees([east, north]);
  return `${word("east")} ${east.toFixed(2)}  ${word("north")} ${north.toFixed(2)} m　${lon.toFixed(6)}°E ${lat.toFixed(6)}°N`;
}

export function wire(config) {
  const { map } = desk;
  const all = make("span", {}, "⤢");
  map.addControl(new ol.control.Zoom({ zoomInTipLabel: word("zoom_in"), zoomOutTipLabel: word("zoom_out") }));
  map.addControl(new ol.control.ZoomToExtent({ extent: desk.home, label: all, tipLabel: word("zoom_all") }));
  map.addControl(new ol.control.ScaleLine({ target: byId("scale"), units: "metric", minWidth: 80 }));
  map.on("pointermove", (event) => {
    if (!event.dragging) byId("mouse").textContent = written(event.coordinate);
  });
  const say = () => {
    const resolution = map.getView().getResolution();
    byId("denominator").textContent = `1:${figure(Math.round(scaleOf(resolution)))}`;
    document.documentElement.classList.toggle("generalised", generalised(config.grid, resolution));
  };
  map.getView().on("change:resolution", say);
  say();
}
