/**
 * The frame of a print: a rectangle of the working CRS, whatever the map's own projection is. On a map in another grid (the
 * zone of 123°E, degrees) its edges are bent, so they are drawn through points between the corners.
 */
const STEPS = 16;

/** West, south, east, north in metres of the frame of a paper at a scale around [east, north]. */
export function bounds([east, north], paper, scale) {
  const width = (paper.map_width_mm * scale) / 1000;
  const height = (paper.map_height_mm * scale) / 1000;
  return [east - width / 2, north - height / 2, east + width / 2, north + height / 2];
}

/** The outline of bounds as a closed ring of [x, y]; `project` takes a point of the working CRS to the map's projection. */
export function ring([west, south, east, north], project = (at) => at) {
  const corners = [[west, south], [east, south], [east, north], [west, north], [west, south]];
  const points = [];
  for (let side = 0; side < 4; side += 1) {
    const [from, to] = [corners[side], corners[side + 1]];
    for (let step = 0; step < STEPS; step += 1) {
      points.push(project([from[0] + ((to[0] - from[0]) * step) / STEPS, from[1] + ((to[1] - from[1]) * step) / STEPS]));
    }
  }
  points.push(points[0]);
  return points;
}

/** The largest scale at which a paper holds an extent of metres; the smallest there is where none does. */
export function fitting(extent, paper, scales) {
  const holds = (scale) => extent[2] - extent[0] <= (paper.map_width_mm * scale) / 1000 && extent[3] - extent[1] <= (paper.map_height_mm * scale) / 1000;
  return scales.find(holds) || scales[scales.length - 1];
}

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const STEP_MM = 10;

/** Where a key of the keyboard moves the middle of the frame: a centimetre of paper, a millimetre with Shift; or null. */
export function nudged([east, north], key, fine, scale) {
  const way = ARROWS[key];
  if (!way) return null;
  const metres = ((fine ? 1 : STEP_MM) * scale) / 1000;
  return [east + way[0] * metres, north + way[1] * metres];
}
