/**
 * The search box (ARIA combobox with a list of groups): parcels, villages, unit codes, coordinates. The server finds:
 * GET /data/search?run=&q= → {kinds: [{kind, title_zh?, title_en?, count, items: [{label, parcel | extent | at}]}]}.
 */
import { desk } from "./map.js";
import { ask } from "./ask.js";
import { byId, make } from "./dom.js";
import { figure, word } from "./words.js";

const WAIT_MS = 200;
const CLOSE_M_PER_PX = 1;
const KINDS = ["parcel", "village", "town", "unit", "coordinate", "place"];

let found = []; // what can be chosen, in the order shown
let active = -1;
let turn = 0;
let waiting = 0;

function title(kind) {
  if (kind[`title_${desk.lang}`]) return kind[`title_${desk.lang}`];
  return KINDS.includes(kind.kind) ? word(`found_${kind.kind}`) : kind.kind;
}

function shown(open) {
  byId("search-list").hidden = !open;
  byId("search").setAttribute("aria-expanded", String(open));
  if (!open) point(-1);
}

function point(place) {
  active = place;
  found.forEach(({ element }, at) => element.setAttribute("aria-selected", String(at === place)));
  const field = byId("search");
  if (place < 0) field.removeAttribute("aria-activedescendant");
  else {
    field.setAttribute("aria-activedescendant", found[place].element.id);
    found[place].element.scrollIntoView({ block: "nearest" });
  }
}

function list(kinds) {
  found = [];
  const groups = kinds.filter((kind) => kind.items.length).map((kind) => {
    const id = `found-${kind.kind}`;
    const options = kind.items.map((item) => {
      const element = make("li", { role: "option", id: `found-${found.length}`, "aria-selected": "false" }, item.label);
      found.push({ item, element });
      return element;
    });
    const count = kind.count > kind.items.length ? word("found_some", { shown: figure(kind.items.length), count: figure(kind.count) }) : figure(kind.count);
    const head = make("li", { role: "presentation", id, class: "found-kind" }, title(kind), make("b", {}, count));
    return make("ul", { role: "group", "aria-labelledby": id }, head, ...options);
  });
  byId("search-list").replaceChildren(...(groups.length ? groups : [make("p", { class: "hint" }, word("found_nothing"))]));
  desk.tell(found.length ? word("found_count", { count: found.length }) : word("found_nothing"));
  shown(true);
  point(found.length ? 0 : -1);
}

async function look() {
  const text = byId("search").value.trim();
  const mine = ++turn;
  if (!text) return shown(false);
  try {
    const answer = await ask("/data/search", { run: desk.run, q: text });
    if (mine === turn) list(answer.kinds);
  } catch (error) {
    if (mine !== turn) return undefined;
    byId("search-list").replaceChildren(make("p", { class: "hint alarm" }, error.message));
    shown(true);
  }
  return undefined;
}

function go({ item }) {
  byId("search").value = item.label;
  shown(false);
  if (item.parcel) desk.choose(item.parcel, { zoom: true, findRow: true });
  else if (item.extent) desk.fit(item.extent);
  else if (item.at) {
    desk.map.getView().setCenter(item.at);
    desk.map.getView().setResolution(Math.min(desk.map.getView().getResolution(), CLOSE_M_PER_PX));
    mark(item.at);
  }
}

let pin = null;

function mark(at) {
  if (pin) desk.sketch.removeFeature(pin);
  pin = new ol.Feature(new ol.geom.Point(at));
  desk.sketch.addFeature(pin);
}

export function wire() {
  const field = byId("search");
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(look, WAIT_MS);
  });
  field.addEventListener("keydown", (event) => {
    const open = !byId("search-list").hidden;
    if (event.key === "Escape") {
      if (open) event.stopPropagation();
      shown(false);
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (open && found[active]) go(found[active]);
      else look();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!open) look();
      else if (found.length) point((active + (event.key === "ArrowDown" ? 1 : -1) + found.length) % found.length);
    }
  });
  field.addEventListener("blur", () => setTimeout(() => shown(false), 150));
  byId("search-list").addEventListener("mousedown", (event) => {
    event.preventDefault(); // the field keeps the focus
    const place = found.findIndex(({ element }) => element === event.target.closest("[role=option]"));
    if (place >= 0) go(found[place]);
  });
}
