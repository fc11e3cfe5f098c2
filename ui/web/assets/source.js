// The document as one text: only the paragraphs around the place are on the page, more come as it is scrolled.
const MOST_PARAGRAPHS = 240;
const NEAR = 700;  // pixels from an end of what is there at which more is fetched
const sourceTitle = el("h2", { tabindex: "-1" });
const sourceWhere = el("p.where");
const steps = el("div.steps", { role: "group", label: "citations" });
const sourceTools = el("div.source-tools");
const text = el("div.text", { tabindex: "0", role: "document", label: "place_source" });
const figure = el("figure.picture", { hidden: true });
const sourceFoot = el("footer.citing");
source.append(
  el("header.head", {}, el("div.name", {}, sourceTitle, sourceWhere), iconButton("close", "close_source", () => closeSource())),
  el("div.bar", {}, steps, sourceTools), el("div.reading", {}, figure, text), sourceFoot,
);
source.prepend(el("p.empty", { say: "source_empty" }));

// What is open: the document, the paragraphs on the page by number, the marked places, and the citation with its turn where there is one.
let shownSource = null;
let opener = null;
let latest = 0;

async function openCitation(citation, turn, button) {
  opener = button || opener;
  const began = performance.now();
  await openPlace(citation.document, citation.start, citation.end, { citation, turn, short: citation.short });
  state.opened.took = performance.now() - began;
  for (const one of element.querySelectorAll("[data-citation][aria-current]")) one.removeAttribute("aria-current");
  for (const one of element.querySelectorAll(`[data-citation="${turn.id}-${citation.number}"]`)) one.setAttribute("aria-current", "true");
  if (button) { go("source"); if (narrow.matches) sourceTitle.focus({ preventScroll: true }); }
  showPlace();
}

// Open a document at text[start:end]; ``more`` may hold the citation, its turn and where the short answer stands.
async function openPlace(documentId, start, end, more = {}) {
  const turn = ++latest;
  const held = await call("source", { document: documentId, start, end });
  if (turn !== latest) return;
  state.opened = { document: documentId, start, end, ...more };
  if (state.place !== "library") go(state.place);
  if (held.gone || !held.paragraphs.length) { sourceIsGone(more.citation); return; }
  shownSource = { ...held, short: more.short, found: null, at: -1 };
  sourceTitle.textContent = held.title;
  fill(held.paragraphs);
  headSource();
  showPlace();
  pictureFor(held, start, end);
}

function sourceIsGone(citation) {
  shownSource = null;
  sourceTitle.textContent = citation?.title || say("source");
  sourceWhere.textContent = citation?.where[state.language] || "";
  text.replaceChildren(el("p.lost", { say: "source_gone" }), citation ? el("blockquote", { text: citation.quote }) : "");
  showSteps();
  pictureFor(null);
  citingFor(citation ? state.opened : null);
}

function headSource() {
  const { citation } = state.opened;
  sourceWhere.textContent = citation ? [...citation.path, citation.where[state.language]].join(" › ") : `${shownSource.file} · ${say("paragraphs", count(shownSource.count))}`;
  showSteps();
  citingFor(citation ? state.opened : null);
}
spoken.push(() => { if (!state.opened) return; if (shownSource) { fill(shownSource.paragraphs); headSource(); showPlace(); } else sourceIsGone(state.opened.citation); });

function showSteps() {
  const { citation, turn } = state.opened || {};
  const all = turn ? (turn.citations.length ? turn.citations : turn.nearest) : [];
  const at = citation ? all.findIndex((one) => one.number === citation.number) : -1;
  const step = (by) => guarded(() => openCitation(all[at + by], turn, null));
  const before = iconButton("up", "citation_before", step(-1));
  const after = iconButton("down", "citation_after", step(1));
  before.disabled = at <= 0;
  after.disabled = at < 0 || at >= all.length - 1;
  steps.hidden = all.length < 2;
  const held = steps.contains(document.activeElement) ? document.activeElement.dataset.label : null;
  steps.replaceChildren(el("span", { text: say("citation_of", citation?.number ?? "", all.length) }), before, after);
  if (held) { const same = steps.querySelector(`[data-label=${held}]`); (same.disabled ? steps.querySelector("button:enabled") : same)?.focus(); }
}

function closeSource() {
  if (!state.opened) return;
  state.opened = null;
  latest++;
  for (const one of element.querySelectorAll("[data-citation][aria-current]")) one.removeAttribute("aria-current");
  go(state.place === "source" ? (state.openedFrom === "timeline" ? "timeline" : "talk") : state.place);
  if (opener?.isConnected) opener.focus();
}

function fill(paragraphs) {
  shownSource.paragraphs = paragraphs;
  text.replaceChildren(...paragraphs.flatMap(paragraphNodes));
}

// A paragraph with the page, the headings that begin before it, its number beside it, and everything that is marked in it.
function paragraphNodes(paragraph) {
  const nodes = [];
  for (const [at, label, sure] of paragraph.pages) if (at === 0) nodes.push(pageMark(label, sure));
  if (paragraph.headings.length && !paragraph.note) nodes.push(el("p.heading", { text: paragraph.headings.at(-1), title: paragraph.headings.join(" › ") }));
  const body = el(paragraph.note ? "p.paragraph.footnote" : "p.paragraph", { lang: "th" });
  body.dataset.number = paragraph.number;
  body.append(el("span.number", { text: String(paragraph.number), "aria-label": say("paragraph", paragraph.number), role: "note" }));
  if (paragraph.note) body.append(noteHead(paragraph));
  body.append(...pieces(paragraph));
  nodes.push(body);
  return nodes;
}
const pageMark = (label, sure) => el("span.page", { text: say(shownSource.unit, label) + (sure === null ? "" : ` · ${say("recognised", `${Math.round(sure * 100)}%`)}`) });

