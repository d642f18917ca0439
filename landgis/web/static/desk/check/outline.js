/**
 * The outline that is being drawn: rings of [east, north] in metres, the first around, the others holes; unclosed.
 * It knows nothing of map or table; both show it and change it through `set`, and every change can be taken back.
 */
const MOST_STEPS = 500;

export function newOutline() {
  let rings = [[]];
  let past = [];
  let future = [];
  const listeners = new Set();
  const copy = (value) => value.map((ring) => ring.map((point) => [...point]));
  const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
  const tell = () => listeners.forEach((fn) => fn(rings));

  return {
    get rings() { return copy(rings); },
    get back() { return past.length; },
    get forward() { return future.length; },
    get whole() { return rings.length > 0 && rings.every((ring) => ring.length >= 3); },
    onChange(fn) { listeners.add(fn); },
    set(next) {
      const wanted = copy(next.length ? next : [[]]);
      if (same(wanted, rings)) return;
      past.push(rings);
      if (past.length > MOST_STEPS) past.shift();
      future = [];
      rings = wanted;
      tell();
    },
    add(point) {
      const next = copy(rings);
      const last = next[next.length - 1];
      if (last.length && same(last[last.length - 1], point)) return;
      last.push(point);
      this.set(next);
    },
    undo() {
      if (!past.length) return;
      future.push(rings);
      rings = past.pop();
      tell();
    },
    redo() {
      if (!future.length) return;
      past.push(rings);
      rings = future.pop();
      tell();
    },
    geometry() {
      return { type: "Polygon", coordinates: rings.map((ring) => [...ring, ring[0]]) };
    },
  };
}

/** Rings as lines of text, and back; a line that is not two numbers is told by its number. */
export const written = (rings) =>
  rings.map((ring) => ring.map(([east, north]) => `${metres(east)} ${metres(north)}`).join("\n")).join("\n\n");

const metres = (value) => String(Math.round(value * 1e6) / 1e6);

export function read(text) {
  const rings = [[]];
  for (const [at, line] of text.split(/\r?\n/).entries()) {
    const plain = line.trim();
    if (!plain) {
      if (rings[rings.length - 1].length) rings.push([]);
      continue;
    }
    const cells = plain.split(/[\s,，;；]+/).filter(Boolean);
    const [east, north] = cells.slice(-2).map(Number);
    if (cells.length < 2 || !Number.isFinite(east) || !Number.isFinite(north)) return { wrong: at + 1, text: plain };
    rings[rings.length - 1].push([east, north]);
  }
  if (rings.length > 1 && !rings[rings.length - 1].length) rings.pop();
  return { rings: rings.map(unclosed) };
}

function unclosed(ring) {
  const [first, last] = [ring[0], ring[ring.length - 1]];
  return ring.length > 3 && first[0] === last[0] && first[1] === last[1] ? ring.slice(0, -1) : ring;
}

/** Planar area of an outline, m². */
export function area(rings) {
  const shoelace = (ring) =>
    Math.abs(ring.reduce((sum, [x, y], at) => {
      const [nx, ny] = ring[(at + 1) % ring.length];
      return sum + (x - ring[0][0]) * (ny - ring[0][1]) - (nx - ring[0][0]) * (y - ring[0][1]);
    }, 0)) / 2;
  return rings.reduce((sum, ring, at) => (at ? sum - shoelace(ring) : shoelace(ring)), 0);
}
