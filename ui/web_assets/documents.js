// The list of documents: removing asks once more in the row itself; files may be dropped anywhere on the upload area.
element.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  const row = button?.closest("li");
  if (!row) return;
  const [remove, sure, keep] = [".remove", ".sure", ".keep"].map((name) => row.querySelector(name));
  if (button === sure) {
    row.classList.add("going");
    sure.disabled = keep.disabled = true;
    trigger("delete", { source: row.dataset.source });
    return;
  }
  const asking = button === remove;
  remove.hidden = asking;
  sure.hidden = keep.hidden = !asking;
  row.classList.toggle("asking", asking);
  (asking ? keep : remove).focus();
});

const zone = document.querySelector("#drop");
if (zone) {
  const over = (on) => (event) => { event.preventDefault(); zone.classList.toggle("over", on); };
  zone.addEventListener("dragover", over(true));
  zone.addEventListener("dragleave", over(false));
  zone.addEventListener("drop", (event) => {
    over(false)(event);
    const input = zone.querySelector("input[type=file]") || document.querySelector("#upload input[type=file], input[type=file]");
    if (!input || !event.dataTransfer?.files.length) return;
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
}
