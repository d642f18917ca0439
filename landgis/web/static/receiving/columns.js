// What columns stand for: those that are known by their names, and the others to be said.

import { el, lang, send, t } from "../boards/talk.js";

// Fill the place; resolves to a function that gives what was said: column → name that is known.
export async function columns(place, path, asked, changed) {
  const { meanings, known } = await send(path, asked);
  const means = (readAs) => meanings.find((each) => each.read_as === readAs)[lang];
  const taken = new Set(Object.values(known));
  const free = meanings.filter((each) => !taken.has(each.read_as));
  const row = (column) => el("tr", {}, el("th", { scope: "row" }, column), el("td", {}, column in known ? means(known[column]) : choice(column, free)));
  const table = el("table", { class: "releases" },
    el("thead", {}, el("tr", {}, el("th", { scope: "col" }, t("intake_column")), el("th", { scope: "col" }, t("intake_means")))),
    el("tbody", {}, ...asked.columns.map(row)));
  const first = meanings.length && !taken.has(meanings[0].read_as);
  const told = t("intake_columns", { known: Object.keys(known).length, count: asked.columns.length });
  place.replaceChildren(el("details", { open: Boolean(first && asked.columns.length) }, el("summary", {}, told), table));
  const chosen = [...place.querySelectorAll("select")];
  for (const field of chosen) field.addEventListener("change", changed);
  return () => Object.fromEntries(chosen.filter((field) => field.value).map((field) => [field.dataset.column, field.value]));
}

function choice(column, free) {
  return el("select", { "data-column": column, "aria-label": `${column} ${t("intake_means")}` },
    el("option", { value: "" }, t("intake_not_used")), ...free.map((each) => el("option", { value: each.read_as }, each[lang])));
}