function noteHead(paragraph) {
  const [from] = paragraph.called || [];
  return el("button.mark", { text: paragraph.note, "aria-label": say("footnote_back", paragraph.note), disabled: !from, onclick: guarded(() => jump(from)) });
}

// The text of a paragraph cut where something begins or ends: marks of footnotes, pages, the citation, the short answer, what was searched.
function pieces(paragraph) {
  const points = [...paragraph.text];
  const spans = [];
  for (const place of shownSource.places) if (place.number === paragraph.number) spans.push([place.start, place.end, "cited"]);
  if (shownSource.short) spans.push([shownSource.short[0] - paragraph.start, shownSource.short[1] - paragraph.start, "short"]);
  (shownSource.found?.places || []).forEach(([number, start, end], at) => {
    if (number === paragraph.number) spans.push([start, end, at === shownSource.at ? "found.current" : "found"]);
  });
  const inserted = [
    ...paragraph.marks.map(([at, mark, to]) => [at, () => el("button.mark", { text: mark, "aria-label": say("footnote_open", mark), onclick: guarded(() => jump(to)) })]),
    ...paragraph.pages.filter(([at]) => at > 0).map(([at, label, sure]) => [at, () => pageMark(label, sure)]),
  ];
  const cuts = new Set([0, points.length]);
  for (const [start, end] of spans) { cuts.add(Math.max(0, Math.min(start, points.length))); cuts.add(Math.max(0, Math.min(end, points.length))); }
  for (const [at] of inserted) cuts.add(Math.min(at, points.length));
  const order = [...cuts].sort((a, b) => a - b);
  const nodes = [];
  order.forEach((from, index) => {
    for (const [at, make] of inserted) if (Math.min(at, points.length) === from) nodes.push(make());
    const to = order[index + 1];
    if (to === undefined) return;
    const kinds = spans.filter(([start, end]) => start <= from && end >= to).map((span) => span[2]);
    const words = points.slice(from, to).join("");
    nodes.push(kinds.length ? el(`mark.${kinds.join(".")}`, { text: words }) : document.createTextNode(words));
  });
  return nodes;
}

const paragraphNode = (number) => text.querySelector(`.paragraph[data-number="${number}"]`);
function redraw(number) {
  const node = paragraphNode(number);
  const paragraph = shownSource.paragraphs.find((one) => one.number === number);
  if (node && paragraph) node.replaceWith(paragraphNodes(paragraph).at(-1));
}

// Bring the marked place a quarter down from the top.
function showPlace(of = "mark.cited") {
  const mark = text.querySelector(of);
  if (!mark || text.offsetParent === null) return;
  const top = mark.getBoundingClientRect().top - text.getBoundingClientRect().top + text.scrollTop;
  text.scrollTop = Math.max(0, top - text.clientHeight / 4);
}

// Go to a paragraph by its number, fetching what stands around it.
async function jump(number, of = null) {
  if (!paragraphNode(number)) {
    const turn = ++latest;
    const { paragraphs } = await call("more", { document: shownSource.id, number: Math.max(1, number - 6), forward: true });
    if (turn !== latest) return;
    fill(paragraphs.some((one) => one.number === number) ? paragraphs : (await call("more", { document: shownSource.id, number, forward: true })).paragraphs);
  }
  if (of) { showPlace(of); return; }
  const node = paragraphNode(number);
  text.scrollTop += node.getBoundingClientRect().top - text.getBoundingClientRect().top - 40;
  node.classList.add("shown");
  setTimeout(() => node.classList.remove("shown"), 1600);
}

let fetching = false;
async function moreText() {
  if (fetching || !shownSource || !shownSource.paragraphs.length) return;
  const { paragraphs } = shownSource;
  const forward = text.scrollHeight - text.scrollTop - text.clientHeight < NEAR && paragraphs.at(-1).number < shownSource.count;
  const backward = !forward && text.scrollTop < NEAR && paragraphs[0].number > 1;
  if (!forward && !backward) return;
  fetching = true;
  const held = shownSource;
  try {
    const number = forward ? paragraphs.at(-1).number + 1 : paragraphs[0].number - 1;
    const more = (await call("more", { document: held.id, number, forward })).paragraphs;
    if (held !== shownSource || held.paragraphs !== paragraphs || !more.length) return;
    if (forward) extend(paragraphs, more); else precede(paragraphs, more);
  } finally { fetching = false; }
}
function extend(paragraphs, more) {
  text.append(...more.flatMap(paragraphNodes));
  shownSource.paragraphs = [...paragraphs, ...more];
  const gone = shownSource.paragraphs.length - MOST_PARAGRAPHS;
  if (gone <= 0) return;
  const first = paragraphNode(shownSource.paragraphs[gone].number);
  const before = first.getBoundingClientRect().top;
  while (text.firstChild !== first) text.firstChild.remove();
  shownSource.paragraphs = shownSource.paragraphs.slice(gone);
  text.scrollTop += first.getBoundingClientRect().top - before;
}
function precede(paragraphs, more) {
  const first = text.firstChild;
  const before = first.getBoundingClientRect().top;
  text.prepend(...more.flatMap(paragraphNodes));
  text.scrollTop += first.getBoundingClientRect().top - before;
  shownSource.paragraphs = [...more, ...paragraphs].slice(0, MOST_PARAGRAPHS);
  const last = paragraphNode(shownSource.paragraphs.at(-1).number);
  while (text.lastChild !== last) text.lastChild.remove();
}
text.addEventListener("scroll", guarded(moreText), { passive: true });
