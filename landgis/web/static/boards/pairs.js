// Who may take the place of a line, and which parcels fit the investors.

import { ask, complain, el, part, t } from "./talk.js";

let known = null;
let asked = "";

export async function showPairs(box, district, parcel, plan) {
  try {
    if (asked !== plan || !known) {
      known = await ask("/data/boards/pairs", plan ? { district, plan } : { district });
      asked = plan;
    }
  } catch (error) {
    complain(error);
    return;
  }
  const line = known.lines.find((each) => each.parcel_id === parcel);
  const substitutes = line ? line.substitutes : [];
  box.replaceChildren(
    el("h3", {}, parcel),
    ...(part(known, "overtaken") ? [el("p", { class: "alarm", role: "status" }, part(known, "overtaken"))] : []),
    substitutes.length
      ? el("ol", {}, ...substitutes.map((one) => el("li", {}, el("b", {}, one.parcel_id), ` ${one.area_mu} ${t("board_mu")} · ${joined(part(one, "reasons"))}`)))
      : el("p", { class: "quiet" }, t("board_no_substitute")),
    ...intents(parcel));
}

function joined(reasons) {
  return Array.isArray(reasons) ? reasons.join("；") : reasons;
}

function intents(parcel) {
  const found = (known.intents || []).flatMap((intent) => intent.fits.filter((fit) => fit.parcel_id === parcel).map((fit) => [intent, fit]));
  if (!found.length) return [el("p", { class: "quiet" }, t("board_no_intents"))];
  return [el("ul", {}, ...found.map(([intent, fit]) => el("li", {}, el("b", {}, intent.investor), " ",
    fit.parts.map((each) => each[document.documentElement.lang.startsWith("zh") ? "zh" : "en"]).join("；"))))];
}
