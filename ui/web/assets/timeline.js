// The timeline: the dated sentences of the chosen documents as dots and bars on one line, and the same as a list. Drawn with buttons of the
// page itself: gradio's own plots tell of no click and cannot be reached by keyboard, and its Plotly is four megabytes to load.
const DOT = 16;  // pixels from dot to dot
const ROWS = 9, LANES = 5;  // dots upon each other, bars below each other, at most
const BAR = 34, YEARS = 78, NAMED = 108;  // pixels above which a span of years is drawn as a bar, says its years, and their era
const LISTED = 60;
const SHORTEST = 1;  // years
let dated = null;  // what the program said last
let span = [0, 1];  // the moments between which the line is drawn
let reading = null;  // the job that reads
let readings = 0;  // how often it was asked for
let listedMost = LISTED;

const timeCount = el("p.count", { role: "status" });
const eraButtons = Object.keys(ERAS).map((name) => el("button.era", { say: `era_${name}`, onclick: () => { era = name; remember(localStorage, "era", name); drawTimeline(); } }));
const timeFilter = el("input", { type: "search", label: "time_filter", hint: "time_filter", maxlength: "200" });
const timeChosen = el("div.chosen", { hidden: true });
const spaceOut = iconButton("minus", "time_out", () => zoom(2)), spaceIn = iconButton("plus", "time_in", () => zoom(0.5));
const spaceAll = el("button.quiet.all", { say: "time_all", onclick: () => { span = whole(); spanMoved(); } });
const plot = el("div.plot", { role: "group", label: "time_plot" });
const card = el("div.card", { "aria-hidden": "true", hidden: true });
const edges = [0, 1].map((at) => el("input", { type: "range", label: at ? "time_until" : "time_from", oninput: () => edgeMoved(at) }));
const shadeOf = el("div.chosen-span");
const bars = el("div.bars", { "aria-hidden": "true" });
const overview = el("div.overview", {}, bars, shadeOf, ...edges);
const overviewEnds = el("div.ends", { "aria-hidden": "true" }, el("span"), el("span"));
const eventsList = el("ol.events", { label: "time_list" });
const eventsMore = el("button.quiet.rest", { say: "more_documents", onclick: () => { listedMost += LISTED; listEvents(); } });
const timeNote = el("p.time-note");
const chart = el("div.chart", {}, plot, card, overview, overviewEnds);
timeline.append(el("div.shelf", {}, el("header.head", {}, el("h2", { say: "place_timeline", tabindex: "-1" }), timeCount),
  el("div.time-tools", {}, el("div.seek", {}, sign("search"), timeFilter), el("div.eras", { role: "group", label: "eras" }, ...eraButtons), el("div.zooms", { role: "group", label: "time_zoom" }, spaceOut, spaceIn, spaceAll)),
  timeChosen, timeNote, chart, eventsList, eventsMore));

// Read the documents anew whenever the place is entered or something else is wanted; ``keep`` leaves the line where it is.
async function readTimeline(keep) {
  if (reading) guarded((job) => call("stop", { job }))(reading);
  const only = state.only.size ? [...state.only.keys()] : null;
  const years = keep && dated && dated.matching > dated.events.length ? span.map(Math.floor) : null;
  const turn = ++readings;
  const { job } = await call("timeline", { only, wanted: timeFilter.value, years });
  if (turn !== readings) { await call("stop", { job }); return; }  // asked anew meanwhile
  reading = job;
  for (let news = 0; ;) {
    const said = await call("look", { job, news });
    news = said.news;
    if (reading !== job) return;
    if (said.stage === "failed") throw { told: said.error };
    if (said.stage === "reading" && said.total) { timeCount.textContent = say("time_reading", count(said.read), count(said.total)); }
    if (said.stage === "done") { reading = null; datesCame(said, keep); return; }
    if (said.done) return;
  }
}
window.addEventListener("pagehide", () => { if (reading) server.stop({ job: reading }); });
const timelineShown = () => { showTimeChosen(); guarded(() => readTimeline(false))(); };

function datesCame(said, keep) {
  const same = dated && String(dated.bounds) === String(said.bounds);
  dated = said;
  listedMost = LISTED;
  if (!(keep && same)) span = first();
  drawTimeline();
}
const whole = () => { const [a, b] = dated.bounds; const room = Math.max(0.5, (b + 1 - a) * 0.02); return [a - room, b + 1 + room]; };
// A few far away must not press the others into a corner: at first the line shows the nine tenths in the middle, where that is much shorter.
function first() {
  const times = dated.events.map(middle).sort((a, b) => a - b);
  const cut = Math.floor(times.length / 20);
  if (!cut) return whole();
  const [a, b] = [times[cut], times[times.length - 1 - cut]];
  const room = Math.max(1, (b - a) * 0.06), all = whole();
  const shown = [Math.max(all[0], a - room), Math.min(all[1], b + room)];
  return shown[1] - shown[0] < 0.6 * (all[1] - all[0]) ? shown : all;
}

