// The conversation: asking, the answer as it grows, stopping, asking again. Only the last turns stay on the page; earlier ones are fetched.
const KEPT_ON_PAGE = 60;
const log = el("div.log", { role: "log", "aria-live": "polite", "aria-relevant": "additions text", tabindex: "0", label: "conversation" });
const title = el("h2.talk-title");
const talkTools = el("div.talk-tools");
const question = el("textarea", { id: "question", label: "ask_label", hint: "ask_here", rows: "1", maxlength: "1000", spellcheck: "false", autocomplete: "off" });
const send = el("button.send", { label: "send", type: "submit" }, sign("send"));
const stopButton = el("button.send.stop", { label: "stop", hidden: true, onclick: guarded(stopAsking) }, sign("stop"));
const chosen = el("div.chosen", { hidden: true });
const editing = el("div.chosen.editing", { hidden: true }, el("span", { say: "editing" }), iconButton("close", "cancel", () => stopEditing(), "button.icon.small"));
const form = el("form.ask", { onsubmit: (event) => { event.preventDefault(); guarded(submit)(); } }, chosen, editing, el("div.box", {}, question, send, stopButton));
talk.append(el("header.head", {}, title, talkTools), log, form);
let shownTurns = [];  // the turns on the page, oldest first
let replacing = null;

question.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); form.requestSubmit(); }
  if (event.key === "Escape" && replacing) stopEditing();
});
// As high as its text; only a text longer than the highest it may be has a scrollbar.
const HIGHEST = 180;
function fit() {
  question.style.height = "auto";
  const high = question.scrollHeight;
  question.style.height = `${Math.min(high, HIGHEST)}px`;
  question.style.overflowY = high > HIGHEST ? "auto" : "hidden";
}
question.addEventListener("input", fit);

async function submit() {
  const text = question.value.trim();
  if (!text || state.job) return;
  const over = replacing;
  question.value = "";
  fit();
  stopEditing();
  await ask(text, over);
}

// Ask; ``over`` is the turn that is asked anew and stands in its place.
async function ask(text, over = null) {
  if (state.job) return;
  const asking = { conversation: state.conversation, job: null };
  busy(asking);
  welcome.remove();
  nextQuestions.remove();
  const shown = turnNode({ question: text, claims: [], citations: [], nearest: [] });
  const old = over && shownTurns.find((one) => one.turn.id === over.id);
  if (old) { old.node.replaceWith(shown.node); shownTurns[shownTurns.indexOf(old)] = shown; } else { log.append(shown.node); shownTurns.push(shown); }
  waiting(shown, "reading");
  log.scrollTop += shown.node.getBoundingClientRect().top - log.getBoundingClientRect().top;
  try {
    const only = state.only.size ? [...state.only.keys()] : null;
    const { job } = await call("ask", { question: text, conversation: state.conversation, replacing: old ? over.id : null, only });
    asking.job = job;
    await watch_(asking, shown);
  } catch (error) {
    failed(shown, error.told || WORDS.broken);
    if (!question.value) { question.value = text; fit(); }
  } finally {
    if (state.job === asking) busy(null);
    forgetEarly();
  }
}

// Look at the work until it is done. A conversation left meanwhile is not touched any more; its answer is kept all the same.
async function watch_(asking, shown) {
  for (let news = 0; ;) {
    const said = await call("look", { job: asking.job, news });
    news = said.news;
    if (said.stage === "failed") throw { told: said.error };
    if (said.gone) throw { told: WORDS.lost };
    if (said.stage === "opening" || said.stage === "reading") waiting(shown, said.stage);
    if (said.stage === "answering" && said.turn.claims.length) grow(shown, said.turn, false);
    if (said.stage === "stopped") { shown.answer.replaceChildren(el("p.stopped", { say: "was_stopped" })); shown.answer.removeAttribute("aria-busy"); return; }
    if (said.stage === "done") { if (shown.node.isConnected) answered(said, shown); else listConversations(); return; }
    if (said.done) throw { told: WORDS.lost };
  }
}

function answered(said, shown) {
  grow(shown, said.turn, true);
  state.conversation = said.conversation;
  remember(sessionStorage, "conversation", said.conversation);
  titled(said.title);
  listConversations();
  const first = said.turn.citations[0] || said.turn.nearest[0];
  if (first && wide.matches) guarded(() => openCitation(first, said.turn, null))();
  guarded(() => suggestNext(said.turn))();
}

function busy(asking) {
  state.job = asking;
  send.hidden = Boolean(asking);
  stopButton.hidden = !asking;
}

