// The year's targets as a form; the same fields as in the files of the command line.

import { el, t } from "./talk.js";

const GROUPS = { quotas: "use", town_quotas: "town_code", quarter_quotas: "quarter" };

export function showTargets(form, targets, { locked }) {
  form.dataset.kept = JSON.stringify({ verdicts: targets.verdicts });
  delete form.dataset.changed;
  for (const name of ["year", "min_ha", "max_ha"]) form.elements[name].value = targets[name] ?? "";
  for (const box of form.querySelectorAll("input[name=required_facts]")) box.checked = (targets.required_facts || []).includes(box.value);
  for (const [group, key] of Object.entries(GROUPS)) {
    const list = form.querySelector(`[data-group=${group}]`);
    list.replaceChildren(...(targets[group] || []).map((row) => rowOf(key, row)));
    form.querySelector(`[data-add=${group}]`).onclick = () => list.append(rowOf(key, {}));
  }
  for (const control of form.querySelectorAll("input, button")) control.disabled = locked;
}

function rowOf(key, row) {
  const number = (name, label) => el("input", { type: "number", min: 0, step: "any", "data-name": name, value: row[name] ?? "", "aria-label": label });
  const line = el("li", {},
    el("input", { "data-name": key, value: row[key] ?? "", size: 9, "aria-label": t({ use: "board_by_use", town_code: "board_by_town", quarter: "board_by_quarter" }[key]) }),
    " ", t("board_least"), number("min_ha", t("board_least")), t("board_most"), number("max_ha", t("board_most")),
    el("button", { type: "button", "aria-label": t("board_drop_row"), title: t("board_drop_row"), onclick: () => { line.closest("form").dataset.changed = "yes"; line.remove(); } }, "×"));
  return line;
}

export function readTargets(form) {
  const kept = JSON.parse(form.dataset.kept || "{}");
  const targets = { year: Number(form.elements.year.value), ...(kept.verdicts ? { verdicts: kept.verdicts } : {}) };
  // Amounts go as text: a float is no Decimal.
  for (const name of ["min_ha", "max_ha"]) if (form.elements[name].value) targets[name] = form.elements[name].value;
  targets.required_facts = [...form.querySelectorAll("input[name=required_facts]:checked")].map((box) => box.value);
  for (const group of Object.keys(GROUPS)) {
    targets[group] = [...form.querySelectorAll(`[data-group=${group}] li`)].map((line) =>
      Object.fromEntries([...line.querySelectorAll("input")].filter((input) => input.value)
        .map((input) => [input.dataset.name, input.dataset.name === "quarter" ? Number(input.value) : input.value])));
  }
  return targets;
}
