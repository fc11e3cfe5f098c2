// Searching inside the open document, and the picture of its page beside the text.
const seek = el("input", { type: "search", label: "search_inside", hint: "search_inside", maxlength: "200" });
const seekState = el("span.found-count", { role: "status" });
const seekBefore = iconButton("up", "found_before", guarded(() => toFound(-1)));
const seekAfter = iconButton("down", "found_after", guarded(() => toFound(1)));
const pictureButton = iconButton("picture", "page_picture", guarded(() => showPicture(!pictured)));
pictureButton.setAttribute("aria-pressed", "false");
seekBefore.hidden = seekAfter.hidden = true;
sourceTools.append(el("div.seek", {}, sign("search"), seek), seekState, seekBefore, seekAfter, pictureButton);

let seekSoon = 0;
seek.addEventListener("input", () => { clearTimeout(seekSoon); seekSoon = setTimeout(guarded(findInside), 200); });
seek.addEventListener("keydown", (event) => {
  if (event.key === "Enter") { event.preventDefault(); guarded(() => toFound(event.shiftKey ? -1 : 1))(); }
  if (event.key === "Escape" && seek.value) { event.stopPropagation(); seek.value = ""; guarded(findInside)(); }
});

async function findInside() {
  if (!shownSource) return;
  const held = shownSource;
  const words = seek.value.trim();
  const found = words ? await call("find", { document: held.id, words }) : null;
  if (held !== shownSource || words !== seek.value.trim()) return;
  held.found = found;
  held.at = -1;
  fill(held.paragraphs);
  seekBefore.hidden = seekAfter.hidden = !found?.places.length;
  seekState.textContent = found ? (found.total ? say("found_some", count(found.total)) : say("found_none")) : "";
  if (found?.places.length) { await toFound(1); return; }
  const [cited_] = held.places;
  if (!words && cited_) await jump(cited_.number, "mark.cited"); else showPlace();
  if (!words) pictureAt(state.opened.start, state.opened.end);
}

// The next or the last place found, in the text and in the picture of its page.
async function toFound(by) {
  const { found } = shownSource || {};
  if (!found?.places.length) return;
  const was = shownSource.at;
  const at = shownSource.at = (was + by + found.places.length) % found.places.length;
  const [number, start, end] = found.places[at];
  if (was >= 0) redraw(found.places[was][0]);
  redraw(number);
  await jump(number, "mark.current");
  if (shownSource?.found !== found || shownSource.at !== at) return;
  const paragraph = shownSource.paragraphs.find((one) => one.number === number);
  if (paragraph) pictureAt(paragraph.start + start, paragraph.start + end);
  seekState.textContent = say("found_at", count(at + 1), count(found.total));
}

let pictured = recalled(localStorage, "picture") !== "no";
let pictureOf = null;
let pictureSoon = 0;
function pictureFor(held, start, end) {
  clearTimeout(pictureSoon);
  seek.value = "";
  seekState.textContent = "";
  seekBefore.hidden = seekAfter.hidden = true;
  pictureOf = held && held.pages && held.unit === "page" && /\.pdf$/i.test(held.file) ? { document: held.id, title: held.title, start, end } : null;
  pictureButton.hidden = !pictureOf;
  guarded(() => showPicture(pictured, false))();
}

// Show another place of the same document, once the reader rests there.
function pictureAt(start, end) {
  if (!pictureOf || (pictureOf.start === start && pictureOf.end === end)) return;
  pictureOf = { ...pictureOf, start, end };
  clearTimeout(pictureSoon);
  pictureSoon = setTimeout(guarded(() => showPicture(pictured, false)), 120);
}

async function showPicture(on, chosen = true) {
  pictured = on;
  if (chosen) remember(localStorage, "picture", on ? "yes" : "no");
  pictureButton.setAttribute("aria-pressed", String(on));
  const of = pictureOf;
  figure.hidden = !of || !on;
  if (figure.hidden) { figure.replaceChildren(); return; }
  const turned = figure.firstElementChild?.matches(".sheet") && figure.dataset.document === of.document;  // the page before stays meanwhile
  if (!turned) figure.replaceChildren(el("p.waiting", { say: "picture_coming" }));
  figure.dataset.document = of.document;
  const drawn = await call("picture", { document: of.document, start: of.start, end: of.end, width: 1200 });
  if (of !== pictureOf || !pictured) return;
  if (drawn.none) { figure.replaceChildren(el("p.none", { say: "picture_none" })); return; }
  const sheet = el("div.sheet", {}, el("img", { src: drawn.image, alt: say("picture_of", drawn.page, of.title), width: drawn.size[0], height: drawn.size[1] }));
  for (const [left, top, width, height] of drawn.boxes) {
    const box = el("span.box", { "aria-hidden": "true" });
    Object.assign(box.style, { left: `${left * 100}%`, top: `${top * 100}%`, width: `${width * 100}%`, height: `${height * 100}%` });
    sheet.append(box);
  }
  figure.replaceChildren(sheet);
  const first = drawn.boxes[0];
  figure.scrollTop = 0;
  if (first) figure.scrollTop = Math.max(0, first[1] * sheet.clientHeight - figure.clientHeight / 3);
  if (!turned) showPlace(text.querySelector("mark.current") ? "mark.current" : undefined);
}
