// What every board needs: words, questions to the server, dialogs, the view of a conflict. Text is only ever text.

const words = JSON.parse(document.getElementById("words").textContent);
export const lang = document.documentElement.lang.startsWith("zh") ? "zh" : "en";

export function t(key, values = {}) {
  if (!(key in words)) throw new Error(`no word ${key}`);
  return words[key].replace(/\{(\w+)\}/g, (_all, name) => String(values[name]));
}

// The part of a record that speaks the page's language.
export function part(row, name) {
  return row[`${name}_${lang}`];
}

export class Refused extends Error {
  constructor(status, fault) {
    super(fault[`message_${lang}`] || fault.message_zh || String(status));
    this.status = status;
    this.fault = fault;
    this.next = fault[`next_${lang}`] || "";
  }
}

export async function ask(path, values = {}) {
  return answered(await fetch(`${path}?${new URLSearchParams(values)}`));
}

export async function send(path, body) {
  const headers = { "Content-Type": "application/json" };
  return answered(await fetch(path, { method: "POST", headers, body: JSON.stringify(body) }));
}

async function answered(response) {
  const body = await response.json();
  if (!response.ok) throw new Refused(response.status, body.error);
  return body;
}

// An element with attributes, listeners (onX) and children; text children are text.
export function el(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (value === true) element.setAttribute(key, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(key, value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

const live = document.getElementById("said");

export function say(text) {
  live.textContent = text;
  live.classList.remove("alarm");
}

export function complain(error) {
  live.textContent = t("board_failed") + error.message + (error.next ? ` ${error.next}` : "");
  live.classList.add("alarm");
}

// A dialog with its own form; resolves to the form's values, or null.
export function dialog(title, fields, { confirm, cancel } = {}) {
  return new Promise((resolve) => {
    const form = el("form", { method: "dialog" }, el("h2", {}, title), ...fields);
    const box = el("dialog", { "aria-label": title }, form);
    const close = (value) => {
      box.close();
      box.remove();
      resolve(value);
    };
    const buttons = el("p", { class: "buttons" });
    if (confirm) buttons.append(el("button", { type: "submit", class: "main" }, confirm));
    buttons.append(el("button", { type: "button", onclick: () => close(null) }, cancel || t("board_cancel")));
    form.append(buttons);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      close(Object.fromEntries(new FormData(form)));
    });
    box.addEventListener("cancel", () => close(null));
    document.body.append(box);
    box.showModal();
  });
}

// Both sides of a conflict, field by field. Resolves to "theirs" or "again".
export async function conflict(refused, { again = true } = {}) {
  const head = el("tr", {}, ...["board_field", "board_seen", "board_yours", "board_theirs"].map((key) => el("th", { scope: "col" }, t(key))));
  const rows = refused.fault.rivals.map((rival) =>
    el("tr", { class: rival.yours === rival.theirs ? "same" : "differs" }, el("th", { scope: "row" }, rival[lang]),
      el("td", {}, rival.seen || "—"), el("td", {}, rival.yours || "—"), el("td", {}, rival.theirs || "—")));
  const table = rows.length ? [el("table", { class: "rivals" }, el("thead", {}, head), el("tbody", {}, ...rows))] : [];
  const fields = [el("p", { class: "alarm" }, refused.message), el("p", {}, refused.next), ...table];
  const answer = await dialog(t("board_conflict"), fields, { confirm: again ? t("board_again") : "", cancel: t("board_keep_theirs") });
  return answer ? "again" : "theirs";
}

export function field(label, control) {
  return el("label", { class: "field" }, el("span", {}, label), control);
}

export function select(name, options, chosen = "") {
  return el("select", { name }, ...options.map(([value, text]) => el("option", { value, selected: value === chosen }, text)));
}
