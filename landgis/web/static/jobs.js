// The page of long work: open jobs are asked about every second; words come from the page, data through textContent.
const lang = document.body.dataset.lang;
const words = document.body.dataset;
const said = document.getElementById("said");
const EVERY_MS = 1000;

function say(text, alarm = false) {
  said.textContent = text;
  said.classList.toggle("alarm", alarm);
}

function filled(text, values) {
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

async function asked(path, method = "GET") {
  const response = await fetch(path, { method, headers: { Accept: "application/json" } });
  const body = await response.json();
  if (!response.ok) throw new Error(body.error["message_" + lang] + " " + (body.error["next_" + lang] || ""));
  return body;
}

function show(row, job) {
  const part = (name) => row.querySelector("." + name);
  const before = row.dataset.state;
  row.dataset.state = job.state;
  part("state").textContent = job["state_" + lang];
  part("state").className = "state " + job.state;
  part("step").textContent = job["step_" + lang];
  part("told").textContent = job["told_" + lang];
  part("next").textContent = job["next_" + lang];
  const bar = row.querySelector("progress");
  bar.value = job.share;
  bar.hidden = job.ended;
  part("percent").textContent = `${Math.round(job.share * 100)}%`;
  part("percent").hidden = job.state !== "running";
  part("cancel").hidden = job.ended;
  part("again").hidden = !job.ended;
  if (job.cancel_asked_by && !job.ended) part("step").textContent = words.stopping;
  link(part("run"), job.result.run_id, words.run, { run: job.result.run_id }, `/?run=${job.result.run_id}&lang=${lang}`);
  const { release, layer, name, raster } = job.result;
  link(part("release"), release && !raster, words.release, { release }, `/releases/${encodeURIComponent(layer)}/${encodeURIComponent(name)}?lang=${lang}`);
  const file = part("file");
  link(file, job.file && file.dataset.mine === "yes", words.file, { file: job.file }, `/jobs/${job.job_no}/file`);
  if (job.ended) row.removeAttribute("data-open");
  if (before !== job.state) say(filled(words.changed, { no: job.job_no, state: job["state_" + lang] }));
}

function link(anchor, there, text, values, address) {
  anchor.hidden = !there;
  if (!there) return;
  anchor.textContent = filled(text, values);
  anchor.href = address;
}

async function look() {
  for (const row of document.querySelectorAll("tr[data-open]")) {
    try {
      show(row, (await asked(`/data/jobs/${row.dataset.job}`)).job);
    } catch (error) {
      say(error instanceof TypeError ? words.lost : error.message, true);
    }
  }
  setTimeout(look, EVERY_MS);
}

document.getElementById("jobs").addEventListener("click", async (event) => {
  const button = event.target.closest("button.cancel, button.again");
  if (!button) return;
  const row = button.closest("tr");
  const act = button.classList.contains("cancel") ? "cancel" : "again";
  button.disabled = true;
  try {
    const { job } = await asked(`/jobs/${row.dataset.job}/${act}`, "POST");
    if (act === "cancel") show(row, job);
    else location.assign(`/jobs?lang=${lang}`);
  } catch (error) {
    say(error instanceof TypeError ? words.lost : error.message, true);
  } finally {
    button.disabled = false;
  }
});

look();
