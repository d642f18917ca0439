/** What can be done with a card: copy it as text, decide beside it, confirm, withdraw. One listener on `#card`. */
import { desk } from "../map.js";
import { byId, make } from "../dom.js";

const card = byId("card");
if (card) {
  card.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-act]");
    if (!button) return;
    if (button.dataset.act === "copy") copy(button);
    if (button.dataset.act === "confirm") end(button, "/data/card/confirm", {});
    if (button.dataset.act === "withdraw") {
      end(button, "/data/card/withdraw", { reason: button.closest(".decision").querySelector("[name=withdraw-reason]").value });
    }
  });
  card.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-act=decide]");
    if (!form) return;
    event.preventDefault();
    const said = Object.fromEntries(new FormData(form));
    act(form, "/data/card/decision", { parcel: form.closest("[data-parcel]").dataset.parcel, ...said });
  });
}

async function copy(button) {
  const told = button.parentElement.querySelector(".said");
  const text = await (await fetch(button.dataset.address)).text();
  try {
    await navigator.clipboard.writeText(text);
    told.textContent = button.dataset.done;
  } catch {
    const field = make("textarea", { readonly: true, rows: 8, class: "copied" });
    field.value = text;
    told.replaceChildren(button.dataset.failed, field);
    field.select();
  }
}

function end(button, path, more) {
  act(button, path, { decision: button.closest(".decision").dataset.decision, ...more });
}

async function act(element, path, body) {
  const section = element.closest(".decisions");
  const response = await fetch(path, {
    method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json", "X-Landgis": "desk" },
  });
  const told = await response.json();
  if (response.ok) {
    desk.choose(section.dataset.parcel);
    return;
  }
  const error = told.error;
  section.querySelector(".said").textContent = [error[`message_${desk.lang}`], error[`next_${desk.lang}`]].filter(Boolean).join(" · ");
}
