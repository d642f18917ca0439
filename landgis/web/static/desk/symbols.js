// Symbols of the legend as OpenLayers styles. The same description draws the swatches on the server.
const PX_PER_MM = 4;
const cache = new Map();

export function rgba(hex, alpha) {
  const value = parseInt(hex.slice(1), 16);
  return `rgba(${value >> 16}, ${(value >> 8) & 255}, ${value & 255}, ${alpha})`;
}

// A fill with its hatch as one repeating picture; lines meet at the edges of the picture.
function pattern(symbol) {
  const hatch = symbol.hatch;
  const ratio = window.devicePixelRatio || 1;
  const step = Math.max(4, Math.round(hatch.spacing_mm * PX_PER_MM * ratio));
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = step;
  const pen = canvas.getContext("2d");
  if (symbol.fill) {
    pen.fillStyle = rgba(symbol.fill, symbol.opacity);
    pen.fillRect(0, 0, step, step);
  }
  pen.strokeStyle = pen.fillStyle = hatch.ink;
  pen.lineWidth = Math.max(0.8, hatch.width_mm * PX_PER_MM) * ratio;
  pen.beginPath();
  if (hatch.kind === "dots") {
    pen.arc(step / 2, step / 2, Math.max(0.8, hatch.width_mm * PX_PER_MM * 0.6) * ratio, 0, 2 * Math.PI);
    pen.fill();
    return pen.createPattern(canvas, "repeat");
  }
  for (const shift of [-step, 0, step]) {
    if (hatch.kind === "diagonal" || hatch.kind === "cross") {
      pen.moveTo(shift, step);
      pen.lineTo(shift + step, 0);
    }
    if (hatch.kind === "back" || hatch.kind === "cross") {
      pen.moveTo(shift, 0);
      pen.lineTo(shift + step, step);
    }
  }
  if (hatch.kind === "horizontal" || hatch.kind === "grid") {
    pen.moveTo(0, step / 2);
    pen.lineTo(step, step / 2);
  }
  if (hatch.kind === "vertical" || hatch.kind === "grid") {
    pen.moveTo(step / 2, 0);
    pen.lineTo(step / 2, step);
  }
  pen.stroke();
  return pen.createPattern(canvas, "repeat");
}

export function style(symbol, options) {
  const detailed = options.detailed;
  const key = JSON.stringify([symbol, detailed]);
  if (!cache.has(key)) {
    let fill = null;
    if (symbol.hatch && detailed) fill = new ol.style.Fill({ color: pattern(symbol) });
    else if (symbol.fill) fill = new ol.style.Fill({ color: rgba(symbol.fill, symbol.opacity) });
    // Without a hatch to carry it, a layer that has no fill of its own is seen by a thin wash of its line.
    else if (symbol.hatch) fill = new ol.style.Fill({ color: rgba(symbol.stroke, 0.12) });
    const width = Math.max(detailed ? 1 : 0.6, symbol.stroke_mm * PX_PER_MM * (detailed ? 1 : 0.8));
    const stroke = symbol.stroke
      ? new ol.style.Stroke({ color: symbol.stroke, width, lineDash: symbol.dash_mm.map((mm) => mm * PX_PER_MM) })
      : null;
    cache.set(key, new ol.style.Style({ fill, stroke }));
  }
  return cache.get(key);
}

// A square that sums up small features: the stronger, the more of it they cover. No outline: it is nobody's boundary.
export function cover(symbol, share) {
  const tenths = Math.min(10, Math.max(1, Math.round(10 * share)));
  const key = JSON.stringify([symbol, "cover", tenths]);
  if (!cache.has(key)) {
    const alpha = (0.15 + 0.085 * tenths) * (symbol.fill ? symbol.opacity : 0.5);
    cache.set(key, new ol.style.Style({ fill: new ol.style.Fill({ color: rgba(symbol.fill || symbol.stroke, alpha) }) }));
  }
  return cache.get(key);
}

// The line alone, dashed, to be drawn over what lies on the ground.
export function outline(symbol) {
  return [
    new ol.style.Style({ stroke: new ol.style.Stroke({ color: "rgba(255, 255, 255, 0.75)", width: 3.4 }) }),
    new ol.style.Style({ stroke: new ol.style.Stroke({ color: symbol.stroke, width: 1.8, lineDash: [7, 4] }) }),
  ];
}
