/** Start the desk: ask what the map shows, put it together, wire every part. */
import { desk, ground, open } from "./map.js";
import { ask } from "./ask.js";
import * as bookmarks from "./bookmarks.js";
import * as card from "./card.js";
import * as compare from "./compare.js";
import * as filter from "./filter.js";
import * as identify from "./identify.js";
import * as keys from "./keys.js";
import * as layers from "./layers.js";
import * as measure from "./measure.js";
import * as parcels from "./parcels.js";
import * as permalink from "./permalink.js";
import * as print from "./print/main.js";
import * as readout from "./readout.js";
import * as search from "./search.js";
import * as table from "./table.js";
import * as tabs from "./tabs.js";
import { byId } from "./dom.js";
import { word } from "./words.js";

window.landgisDesk = desk; // for the console, and for whoever tests the page

async function start() {
  tabs.wire();
  keys.wire();
  document.body.addEventListener("htmx:beforeRequest", () => desk.say(""));
  document.body.addEventListener("htmx:sendError", () => desk.say(word("connection_lost")));
  const config = await ask("/data/map", { run: desk.run });
  const place = ground(config.grid);
  const tiles = (url) => {
    const source = new ol.source.VectorTile({ format: new ol.format.MVT(), projection: place.projection, tileGrid: place.tileGrid, url });
    source.on("tileloaderror", () => desk.say(word("map_failed") + decodeURIComponent(url.split("/").slice(2, 5).join(" "))));
    return source;
  };
  const { below, above } = layers.layersOf(config, tiles);
  desk.parcelsLayer = parcels.parcelLayer(config, tiles);
  open(config, place, [...below, desk.parcelsLayer, ...above, readout.namesLayer(config.labels), parcels.chosenLayer()]);
  byId("map-state").hidden = true;
  layers.wire(config);
  readout.wire(config);
  parcels.wire();
  card.wire();
  permalink.wire();
  table.wire();
  search.wire();
  measure.wire();
  print.wire();
  identify.wire();
  bookmarks.wire();
  compare.wire(config, tiles);
  const { placed, tabbed } = permalink.restore();
  filter.wire(config);
  const parcel = document.body.dataset.parcel;
  if (parcel) desk.choose(parcel, { zoom: !placed, findRow: true, keepTab: tabbed });
}

start().catch((error) => {
  byId("map-state").hidden = false;
  byId("map-state").textContent = word("map_failed") + error.message;
});
