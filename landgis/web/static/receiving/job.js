// An import under way: how far it is, cancelling it, and where what came of it is looked at.

import { ask, complain, el, lang, part, say, send, t } from "../boards/talk.js";

const EVERY_MS = 1000;
const at = (id) => document.getElementById(`job-${id}`);

export function follow(jobNo, arrival) {
  const cancel = document.getElementById("cancel");
  cancel.addEventListener("click", async () => {
    cancel.disabled = true;
    try {
      show((await send(`/jobs/${jobNo}/cancel`, {})).job, arrival);
    } catch (error) {
      complain(error);
    } finally {
      cancel.disabled = false;
    }
  });
  look(jobNo, arrival);
}

async function look(jobNo, arrival) {
  try {
    const { job } = await ask(`/data/jobs/${jobNo}`);
    show(job, arrival);
    if (job.ended) return;
  } catch (error) {
    if (!(error instanceof TypeError)) {
      complain(error);
      return;
    }
    say(t("intake_lost"));
  }
  setTimeout(() => look(jobNo, arrival), EVERY_MS);
}

function show(job, arrival) {
  const state = part(job, "state");
  if (at("state").textContent !== state) say(state);
  at("state").textContent = state;
  at("state").className = `state ${job.state}`;
  at("share").value = job.share;
  at("share").hidden = job.ended;
  at("step").textContent = job.cancel_asked_by && !job.ended ? t("intake_stopping") : job.state === "waiting" ? t("intake_no_worker") : part(job, "step");
  at("step").hidden = job.ended;
  document.getElementById("cancel").hidden = job.ended;
  at("told").textContent = part(job, "told");
  at("next").textContent = job.state === "done" ? "" : part(job, "next");
  if (job.ended) at("links").replaceChildren(...links(job, arrival));
  document.getElementById("step-import").dataset.state = job.state;
}

function links(job, arrival) {
  const found = [];
  const link = (href, key, main = false) => found.push(el("a", { href, class: main ? "button main" : "button" }, t(key)), " ");
  if (job.state === "done" && arrival === "layer") {
    const { layer, name, raster } = job.result;
    if (raster) link(`/releases?lang=${lang}`, "intake_to_releases", true);
    else link(`/releases/${encodeURIComponent(layer)}/${encodeURIComponent(name)}?lang=${lang}`, "intake_to_release", true);
  }
  if (job.file) link(`/jobs/${job.job_no}/file`, "intake_refused_rows", true);
  if (job.state === "done" && arrival === "parcels") link(`/?lang=${lang}`, "intake_to_desk");
  link(`/intake/${arrival}?lang=${lang}`, "intake_again");
  link(`/jobs?lang=${lang}`, "intake_to_jobs");
  return found;
}
