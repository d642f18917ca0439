/** Two layers in one map, parted by a divider: pulled by the pointer, or moved by the arrow keys. */
import { desk } from "./map.js";
import { byId, make } from "./dom.js";
import { word } from "./words.js";

const STEP = 2; // per cent of the map's width, a key press; ten times with Page Up and Page Down

/** Show `sides` left and right of a divider. `end()` takes everything away again. */
export function swipe(sides, names) {
  let share = 50;
  const { map } = desk;
  const grip = make("div", {
    class: "swipe", role: "slider", tabindex: 0, "aria-orientation": "horizontal", "aria-valuemin": 0, "aria-valuemax": 100,
    "aria-label": word("swipe_label", { before: names[0], after: names[1] }),
  }, make("span", { class: "left" }, names[0]), make("i", { "aria-hidden": "true" }, "⇔"), make("span", { class: "right" }, names[1]));
  byId("map").append(grip);

  function move(to) {
    share = Math.min(100, Math.max(0, to));
    grip.style.left = `${share}%`;
    grip.setAttribute("aria-valuenow", String(Math.round(share)));
    grip.setAttribute("aria-valuetext", `${Math.round(share)} %`);
    map.render();
  }

  function clip(event, left) {
    const [width, height] = map.getSize();
    const cut = (width * share) / 100;
    const [from, to] = left ? [0, cut] : [cut, width];
    const pen = event.context;
    pen.save();
    pen.beginPath();
    const corners = [[from, 0], [to, 0], [to, height], [from, height]].map((pixel) => ol.render.getRenderPixel(event, pixel));
    corners.forEach(([x, y], place) => (place ? pen.lineTo(x, y) : pen.moveTo(x, y)));
    pen.closePath();
    pen.clip();
  }

  sides.forEach((layer, place) => {
    layer.on("prerender", (event) => clip(event, place === 0));
    layer.on("postrender", (event) => event.context.restore());
    map.addLayer(layer);
  });

  grip.addEventListener("keydown", (event) => {
    const steps = { ArrowLeft: -STEP, ArrowRight: STEP, PageDown: -10 * STEP, PageUp: 10 * STEP }[event.key];
    const to = { Home: 0, End: 100 }[event.key] ?? (steps === undefined ? undefined : share + steps);
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation(); // the arrows would move the map as well
    move(to);
  });
  grip.addEventListener("pointerdown", (event) => {
    grip.setPointerCapture(event.pointerId);
    event.preventDefault();
    event.stopPropagation();
    grip.focus();
  });
  grip.addEventListener("pointermove", (event) => {
    if (!grip.hasPointerCapture(event.pointerId)) return;
    event.stopPropagation();
    const frame = byId("map").getBoundingClientRect();
    move((100 * (event.clientX - frame.left)) / frame.width);
  });
  move(share);

  return {
    end() {
      sides.forEach((layer) => map.removeLayer(layer));
      grip.remove();
    },
  };
}
