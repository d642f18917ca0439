/** Views kept by name: one's own and those that others share. A bookmark is the address of the view. */
import { desk } from "./map.js";
import { ask, send, told } from "./ask.js";
import { byId, make } from "./dom.js";
import { state } from "./permalink.js";
import { word } from "./words.js";

function open(bookmark) {
  // The words of the page are the viewer's own, whatever language the bookmark was kept in.
  const [query, hash] = bookmark.state.split("#");
  const wanted = new URLSearchParams(query);
  wanted.set("lang", desk.lang);
  const same = `?${wanted}` === location.search;
  location.assign(`${location.pathname}?${wanted}#${hash || ""}`);
  if (same) location.reload(); // only the fragment differs: the page would stay as it is
}

function row(bookmark) {
  const go = make("button", { type: "button", class: "go", onclick: () => open(bookmark) }, bookmark.name);
  const whose = bookmark.own ? (bookmark.shared ? word("bookmark_shared") : word("bookmark_own")) : word("bookmark_by", { name: bookmark.by });
  const drop = bookmark.own && make("button", {
    type: "button", class: "drop", "aria-label": word("bookmark_drop", { name: bookmark.name }),
    onclick: async () => {
      await told(send("DELETE", `/bookmarks/${bookmark.no}`));
      list();
    },
  }, "×");
  return make("li", { "data-bookmark": bookmark.no }, go, make("small", {}, `${whose} · ${bookmark.since.slice(0, 10)}`), drop);
}

async function list() {
  const kept = await told(ask("/bookmarks"));
  if (!kept) return;
  const rows = kept.map(row);
  byId("bookmark-list").replaceChildren(...(rows.length ? rows : [make("li", { class: "hint" }, word("bookmark_none"))]));
}

async function copy() {
  const address = location.origin + location.pathname + state();
  try {
    await navigator.clipboard.writeText(address);
    byId("link-said").textContent = word("link_copied");
  } catch {
    byId("link-said").textContent = word("link_by_hand");
    byId("link").focus();
  }
  byId("link").value = address;
  byId("link").select();
}

export function wire() {
  byId("bookmark-form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const name = byId("bookmark-name");
    const made = await told(send("POST", "/bookmarks", { name: name.value, state: state(), shared: byId("bookmark-share").checked }));
    if (!made) return;
    name.value = "";
    desk.tell(word("bookmark_kept"));
    list();
  });
  byId("link-copy").addEventListener("click", copy);
  desk.on("tab", (tab) => {
    if (tab !== "bookmarks") return;
    list();
    byId("link").value = location.origin + location.pathname + state();
  });
}
