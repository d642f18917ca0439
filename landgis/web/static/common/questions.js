/** Questions that only a person can answer: the likely answers with what speaks for each, the best chosen, or another. */
import { make } from "../desk/dom.js";

const FREE = new Set(["crs", "encoding"]);
const LANG = document.documentElement.lang.startsWith("zh") ? "zh" : "en";
const here = (row, name) => row[`${name}_${LANG}`] || row[`${name}_zh`];

/** Fill `place` with the questions; `answered` is given {code: value}. `words`: title, answer, preview, other. */
export function ask(place, questions, known, words, answered) {
  const form = make("form", { class: "stack questions" }, make("h4", {}, words.title));
  questions.forEach((question) => form.append(one(question, known, words)));
  form.append(make("button", { type: "submit", class: "button main" }, words.answer));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const said = {};
    for (const question of questions) {
      const other = form.elements[`other-${question.code}`]?.value.trim();
      const chosen = form.elements[`answer-${question.code}`]?.value;
      if (other || chosen) said[question.code] = other || chosen;
    }
    answered(said);
  });
  place.replaceChildren(form);
  form.querySelector("input")?.focus();
}

function one(question, known, words) {
  const name = `answer-${question.code}`;
  const set = make("fieldset", { "data-question": question.code }, make("legend", {}, here(question, "asks")),
    make("p", { class: "quiet" }, question.where));
  question.candidates.forEach((candidate, at) => {
    const chosen = known[question.code] ? known[question.code] === candidate.value : at === 0;
    const field = make("input", { type: "radio", name, value: candidate.value, checked: chosen });
    const label = make("label", {}, field, make("b", {}, candidate.value), " ", here(candidate, "evidence"));
    set.append(label);
    if (candidate.preview?.length) {
      set.append(make("p", { class: "preview" }, make("span", { class: "quiet" }, words.preview), " ", candidate.preview.join(" ｜ ")));
    }
  });
  if (FREE.has(question.code)) {
    set.append(make("label", {}, words.other, " ", make("input", { name: `other-${question.code}`, maxlength: 200 })));
  }
  return set;
}
