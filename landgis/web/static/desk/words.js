/** Words of the page in its language, from the catalogue that the page carries: `word("measure_area", {n: 3})`. */
const catalogue = JSON.parse(document.getElementById("words").textContent);

export function word(key, values = {}) {
  const text = catalogue[key];
  if (text === undefined) throw new Error(`no word “${key}”`);
  return text.replace(/\{(\w+)\}/g, (_whole, name) => String(values[name]));
}

const LOCALE = document.documentElement.lang;

/** A number as a person reads it, with so many decimals. */
export function figure(value, decimals = 0) {
  return Number(value).toLocaleString(LOCALE, { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}

/** The Chinese or the English of a pair such as {title_zh, title_en}. */
export const part = (row, name) => row[`${name}_${document.body.dataset.lang}`];
