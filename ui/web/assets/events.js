// An event of the timeline in words: its card beside the dot, the list, and its place in the source.
const eventName = (event) => `timeline-${event.document}-${event.start}-${event.first.join()}-${event.last.join()}`;

// The sentence with its date marked; offsets count code points.
function markedQuote(event) {
  const points = [...event.quote], [from, to] = event.date;
  return [points.slice(0, from).join(""), el("mark", { text: points.slice(from, to).join("") }), points.slice(to).join("")];
}

function showCard(event, button) {
  card.replaceChildren(el("p.date", { text: dateWords(event) }), el("p.quote", {}, ...markedQuote(event)), el("p.from-where", { text: eventPlace(event) }));
  card.hidden = false;
  const room = chart.getBoundingClientRect(), box = button.getBoundingClientRect();
  const width = card.offsetWidth;
  card.style.left = `${Math.max(8, Math.min(box.left + box.width / 2 - room.left - width / 2, room.width - width - 8))}px`;
  const ground = plot.querySelector(".ground").getBoundingClientRect().top + 24;  // below all dots, so that none is covered
  card.style.top = `${Math.max(box.bottom, ground) - room.top + 8}px`;
}
const eventPlace = (event) => `${dated.documents[event.document]} · ${say("paragraph", event.paragraph)}`;

// The events between the two ends of the line, as a list: what is seen above, for reading and for readers of the screen.
function listEvents() {
  const within = dated.events.filter((event) => moment(event.last, true) > span[0] && moment(event.first) < span[1]);
  const documents = new Set(within.map((event) => event.document)).size;
  timeCount.textContent = say("time_count", count(within.length), count(dated.matching), count(documents));
  const focused = eventsList.contains(document.activeElement) ? document.activeElement.dataset.citation : null;
  eventsList.replaceChildren(...within.slice(0, listedMost).map(eventRow));
  eventsMore.hidden = within.length <= listedMost;
  if (focused) eventsList.querySelector(`[data-citation="${focused}"]`)?.focus();
}

function eventRow(event) {
  const button = el("button.event", { onclick: guarded(() => openEvent(event, button)) }, el("span.date", { text: dateWords(event) }),
    el("span.quote", { lang: "th" }, ...markedQuote(event)), el("span.from-where", { text: eventPlace(event) }));
  button.dataset.citation = eventName(event);
  if (state.opened?.event === eventName(event)) button.setAttribute("aria-current", "true");
  return el("li", {}, button);
}

// Open the source at the sentence, its date underlined; it can be cited from there like a sentence of an answer.
async function openEvent(event, button) {
  const { document: id, start, end } = event;
  const short = [...event.quote].slice(...event.date).join("");
  const from = state.place;
  const { citation, gone } = await call("place", { document: id, start, end, number: 1, short });
  if (state.place !== from) return;
  if (gone) { note(say("source_gone"), true); return; }
  await openCitation(citation, { id: "timeline", citations: [citation], nearest: [] }, button);
  if (state.opened?.citation !== citation) return;  // something else was opened meanwhile
  state.opened.event = eventName(event);
  for (const one of timeline.querySelectorAll("[data-citation]")) {
    if (one.dataset.citation === eventName(event)) one.setAttribute("aria-current", "true"); else one.removeAttribute("aria-current");
  }
}

function drawOverview() {
  const all = whole(), highest = Math.max(...dated.bars, 1);
  bars.replaceChildren(...dated.bars.map((number) => el("span", { style: `height:${number ? Math.max(8, (100 * number) / highest) : 0}%` })));
  for (const [at, edge] of edges.entries()) {
    edge.min = all[0];
    edge.max = all[1];
    edge.step = "any";
    edge.value = span[at];
    edge.setAttribute("aria-valuetext", yearWords(Math.floor(span[at])));
  }
  const share = (time) => (100 * (time - all[0])) / (all[1] - all[0]);
  shadeOf.style.left = `${share(span[0])}%`;
  shadeOf.style.width = `${share(span[1]) - share(span[0])}%`;
  bars.style.left = `${share(dated.bounds[0])}%`;
  bars.style.right = `${100 - share(dated.bounds[1] + 1)}%`;
  overviewEnds.firstElementChild.textContent = yearWords(dated.bounds[0]);
  overviewEnds.lastElementChild.textContent = yearWords(dated.bounds[1]);
}

let drawnWidth = 0;
new ResizeObserver(() => {
  if (timeline.hidden || !dated?.events.length || plot.clientWidth === drawnWidth) return;
  drawnWidth = plot.clientWidth;
  drawPlot();
}).observe(chart);
spoken.push(() => { if (dated) { showTimeChosen(); drawTimeline(); } });
