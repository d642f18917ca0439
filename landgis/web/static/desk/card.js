/** The card of the chosen parcel. */
import { desk } from "./map.js";
import { byId } from "./dom.js";

export function wire() {
  const card = byId("card");
  desk.on("choose", ({ parcel, keepTab }) => {
    const query = new URLSearchParams({ run: desk.run, parcel, lang: desk.lang });
    htmx.ajax("GET", `/card?${query}`, { source: card, target: card, swap: "innerHTML" }).then(() => {
      byId("panel-card").scrollTop = 0;
    });
    if (!keepTab) desk.show("card");
  });
}
