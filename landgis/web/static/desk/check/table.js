/** The outline as a table of coordinates: what is typed is drawn, what is drawn is written; undo and redo by key. */
import { area, read, written } from "./outline.js";
import { hectares, mu, number, word } from "./words.js";

const PAUSE_MS = 300;

export function wireTable(outline, panel, moved) {
  const field = panel.querySelector("#check-vertices");
  const wrong = panel.querySelector("#check-vertices-wrong");
  const told = panel.querySelector("#check-figures");
  const steps = panel.querySelector("#check-steps");
  const [undo, redo, clear] = ["undo", "redo", "clear"].map((name) => panel.querySelector(`#check-${name}`));
  let pause = 0;

  function take() {
    const found = read(field.value);
    wrong.textContent = found.wrong ? word("check_vertices_wrong", { line: found.wrong, text: found.text }) : "";
    field.setAttribute("aria-invalid", String(Boolean(found.wrong)));
    if (!found.wrong) outline.set(found.rings);
  }

  function show(rings) {
    if (document.activeElement !== field || !sameAsRead(rings)) field.value = written(rings);
    wrong.textContent = "";
    const points = rings.reduce((sum, ring) => sum + ring.length, 0);
    const size = outline.whole ? area(rings) : 0;
    told.textContent = points
      ? word("check_figures", { points, area: number(size), ha: hectares(size), mu: mu(size) })
      : word("check_draw_first");
    steps.textContent = word("check_steps", { back: outline.back, forward: outline.forward });
    undo.disabled = !outline.back;
    redo.disabled = !outline.forward;
  }

  const sameAsRead = (rings) => JSON.stringify(read(field.value).rings) === JSON.stringify(rings);

  field.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(take, PAUSE_MS);
  });
  field.addEventListener("change", () => {
    clearTimeout(pause);
    take();
    if (outline.whole) moved(outline.rings);
  });
  undo.addEventListener("click", () => outline.undo());
  redo.addEventListener("click", () => outline.redo());
  clear.addEventListener("click", () => outline.set([[]]));
  document.addEventListener("keydown", (event) => {
    if (panel.closest("[hidden]") || panel.hidden) return;
    const typing = event.target instanceof HTMLElement && event.target.matches("input, textarea, select") && event.target !== field;
    if (typing || !(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z") return;
    event.preventDefault();
    clearTimeout(pause);
    if (event.target === field) take();
    if (event.shiftKey) outline.redo();
    else outline.undo();
  });
  outline.onChange(show);
  show(outline.rings);
}
