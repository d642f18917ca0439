/** Words of the check panel, which carries them itself. */
let catalogue = {};

export function learn(panel) {
  catalogue = JSON.parse(panel.dataset.words);
}

export function word(key, values = {}) {
  const text = catalogue[key];
  if (text === undefined) throw new Error(`no word “${key}”`);
  return text.replace(/\{(\w+)\}/g, (_whole, name) => String(values[name]));
}

export const number = (value, decimals = 2) =>
  Number(value).toLocaleString(document.documentElement.lang, { minimumFractionDigits: decimals, maximumFractionDigits: decimals });

/** 公顷 of square metres, and 亩: one 亩 is 2000/3 m². */
export const hectares = (area) => number(area / 10000, 4);
export const mu = (area) => number((area * 3) / 2000, 3);