function showTimeChosen() {
  timeChosen.hidden = !state.only.size;
  timeChosen.replaceChildren(el("span", { text: say("time_only", count(state.only.size)), title: [...state.only.values()].slice(0, 20).join("\n") }),
    iconButton("close", "time_only_all", () => { state.only.clear(); showChosen(); chosenChanged(); timelineShown(); timeFilter.focus(); }, "button.icon.small"));
}
let timeSoon = 0;
const soonAgain = (keep) => { clearTimeout(timeSoon); timeSoon = setTimeout(guarded(() => readTimeline(keep)), 200); };
timeFilter.addEventListener("input", () => soonAgain(false));

// Moving along the line
function spanMoved() {
  const all = whole();
  const length = Math.min(Math.max(span[1] - span[0], SHORTEST), all[1] - all[0]);
  const from = Math.min(Math.max(span[0], all[0]), all[1] - length);
  span = [from, from + length];
  listedMost = LISTED;
  drawTimeline();
  if (dated.matching > dated.events.length) soonAgain(true);
}
function zoom(by, around = (span[0] + span[1]) / 2) {
  if (!dated?.events.length) return;
  const length = Math.max((span[1] - span[0]) * by, SHORTEST);
  const share = (around - span[0]) / (span[1] - span[0]);
  span = [around - length * share, around + length * (1 - share)];
  spanMoved();
}
const pan = (by) => { span = span.map((one) => one + by); spanMoved(); };
function edgeMoved(at) {
  const value = Number(edges[at].value);
  span = at ? [Math.min(span[0], value - SHORTEST), value] : [value, Math.max(span[1], value + SHORTEST)];
  spanMoved();
}
plot.addEventListener("wheel", (event) => {
  if (!dated?.events.length) return;
  const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY);
  if (!sideways && !event.ctrlKey) return;  // the page scrolls as everywhere
  event.preventDefault();
  const box = plot.getBoundingClientRect(), length = span[1] - span[0];
  if (sideways) pan((event.deltaX / box.width) * length); else zoom(event.deltaY > 0 ? 1.25 : 0.8, span[0] + ((event.clientX - box.left) / box.width) * length);
}, { passive: false });
let dragged = null;
plot.addEventListener("pointerdown", (event) => { if (event.target === plot && dated?.events.length) { dragged = event.clientX; plot.setPointerCapture(event.pointerId); } });
plot.addEventListener("pointermove", (event) => {
  if (dragged === null) return;
  pan(((dragged - event.clientX) / plot.clientWidth) * (span[1] - span[0]));
  dragged = event.clientX;
});
for (const name of ["pointerup", "pointercancel"]) plot.addEventListener(name, () => { dragged = null; });

