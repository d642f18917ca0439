// The desk: map and table are one filter, one parcel is chosen in both.
"use strict";

(function () {
  const CRS = "EPSG:4549";
  const PROJ_4549 = "+proj=tmerc +lat_0=0 +lon_0=120 +k=1 +x_0=500000 +y_0=0 +ellps=GRS80 +units=m +no_defs";
  const PROJ_4490 = "+proj=longlat +ellps=GRS80 +no_defs";
  const HATCH_BELOW_M_PER_PX = 6; // coarser than this a hatch turns into a grey
  const OUTLINE_BELOW_M_PER_PX = 2;
  const run = document.body.dataset.run;
  const lang = document.body.dataset.lang;
  const filter = document.getElementById("filter");
  const card = document.getElementById("card");
  const mapBox = document.getElementById("map");
  const mapState = document.getElementById("map-state");
  const trouble = document.getElementById("trouble");
  const state = { parcel: "", inFilter: null };
  let map, parcels, highlight, home;

  function address(path, values) {
    return path + "?" + new URLSearchParams({ run, ...values }).toString();
  }

  async function json(path, values) {
    const response = await fetch(address(path, values));
    const body = await response.json();
    if (!response.ok) throw new Error(body.error["message_" + lang] || body.error.message_zh);
    return body;
  }

  // --- map -----------------------------------------------------------------------------------------------------

  function makeMap(config) {
    const grid = config.grid;
    const side = grid.size_m;
    const extent = [grid.origin[0], grid.origin[1] - side, grid.origin[0] + side, grid.origin[1]];
    // Plane metres: the scale line measures in the working CRS itself, not on a sphere.
    const projection = new ol.proj.Projection({ code: CRS, units: "m", extent, getPointResolution: (resolution) => resolution });
    ol.proj.addProjection(projection);
    const tileGrid = new ol.tilegrid.TileGrid({ extent, origin: grid.origin, resolutions: grid.resolutions, tileSize: grid.tile_px });
    const tiles = (url) => {
      const source = new ol.source.VectorTile({ format: new ol.format.MVT(), projection, tileGrid, url });
      source.on("tileloaderror", () => say(mapBox.dataset.failed + url.split("/")[3]));
      return source;
    };

    const ground = [];
    const above = []; // outlines of the control lines once more, over the parcels: there a conflict is seen
    for (const entry of config.layers) {
      const source = tiles(entry.url);
      const box = checkbox(entry.key);
      const visible = box.checked;
      const full = (_feature, resolution) =>
        landgisSymbols.style(entry.symbol, { detailed: resolution < HATCH_BELOW_M_PER_PX });
      const line = landgisSymbols.outline(entry.symbol);
      const drawn = [new ol.layer.VectorTile({ source, visible, style: full })];
      ground.push(drawn[0]);
      if (entry.above) {
        drawn.push(new ol.layer.VectorTile({ source, visible, style: line, maxResolution: OUTLINE_BELOW_M_PER_PX }));
        above.push(drawn[1]);
      }
      box.addEventListener("change", () => drawn.forEach((layer) => layer.setVisible(box.checked)));
    }
    parcels = new ol.layer.VectorTile({ source: tiles(config.parcels.url), style: parcelStyle(config.verdicts) });
    highlight = new ol.layer.Vector({ source: new ol.source.Vector(), style: chosenStyle });
    const names = new ol.layer.Vector({ source: new ol.source.Vector({ features: config.labels.map(nameOf) }), style: nameStyle, declutter: true });

    home = config.extent || extent;
    map = new ol.Map({
      target: mapBox,
      layers: [...ground, parcels, ...above, names, highlight],
      controls: controls(),
      view: new ol.View({ projection, extent, showFullExtent: true, minResolution: 0.05, enableRotation: false, center: [0, 0], resolution: 8 }),
    });
    map.getView().fit(home, { padding: [24, 24, 40, 24] });
    map.on("singleclick", clicked);
    map.on("pointermove", moved);
    map.on("rendercomplete", () => {
      document.documentElement.dataset.map = "ready";
      document.documentElement.dataset.renders = Number(document.documentElement.dataset.renders || 0) + 1;
    });
    window.landgisDesk = { map, parcels, choose };
    mapState.hidden = true;
  }

  function checkbox(key) {
    return document.querySelector(`input[data-layer="${CSS.escape(key)}"]`);
  }

  function controls() {
    const all = document.createElement("span");
    all.textContent = "⤢";
    return [
      new ol.control.Zoom({ zoomInTipLabel: mapBox.dataset.zoomIn, zoomOutTipLabel: mapBox.dataset.zoomOut }),
      new ol.control.ZoomToExtent({ extent: home, label: all, tipLabel: mapBox.dataset.zoomAll }),
      new ol.control.ScaleLine({ target: document.getElementById("scale"), units: "metric", minWidth: 80 }),
    ];
  }

  // Parcels outside the filter stay as thin outlines, so that the map never hides what is there.
  function parcelStyle(verdicts) {
    const faint = new ol.style.Style({ stroke: new ol.style.Stroke({ color: "rgba(70, 70, 70, 0.55)", width: 0.8 }), fill: new ol.style.Fill({ color: "rgba(255, 255, 255, 0.35)" }) });
    const unjudged = new ol.style.Style({ stroke: new ol.style.Stroke({ color: "#404040", width: 1.2, lineDash: [4, 3] }), fill: new ol.style.Fill({ color: "rgba(255, 255, 255, 0.5)" }) });
    return (feature, resolution) => {
      if (state.inFilter && !state.inFilter.has(feature.get("parcel_id"))) return faint;
      const symbol = verdicts[feature.get("verdict")];
      return symbol ? landgisSymbols.style(symbol, { detailed: resolution < HATCH_BELOW_M_PER_PX }) : unjudged;
    };
  }

  function chosenStyle(feature) {
    const text = new ol.style.Text({
      text: feature.get("parcel_id"), font: '600 12px "Noto Sans CJK SC", sans-serif', overflow: true,
      fill: new ol.style.Fill({ color: "#10242c" }), stroke: new ol.style.Stroke({ color: "#ffffff", width: 4 }),
    });
    return [
      new ol.style.Style({ stroke: new ol.style.Stroke({ color: "#ffffff", width: 7 }) }),
      new ol.style.Style({ stroke: new ol.style.Stroke({ color: "#0b4fd1", width: 3.5 }) }),
      new ol.style.Style({ geometry: largestPart(feature.getGeometry()).getInteriorPoint(), text }),
    ];
  }

  function largestPart(geometry) {
    const parts = geometry.getType() === "MultiPolygon" ? geometry.getPolygons() : [geometry];
    return parts.reduce((best, part) => (part.getArea() > best.getArea() ? part : best));
  }

  function nameOf(label) {
    return new ol.Feature({ geometry: new ol.geom.Point(label.at), text: label.text });
  }

  function nameStyle(feature) {
    return new ol.style.Style({
      text: new ol.style.Text({
        text: feature.get("text"), font: '600 14px "Noto Sans CJK SC", sans-serif',
        fill: new ol.style.Fill({ color: "#33424a" }), stroke: new ol.style.Stroke({ color: "rgba(255, 255, 255, 0.9)", width: 4 }),
      }),
    });
  }

  function parcelAt(pixel) {
    const only = { layerFilter: (layer) => layer === parcels, hitTolerance: 2 };
    return map.forEachFeatureAtPixel(pixel, (feature) => feature.get("parcel_id"), only);
  }

  function clicked(event) {
    const parcel = parcelAt(event.pixel);
    if (parcel) choose(parcel, { findRow: true });
  }

  function moved(event) {
    if (event.dragging) return;
    mapBox.classList.toggle("over-parcel", Boolean(parcelAt(event.pixel)));
    const [east, north] = event.coordinate;
    const [lon, lat] = proj4(PROJ_4549, PROJ_4490, [east, north]);
    document.getElementById("mouse").textContent =
      `${mapBox.dataset.east} ${east.toFixed(2)}  ${mapBox.dataset.north} ${north.toFixed(2)} m　${lon.toFixed(6)}°E ${lat.toFixed(6)}°N`;
  }

  function fit(extent) {
    map.getView().fit(extent, { padding: [60, 60, 70, 60], minResolution: 0.4, duration: 250 });
  }

  // --- one parcel ----------------------------------------------------------------------------------------------

  // Options: zoom — move the map there; findRow — turn the table to its page.
  function choose(parcel, options) {
    state.parcel = parcel;
    remember();
    mark();
    htmx.ajax("GET", address("/card", { parcel, lang }), { source: card, target: card, swap: "innerHTML" }).then(() => {
      card.parentElement.scrollTop = 0;
    });
    outline(parcel, options.zoom);
    if (options.findRow && !rowOf(parcel)) refreshTable({ around: parcel });
    else if (options.findRow) rowOf(parcel).scrollIntoView({ block: "nearest" });
  }

  async function outline(parcel, zoom) {
    try {
      const shape = await json("/data/geometry", { parcel });
      if (state.parcel !== parcel || !highlight) return;
      const geometry = new ol.format.GeoJSON().readGeometry(shape);
      const source = highlight.getSource();
      source.clear();
      source.addFeature(new ol.Feature({ geometry, parcel_id: parcel }));
      if (zoom) fit(geometry.getExtent());
    } catch (error) {
      say(error.message);
    }
  }

  function rowOf(parcel) {
    return document.querySelector(`#table tr[data-parcel="${CSS.escape(parcel)}"]`);
  }

  function mark() {
    for (const row of document.querySelectorAll("#table tr[data-parcel]")) {
      const chosen = row.dataset.parcel === state.parcel;
      row.classList.toggle("chosen", chosen);
      if (chosen) row.setAttribute("aria-current", "true");
      else row.removeAttribute("aria-current");
    }
  }

  // --- table and filter ----------------------------------------------------------------------------------------

  function filterValues() {
    const form = new FormData(filter);
    return { verdict: form.get("verdict") || "", town: form.get("town"), q: form.get("q") };
  }

  function refreshTable(values) {
    const form = new FormData(filter);
    const wanted = { ...filterValues(), sort: form.get("sort"), order: form.get("order"), lang, ...values };
    return htmx.ajax("GET", address("/parcels", wanted), { source: "#table", target: "#table", swap: "innerHTML" });
  }

  let asked = 0;
  async function filterMap() {
    const values = filterValues();
    const turn = ++asked;
    if (!values.verdict && !values.town && !values.q.trim()) state.inFilter = null;
    else {
      try {
        const ids = await json("/data/ids", values);
        if (turn !== asked) return;
        state.inFilter = new Set(ids);
      } catch (error) {
        say(error.message);
        return;
      }
    }
    if (parcels) parcels.changed();
    document.documentElement.dataset.inFilter = state.inFilter ? state.inFilter.size : "all";
  }

  function clearFilter() {
    filter.querySelector('input[name=verdict][value=""]').checked = true;
    filter.elements.town.value = "";
    filter.elements.q.value = "";
    refreshTable({});
  }

  function zoomToFilter() {
    const extent = document.getElementById("summary").dataset.extent;
    if (extent && map) fit(extent.split(",").map(Number));
  }

  // --- address, trouble ----------------------------------------------------------------------------------------

  // What is looked at stands in the address, so that it can be sent on and survives a reload.
  function remember() {
    const kept = Object.entries({ run, lang, ...filterValues(), parcel: state.parcel }).filter(([, value]) => value);
    history.replaceState(null, "", "/?" + new URLSearchParams(kept).toString());
    const other = new URLSearchParams(kept);
    other.set("lang", lang === "zh" ? "en" : "zh");
    document.getElementById("language").href = "/?" + other.toString();
  }

  function say(text) {
    trouble.textContent = text;
    trouble.hidden = !text;
  }

  // --- wiring --------------------------------------------------------------------------------------------------

  document.getElementById("table").addEventListener("click", (event) => {
    if (event.target.id === "zoom-filter") zoomToFilter();
    const row = event.target.closest("tr[data-parcel]");
    if (row) choose(row.dataset.parcel, { zoom: true });
  });
  document.getElementById("clear-filter").addEventListener("click", clearFilter);
  document.body.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id !== "table") return;
    mark();
    remember();
    filterMap();
    const row = state.parcel && rowOf(state.parcel);
    if (row) row.scrollIntoView({ block: "nearest" });
  });
  document.body.addEventListener("htmx:beforeRequest", () => say(""));
  document.body.addEventListener("htmx:sendError", () => say(trouble.dataset.lost));
  filter.addEventListener("submit", (event) => event.preventDefault());

  json("/data/map", {})
    .then(makeMap)
    .then(() => {
      filterMap();
      if (document.body.dataset.parcel) choose(document.body.dataset.parcel, { zoom: true, findRow: true });
    })
    .catch((error) => {
      mapState.hidden = false;
      mapState.textContent = mapBox.dataset.failed + error.message;
    });
})();
