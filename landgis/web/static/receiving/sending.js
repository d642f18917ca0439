// Sending one file as it is, with its progress; it can be stopped. What the server refuses is told in its own words.

import { Refused, t } from "../boards/talk.js";

// Begin to send; {done: a promise of what the server says, stop}.
export function send(path, file, most, tell) {
  const request = new XMLHttpRequest();
  const done = new Promise((resolve, reject) => {
    if (file.size > most) {
      reject(new Error(t("intake_too_large", { name: file.name, most: most / 1048576 })));
      return;
    }
    request.open("POST", `${path}?${new URLSearchParams({ name: file.name })}`);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => tell(event.total ? event.loaded / event.total : 0));
    request.addEventListener("load", () => {
      if (request.status === 200) resolve(request.response);
      else reject(new Refused(request.status, request.response?.error || {}));
    });
    request.addEventListener("error", () => reject(new Error(t("intake_lost_upload"))));
    request.addEventListener("abort", () => reject(new Error(t("intake_stopped"))));
    request.send(file);
  });
  return { done, stop: () => request.abort() };
}

// How large a file is, in words.
export function size(bytes) {
  return bytes < 1048576 ? `${Math.ceil(bytes / 1024).toLocaleString()} KB` : `${(bytes / 1048576).toFixed(1)} MB`;
}

// A place where one file is dropped or chosen.
export function wireDrop(place, field, taken, complain) {
  const take = (files) => {
    if (files.length > 1) complain(new Error(t("intake_one_file")));
    else if (files.length) taken(files[0]);
  };
  const chosen = () => {
    take([...field.files]);
    field.value = "";
  };
  field.addEventListener("change", chosen);
  if (field.files.length) queueMicrotask(chosen); // chosen before this script was there
  for (const name of ["dragover", "dragleave", "drop"]) {
    place.addEventListener(name, (event) => {
      event.preventDefault();
      place.classList.toggle("over", name === "dragover");
      if (name === "drop") take([...event.dataTransfer.files]);
    });
  }
}