// From event to event with the arrow keys; only one of them is a stop of the Tab key.
plot.addEventListener("keydown", (event) => {
  const all = [...plot.querySelectorAll("[data-time]")].sort((a, b) => a.dataset.time - b.dataset.time || a.dataset.event - b.dataset.event);
  const at = all.indexOf(document.activeElement);
  const to = { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
  if (to !== undefined && all[to]) { event.preventDefault(); reachable(all[to]); all[to].focus(); }
  if (event.key === "+" || event.key === "=") zoom(0.5);
  if (event.key === "-") zoom(2);
  if (event.key === "Escape" && !card.hidden) { event.stopPropagation(); card.hidden = true; }
});
function reachable(one) {
  for (const other of plot.querySelectorAll("[tabindex='0']")) other.tabIndex = -1;
  if (one) one.tabIndex = 0;
}

function drawTimeline() {
  for (const [at, name] of Object.keys(ERAS).entries()) eraButtons[at].setAttribute("aria-pressed", String(name === era));
  if (!dated) return;
  const any = dated.events.length > 0;
  chart.hidden = eventsList.hidden = !any;
  spaceOut.disabled = spaceIn.disabled = spaceAll.disabled = !any;
  if (any) { drawPlot(); drawOverview(); } else { timeCount.textContent = ""; timeNote.textContent = say(dated.held ? "time_no_match" : dated.total ? "time_none" : "welcome_none"); eventsMore.hidden = true; return; }
  listEvents();
  const notes_ = [];
  if (dated.within > dated.events.length) notes_.push(say("time_thinned", count(dated.events.length), count(dated.within)));
  if (dated.read < dated.total) notes_.push(say("time_unread", count(dated.read), count(dated.total)));
  timeNote.textContent = notes_.join(" ");
}

function drawPlot() {
  const width = plot.clientWidth || 600, [from, to] = span;
  const x = (time) => ((time - from) / (to - from)) * width;
  const held = plot.contains(document.activeElement) ? document.activeElement.dataset.event : null;
  const columns = new Map(), long = [];
  dated.events.forEach((event, at) => {
    const [a, b] = [moment(event.first), moment(event.last, true)];
    if (b <= from || a >= to) return;
    if (String(event.first) !== String(event.last) && x(b) - x(a) >= BAR) { long.push([at, x(a), x(b)]); return; }
    const time = (a + b) / 2;
    if (time < from || time > to) return;
    const column = Math.floor(x(time) / DOT);
    columns.set(column, [...(columns.get(column) || []), [at, time]]);
  });
  const high = Math.min(ROWS, Math.max(3, ...[...columns.values()].map((one) => one.length)));
  const floor = high * DOT + 14;
  const nodes = ticks(from, to, width).map(([time, words]) => el("span.tick", { style: `left:${x(time)}px;height:${floor}px`, "aria-hidden": "true" }, el("span", { text: words })));
  nodes.push(el("span.ground", { style: `top:${floor}px`, "aria-hidden": "true" }));
  for (const [column, all] of columns) nodes.push(...stack(column, all, floor, width));
  const low = lanes(long, nodes, floor + 34, width);
  plot.style.height = `${low + 4}px`;
  plot.replaceChildren(...nodes);
  card.hidden = true;
  const again_ = held !== null && plot.querySelector(`[data-event="${held}"]`);
  reachable(again_ || plot.querySelector("[data-time]"));
  if (again_) again_.focus();
  if (opener?.dataset.time && !opener.isConnected) opener = plot.querySelector(`[data-citation="${opener.dataset.citation}"]`);
}

// The dots of one place upon each other; more than there is room for are one button that goes nearer.
function stack(column, all, floor, width) {
  const fits = all.length > ROWS ? ROWS - 1 : all.length;
  const left = Math.min(Math.max(column * DOT + DOT / 2, 9), width - 9);
  const dots = all.slice(0, fits).map(([at], row) => eventButton(at, "button.dot", `left:${left}px;top:${floor - 9 - row * DOT}px`));
  if (fits < all.length) {
    const rest_ = all.slice(fits), [a, b] = [all[0][1], all.at(-1)[1]];
    const nearer = () => { const room = Math.max((b - a) * 0.2, SHORTEST / 2); span = [a - room, b + room]; spanMoved(); (plot.querySelector("[data-time]") || plot).focus(); };
    const more = el("button.dots", { text: "+", title: say("time_more_here", count(rest_.length)), style: `left:${left}px;top:${floor - 9 - fits * DOT}px`, "aria-label": say("time_more_here", count(rest_.length)), tabindex: "-1", onclick: nearer });
    more.dataset.event = rest_[0][0];
    more.dataset.time = rest_[0][1];
    dots.push(more);
  }
  return dots;
}

// Spans of years below the line, each in the first lane where it has room; returns how far down they reach.
function lanes(long, nodes, top, width) {
  const ends = [];
  for (const [at, a, b] of long) {
    let lane = ends.findIndex((end) => end + 4 <= a);
    if (lane < 0) lane = ends.length;
    if (lane >= LANES) continue;  // it stands in the list
    ends[lane] = b;
    const [left, right] = [Math.max(a, 0), Math.min(b, width)];
    nodes.push(eventButton(at, right - left > YEARS ? "button.span" : "button.span.bare", `left:${left}px;width:${right - left - 2}px;top:${top + lane * 28}px`, right - left));
  }
  return top + ends.length * 28;
}

function eventButton(at, form, style, room = 0) {
  const event = dated.events[at];
  const button = el(form, { style, "aria-label": `${dateWords(event)}: ${event.quote}`, tabindex: "-1", onclick: guarded(() => openEvent(event, button)) });
  if (room > YEARS) button.append(el("span", { text: room > NAMED ? dateWords(event) : `${tickWords(event.first[0])}–${tickWords(event.last[0])}` }));
  button.dataset.event = at;
  button.dataset.time = middle(event);
  button.dataset.citation = eventName(event);
  for (const name of ["mouseenter", "focus"]) button.addEventListener(name, () => { if (dragged === null) showCard(event, button); });
  for (const name of ["mouseleave", "blur"]) button.addEventListener(name, () => { card.hidden = true; });
  return button;
}
