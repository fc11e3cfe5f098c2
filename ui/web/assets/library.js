// The library: files come in with each one's progress, documents are listed, chosen, described and taken out.
const libraryCount = el("p.count");
const fileInput = el("input", { type: "file", multiple: true, hidden: true, tabindex: "-1", "aria-hidden": "true" });
const addButton = el("button.primary", { say: "add_files", onclick: () => fileInput.click() }, sign("plus"));
const drop = el("div.drop", {}, addButton, el("p", { say: "add_hint" }), fileInput);
const works = el("div.works");
const filter = el("input", { type: "search", label: "filter", hint: "filter", maxlength: "200" });
const chosenBar = el("div.chosen-bar", { hidden: true });
const rows = el("ul.documents", { label: "place_library" });
const rest = el("button.quiet.rest", { say: "more_documents", hidden: true, onclick: guarded(() => listDocuments(true)) });
library.append(el("div.shelf", {}, el("header.head", {}, el("h2", { say: "place_library", tabindex: "-1" }), libraryCount), drop, works,
  el("div.seek", {}, sign("search"), filter), chosenBar, rows, rest));
let documentsShown = [];
let documentsTurn = 0;

async function listDocuments(further = false) {
  const turn = ++documentsTurn;
  const after = further ? documentsShown.at(-1)?.source || "" : "";
  const held = await call("documents", { wanted: filter.value, after });
  if (turn !== documentsTurn) return;
  documentsShown = further ? [...documentsShown, ...held.documents] : held.documents;
  state.held = held;
  drawDocuments();
}
function drawDocuments() {
  const { held } = state;
  if (!held) return;
  libraryCount.textContent = filter.value.trim() ? say("held_matching", count(held.matching), count(held.total)) : say("held", count(held.total));
  rows.replaceChildren(...documentsShown.map(documentRow));
  if (!documentsShown.length) rows.append(el("li.none", { say: held.total ? "held_none" : "welcome_none" }));
  rest.hidden = !held.more;
  filter.closest(".seek").hidden = !held.total;
  chosenChanged();
}
const libraryShown = () => guarded(listDocuments)();
let filterSoon = 0;
filter.addEventListener("input", () => { clearTimeout(filterSoon); filterSoon = setTimeout(guarded(() => listDocuments()), 150); });
spoken.push(drawDocuments);

function documentRow(one) {
  const box = el("input", { type: "checkbox", "aria-label": say("ask_this", one.title) });
  box.checked = state.only.has(one.id);
  box.dataset.document = one.id;
  box.addEventListener("change", () => { if (box.checked) state.only.set(one.id, one.title); else state.only.delete(one.id); chosenChanged(); showChosen(); });
  const known = [one.author, one.year, one.kind && kindWords(one.kind)].filter(Boolean).join(" · ");
  const facts = [one.title === one.file ? "" : one.file, one.pages ? say(`${one.unit}s`, count(one.pages)) : say("paragraphs", count(one.paragraphs)), say("passages", count(one.passages))];
  const name = el("button.title", { text: one.title, title: say("read_named", one.title), onclick: guarded(() => readDocument(one)) });
  const row = el("li", {}, box, el("span.format", { text: one.format, "aria-hidden": "true" }),
    el("div.what", {}, name, known ? el("p.known", { text: known }) : el("p.known.unknown", { say: "unknown_yet" }), el("p.facts", { text: facts.filter(Boolean).join(" · ") })),
    el("span.state", { say: one.state === "ready" ? "state_ready" : "state_partly", class: `state ${one.state}` }),
    el("div.do", {}, iconButton("edit", "describe", guarded(() => describeDocument(one.source))), iconButton("trash", "remove", guarded(() => removeDocument(one)))));
  row.querySelector(".do").firstElementChild.setAttribute("aria-label", say("describe_named", one.title));
  row.querySelector(".do").lastElementChild.setAttribute("aria-label", say("remove_named", one.title));
  row.dataset.source = one.source;
  return row;
}

async function readDocument(one) {
  if (!await openPlace(one.id, 0, 1)) return;
  if (shownSource) { shownSource.places = []; fill(shownSource.paragraphs); text.scrollTop = 0; }
  opener = null;
  go("source");
  sourceTitle.focus({ preventScroll: true });
}

function chosenChanged() {
  chosenBar.hidden = !state.only.size;
  chosenBar.replaceChildren(el("span", { text: say("chosen_count", count(state.only.size)) }),
    el("button.primary", { say: "ask_chosen", onclick: () => { go("talk"); question.focus(); } }),
    el("button.quiet", { say: "choose_none", onclick: () => { state.only.clear(); chosenChanged(); showChosen(); filter.focus(); } }));
  for (const box of rows.querySelectorAll("input[type=checkbox]")) box.checked = state.only.has(box.dataset.document);
}

