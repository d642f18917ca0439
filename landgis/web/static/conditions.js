// Conditions in force: taking one away undoes it in the form, and the form asks for everything anew.
"use strict";

(function () {
  const form = document.getElementById("filter");

  function undo(field) {
    if (field.type === "checkbox" || field.type === "radio") field.checked = false;
    else if (field.type === "hidden") field.remove();
    else field.value = "";
  }

  function changed() {
    form.dispatchEvent(new Event("change", { bubbles: true }));
  }

  document.addEventListener("click", (event) => {
    const one = event.target.closest("#conditions a.condition");
    if (!one) return;
    event.preventDefault();
    const { name, value } = one.dataset;
    if (!name) {
      document.getElementById("clear-filter").click();
      return;
    }
    for (const field of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
      if (!["checkbox", "hidden"].includes(field.type) || field.value === value) undo(field);
    }
    changed();
  });
  // What the form cannot clear by itself: a selection by number.
  document.getElementById("clear-filter").addEventListener("click", () => {
    for (const field of form.querySelectorAll("[data-condition]")) field.remove();
  }, true);
  // One list open at a time; Escape closes it and gives the keyboard back.
  const lists = [...form.querySelectorAll("details.choice")];
  for (const list of lists) {
    list.addEventListener("toggle", () => {
      if (list.open) for (const other of lists) if (other !== list) other.open = false;
    });
    list.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      list.open = false;
      list.querySelector("summary").focus();
    });
  }
  document.addEventListener("click", (event) => {
    for (const list of lists) if (!list.contains(event.target)) list.open = false;
  });
  // The statistics follow the filter while they are open.
  const statistics = document.getElementById("statistics");
  document.body.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id === "table" && statistics.open) htmx.trigger("#statistics-tables", "statistics");
  });
})();