async function stopAsking() {
  if (state.job?.job) await call("stop", { job: state.job.job });
  question.focus();
}
// A page that is closed stops its answer at once; should this not arrive, the program notices that nobody looks any more.
window.addEventListener("pagehide", () => { if (state.job?.job) server.stop({ job: state.job.job }); });

const nextQuestions = el("div.next");
async function suggestNext(turn) {
  const { questions } = await call("follow", { conversation: state.conversation, turn: turn.id });
  if (!questions.length || shownTurns.at(-1)?.turn.id !== turn.id || state.job) return;
  nextQuestions.replaceChildren(el("p", { say: "next" }), ...questions.map((text) => el("button.example", { text, onclick: guarded(() => ask(text)) })));
  shownTurns.at(-1).node.append(nextQuestions);
}

const askAgain = (turn) => ask(turn.question, turn.id === shownTurns.at(-1)?.turn.id ? turn : null);

// The last question is asked anew in its place; an earlier one becomes a new question, so that what followed keeps its sense.
function edit(shown, turn) {
  question.value = turn.question;
  replacing = turn.id === shownTurns.at(-1)?.turn.id ? turn : null;
  editing.hidden = !replacing;
  fit();
  go("talk");
  question.focus();
}
function stopEditing() {
  replacing = null;
  editing.hidden = true;
}

// Before the first question
const welcome = el("div.welcome");
async function greet() {
  const words = el("p", { say: "welcome_opening" });
  const offered = el("div.examples");
  welcome.replaceChildren(el("h2", { say: "welcome" }), words, offered);
  log.append(welcome);
  const { examples, empty } = await call("begin", { language: state.language });
  words.dataset.say = examples.length ? "welcome_try" : empty ? "welcome_none" : "welcome_type";
  relabel(words);
  offered.replaceChildren(...examples.map((text) => el("button.example", { text, onclick: guarded(() => ask(text)) })));
  if (empty) offered.append(el("button.primary", { say: "add_files", onclick: () => go("library", { focus: true }) }));
}

function newConversation() {
  state.conversation = null;
  remember(sessionStorage, "conversation", null);
  shownTurns = [];
  state.earlier = 0;
  log.replaceChildren();
  titled("");
  stopEditing();
  if (state.job) { guarded(() => call("stop", { job: state.job.job }))(); busy(null); }
  closeSource();
  go("talk");
  guarded(greet)();
  question.focus();
  markCurrent();
}

function titled(text) {
  title.textContent = text;
  title.hidden = talkTools.hidden = !text;
  document.title = text ? `${text} · ถาม` : "ถาม · Tham";
}

async function openConversation(name) {
  const held = await call("conversation", { conversation: name });
  if (state.job) busy(null);
  state.conversation = held.id;
  remember(sessionStorage, "conversation", held.id);
  shownTurns = [];
  log.replaceChildren();
  stopEditing();
  titled(held.title);
  earlierTurns(held);
  go("talk");
  log.scrollTop = log.scrollHeight;
  markCurrent();
}

const earlierButton = el("button.quiet.earlier", { say: "earlier", onclick: guarded(async () => {
  const from = log.scrollHeight - log.scrollTop;
  earlierTurns(await call("conversation", { conversation: state.conversation, before: shownTurns[0].turn.id }));
  log.scrollTop = log.scrollHeight - from;
}) });
function earlierTurns(held) {
  const made = held.turns.map((turn) => { const shown = turnNode(turn); grow(shown, turn, true); return shown; });
  shownTurns = [...made, ...shownTurns];
  earlierButton.remove();
  log.prepend(...made.map((one) => one.node));
  state.earlier = held.earlier;
  if (held.earlier) log.prepend(earlierButton);
}
function forgetEarly() {
  while (shownTurns.length > KEPT_ON_PAGE) {
    shownTurns.shift().node.remove();
    state.earlier += 1;
    if (!earlierButton.isConnected) log.prepend(earlierButton);
  }
}
spoken.push(() => { for (const shown of shownTurns) if (shown.turn.id) again(shown); });

// Which documents are asked
function showChosen() {
  chosen.hidden = !state.only.size;
  const names = [...state.only.values()];
  chosen.replaceChildren(
    el("span", { text: names.length === 1 ? say("only_one", names[0]) : say("only_some", count(names.length)), title: names.slice(0, 20).join("\n") }),
    iconButton("close", "ask_all", () => { state.only.clear(); showChosen(); chosenChanged(); question.focus(); }, "button.icon.small"),
  );
}
spoken.push(showChosen);
