/** A file of one's own: dropped or chosen, sent as it is; the parts of a shapefile go together. */
import { word } from "./words.js";

export function wireDrop(panel, { uploaded, failed, working }) {
  const zone = panel.querySelector("#check-drop");
  const field = panel.querySelector("#check-file");
  const most = Number(zone.dataset.mostBytes);

  async function send(files) {
    let upload = "";
    try {
      for (const file of files) {
        working(word("check_uploading", { name: file.name }));
        if (file.size > most) throw new Error(word("check_file_label", { most: most / 1048576 }));
        const query = new URLSearchParams({ name: file.name, ...(upload ? { upload } : {}) });
        const response = await fetch(`/data/check/file?${query}`, {
          method: "POST", body: file, headers: { "Content-Type": "application/octet-stream", "X-Landgis": "desk" },
        });
        const told = await response.json();
        if (!response.ok) throw told.error;
        upload = told.upload;
      }
      uploaded(upload);
    } catch (error) {
      failed(error);
    }
  }

  field.addEventListener("change", () => {
    if (field.files.length) send([...field.files]);
    field.value = "";
  });
  for (const name of ["dragover", "dragleave", "drop"]) {
    zone.addEventListener(name, (event) => {
      event.preventDefault();
      zone.classList.toggle("over", name === "dragover");
      if (name === "drop" && event.dataTransfer.files.length) send([...event.dataTransfer.files]);
    });
  }
}