async function removeDocument(one) {
  if (!await confirmed(say("remove_named", one.title), say("remove_about"), "remove_sure")) return;
  const { removed } = await call("remove", { source: one.source });
  state.only.delete(one.id);
  showChosen();
  note(say("removed", removed));
  await listDocuments();
  rows.querySelector("button")?.focus();
}

// Adding: the files travel to the program one after the other, then it reads them; each has a bar of its own.
fileInput.addEventListener("change", () => { const files = [...fileInput.files]; fileInput.value = ""; guarded(addFiles)(files); });
for (const [name, on] of [["dragover", true], ["dragleave", false], ["drop", false]]) {
  library.addEventListener(name, (event) => {
    event.preventDefault();
    drop.classList.toggle("over", on && Boolean(event.dataTransfer?.types.includes("Files")));
    if (name === "drop" && event.dataTransfer?.files.length) guarded(addFiles)([...event.dataTransfer.files]);
  });
}

async function addFiles(files) {
  if (!files.length) return;
  const bars = new Map(files.map((file) => [file.name, bar(file.name)]));
  const left = el("span.left");
  const work = { cancelled: false, sending: null, job: null };
  const cancel = el("button.quiet", { say: "cancel_adding", onclick: () => {
    work.cancelled = true;
    work.sending?.abort();
    if (work.job) guarded(() => call("stop", { job: work.job }))();
  } });
  const box = el("section.work", { label: "adding" }, el("header", {}, el("strong", { say: "adding" }), left, cancel), el("ul", {}, ...[...bars.values()].map((one) => one.node)));
  works.prepend(box);
  try {
    const paths = [];
    for (const file of files) {
      if (work.cancelled) throw { told: WORDS.adding_cancelled };
      paths.push(await sendFile(file, work, (share) => bars.get(file.name).show("sending", share)));
      bars.get(file.name).show("waiting", 0);
    }
    work.job = (await call("add", { files: paths })).job;
    if (work.cancelled) await call("stop", { job: work.job });
    outcome(box, bars, await watchAdding(work.job, bars, left));
  } catch (error) {
    box.replaceChildren(el("p.bad", { text: error?.told ? told(error.told) : String(error) }), dismiss(box));
  }
  await listDocuments();
}

function bar(name) {
  const share = el("progress", { max: "1", "aria-label": name });
  const words = el("span.stage", { say: "stage_waiting" });
  share.value = 0;
  const node = el("li", {}, el("span.file", { text: name }), words, share);
  return { node, show(stage, done) { words.dataset.say = `stage_${stage}`; relabel(words); share.value = done; } };
}

function sendFile(file, work, tell) {
  return new Promise((done, failed_) => {
    const { root = "", api_prefix: prefix = "/gradio_api" } = window.gradio_config || {};
    const request = work.sending = new XMLHttpRequest();
    const body = new FormData();
    body.append("files", file, file.name);
    request.upload.addEventListener("progress", (event) => { if (event.lengthComputable) tell(event.loaded / event.total); });
    request.addEventListener("load", () => {
      try { const [path] = JSON.parse(request.responseText); done(path); } catch { failed_({ told: request.status === 413 ? WORDS.too_large : WORDS.unreachable }); }
    });
    request.addEventListener("error", () => failed_({ told: WORDS.unreachable }));
    request.addEventListener("abort", () => failed_({ told: WORDS.adding_cancelled }));
    request.open("POST", `${root}${prefix}/upload`);
    request.send(body);
  });
}

async function watchAdding(job, bars, left) {
  for (let news = 0; ;) {
    const said = await call("look", { job, news });
    news = said.news;
    if (said.stage === "failed") throw { told: said.error };
    if (said.stage === "done") return said.summary;
    if (said.done) throw { told: WORDS.lost };
    for (const file of said.files || []) {
      const later = said.stage === "read" ? file.state : said.stage;
      bars.get(file.name)?.show(later, said.stage === "read" ? file.share * 0.5 : said.share);
    }
    left.textContent = said.left ? say("time_left", said.left < 90 ? say("seconds", Math.ceil(said.left)) : say("minutes", Math.ceil(said.left / 60))) : "";
  }
}

const dismiss = (box) => iconButton("close", "dismiss", () => box.remove());
function outcome(box, bars, summary) {
  const counts = ["added", "replaced", "unchanged"].filter((name) => summary[name]).map((name) => say(name, count(summary[name])));
  if (summary.failed.length) counts.push(say("failed", count(summary.failed.length)));
  const shown = el(summary.failed.length ? "div.outcome.bad" : "div.outcome", { role: "status" }, el("p", { text: counts.join(" · ") || say("nothing_added") }));
  if (summary.failed.length) shown.append(el("ul", {}, ...summary.failed.map((pair) => el("li", { text: told(pair) }))));
  box.replaceChildren(shown, dismiss(box));
}
