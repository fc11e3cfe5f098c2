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
source.id = "source"; // where every [n] leads
source.append(
  el("header.head", {}, el("div.name", {}, sourceTitle, sourceWhere), toCiting("button.skip"), iconButton("close", "close_source", () => closeSource())),
  el("div.bar", {}, steps, sourceTools), el("div.reading", {}, figure, text), sourceFoot,
);
source.prepend(el("p.empty", { say: "source_empty" }));

// Past all that stands between a citation, or the head of the source, and what can be taken from it: one Tab and Enter.
function toCiting(form) {
  return el(form, { label: "skip_to_citing", hidden: true, onclick: () => {
    if (sourceFoot.offsetParent === null) go("source");
    citingWanted = !sourceFoot.querySelector("button");
    sourceFoot.querySelector("button")?.focus();
  } });
}
const hop = toCiting("button.hop");  // behind the citation that is open

// What is open: the document, the paragraphs on the page by number, the marked places, and the citation with its turn where there is one.
let shownSource = null;
let opener = null;
let citingWanted = false;  // whether the focus goes to the citing as soon as that is there
let latest = 0;

async function openCitation(citation, turn, button) {
  opener = button || opener;
  const began = performance.now(), from = state.place;
  if (!await openPlace(citation.document, citation.start, citation.end, { citation, turn, short: citation.short })) return;
  state.opened.took = performance.now() - began;
  for (const one of element.querySelectorAll("[data-citation][aria-current]")) one.removeAttribute("aria-current");
  for (const one of element.querySelectorAll(`[data-citation="${turn.id}-${citation.number}"]`)) one.setAttribute("aria-current", "true");
  const link = button?.matches("a") ? button : log.querySelector(`a.cite[data-citation="${turn.id}-${citation.number}"]`);
  if (link) link.after(hop); else hop.remove();
  if (button && state.place === from) { go("source"); if (narrow.matches) sourceTitle.focus({ preventScroll: true }); }
  showPlace();
}

// Open a document at text[start:end] and say whether nothing else was opened or closed meanwhile; ``more`` may hold the citation, its turn
// and where the short answer stands.
async function openPlace(documentId, start, end, more = {}) {
  const turn = ++latest;
  const held = await call("source", { document: documentId, start, end });
  if (turn !== latest) return false;
  state.opened = { document: documentId, start, end, ...more };
  if (state.place !== "library") go(state.place);
  if (held.gone || !held.paragraphs.length) { sourceIsGone(more.citation); return true; }
  shownSource = { ...held, short: more.short, found: null, at: -1 };
  sourceTitle.textContent = held.title;
  fill(held.paragraphs);
  headSource();
  showPlace();
  pictureFor(held, start, end);
  return true;
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
  if (citation) sourceWhere.replaceChildren(...citation.path.map((one) => `${one} › `), ...unbroken(citation.where[state.language], " · "));
  else sourceWhere.textContent = `${shownSource.file} · ${say("paragraphs", count(shownSource.count))}`;
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
  hop.remove();
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
  const headings = paragraph.heads.map((head) => [head[0] ?? -1, headingNode(paragraph, head)]);
  nodes.push(...headings.filter(([at]) => at < 0).map(([, node]) => node));
  const body = el(paragraph.note ? "p.paragraph.footnote" : "p.paragraph", { lang: "th" });
  body.dataset.number = paragraph.number;
  body.append(el("span.number", { text: String(paragraph.number), "aria-label": say("paragraph", paragraph.number), role: "note" }));
  if (paragraph.note) body.append(noteHead(paragraph));
  body.append(...pieces(paragraph));
  nodes.push(body, ...headings.filter(([at]) => at >= 0).map(([, node]) => node));
  for (const node of nodes) node.dataset.of = paragraph.number;
  return nodes;
}
const pageMark = (label, sure) => el("span.page", { text: say(shownSource.unit, label) + (sure === null ? "" : ` · ${say("recognised", `${Math.round(sure * 100)}%`)}`) });

function noteHead(paragraph) {
  const [from] = paragraph.called || [];
  return el("button.mark", { text: paragraph.note, "aria-label": say("footnote_back", paragraph.note), disabled: !from, onclick: guarded(() => jump(from)) });
}

// A heading as it stands in the text, with what was searched marked in it.
function headingNode(paragraph, [at, words]) {
  const points = [...words];
  const spans = at === null ? [] : foundSpans(paragraph).map(([start, end, kind]) => [start - at, end - at, kind]);
  return el("p.heading", { title: paragraph.headings.join(" › ") || null }, ...marked(points, spans, []));
}
const foundSpans = (paragraph) => (shownSource.found?.places || []).flatMap(([number, start, end], at) =>
  (number === paragraph.number ? [[start, end, at === shownSource.at ? "found.current" : "found"]] : []));

// The text of a paragraph with all that is marked in it: the citation, the short answer, what was searched; marks of footnotes, pages.
function pieces(paragraph) {
  const spans = [];
  for (const place of shownSource.places) if (place.number === paragraph.number) spans.push([place.start, place.end, "cited"]);
  if (shownSource.short) spans.push([shownSource.short[0] - paragraph.start, shownSource.short[1] - paragraph.start, "short"]);
  const inserted = [
    ...paragraph.marks.map(([at, mark, to]) => [at, () => el("button.mark", { text: mark, "aria-label": say("footnote_open", mark), onclick: guarded(() => jump(to)) })]),
    ...paragraph.pages.filter(([at]) => at > 0).map(([at, label, sure]) => [at, () => pageMark(label, sure)]),
  ];
  return marked([...paragraph.text], [...spans, ...foundSpans(paragraph)], inserted);
}

// Code points cut where something begins or ends: spans of [start, end, kind], and what is inserted as [offset, what makes it].
function marked(points, spans, inserted) {
  const within = (at) => Math.max(0, Math.min(at, points.length));
  const cuts = new Set([0, points.length, ...spans.flatMap(([start, end]) => [within(start), within(end)]), ...inserted.map(([at]) => within(at))]);
  const order = [...cuts].sort((a, b) => a - b);
  const nodes = [];
  order.forEach((from, index) => {
    for (const [at, make] of inserted) if (within(at) === from) nodes.push(make());
    const to = order[index + 1];
    if (to === undefined) return;
    const kinds = spans.filter(([start, end]) => start <= from && end >= to).map((span) => span[2]);
    const words = points.slice(from, to).join("");
    nodes.push(kinds.length ? el(`mark.${kinds.join(".")}`, { text: words }) : document.createTextNode(words));
  });
  return nodes;
}

const paragraphNode = (number) => text.querySelector(`.paragraph[data-number="${number}"]`);
const nodesOf = (number) => [...text.querySelectorAll(`:scope > [data-of="${number}"]`)];
function redraw(number) {
  const [first, ...others] = nodesOf(number);
  const paragraph = shownSource.paragraphs.find((one) => one.number === number);
  if (!first || !paragraph) return;
  for (const one of others) one.remove();
  first.replaceWith(...paragraphNodes(paragraph));
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
  const [first] = nodesOf(shownSource.paragraphs[gone].number);
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
  const last = nodesOf(shownSource.paragraphs.at(-1).number).at(-1);
  while (text.lastChild !== last) text.lastChild.remove();
}
text.addEventListener("scroll", guarded(moreText), { passive: true });
