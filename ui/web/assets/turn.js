// One question with its answer. It grows by what is new, so that what was read stays where it is and is not read out twice.
const VERDICTS = { supported: "✓", weak: "≈", unsupported: "?" };

function turnNode(turn) {
  const words = el("p.said", { text: turn.question });
  const asked = el("div.asked", {}, el("span.sr", { say: "you_asked" }), words);
  const answer = el("div.answer", { "aria-busy": "true" });
  return { node: el("article.turn", {}, asked, answer), answer, words, claims: [], turn };
}

function waiting(shown, stage) {
  if (!shown.answer.querySelector(".waiting")) shown.answer.replaceChildren(el("p.waiting", { say: stage }));
  const words = shown.answer.querySelector(".waiting");
  words.dataset.say = stage;
  relabel(words);
}

function failed(shown, error) {
  const stays = shown.claims.length ? [...shown.answer.children] : [];
  shown.answer.replaceChildren(...stays, el("p.failed", { text: told(error) }));
  shown.answer.removeAttribute("aria-busy");
}

// Show as much of an answer as there is; ``whole`` adds sources and tools.
function grow(shown, turn, whole) {
  shown.turn = turn;
  const { answer } = shown;
  answer.querySelector(".waiting")?.remove();
  if (!shown.body) shown.body = el("p.sentences");
  const before = [
    turn.notice && el("p.notice", { text: told(turn.notice) }),
    turn.understood && turn.understood !== turn.question && el("p.understood", { text: say("understood", turn.understood) }),
    turn.short_answer && el("p.short", { text: turn.short_answer }),
  ].filter(Boolean);
  const heads = [...answer.children].filter((child) => child.matches(".notice, .understood, .short"));
  if (heads.map((one) => one.textContent).join() !== before.map((one) => one.textContent).join()) {
    for (const head of heads) head.remove();
    answer.prepend(...before);
  }
  if (turn.claims.length && !shown.body.isConnected) answer.append(shown.body);
  turn.claims.forEach((claim, at) => {
    const text = claim.text + claim.citations.join() + claim.support;
    if (shown.claims[at]?.text === text) return;
    const node = claimNode(claim, turn);
    if (shown.claims[at]) shown.claims[at].node.replaceWith(node); else shown.body.append(node, " ");
    shown.claims[at] = { node, text };
  });
  if (whole) finish(shown, turn);
}

function claimNode(claim, turn) {
  const node = el(`span.claim.${claim.support}`, { text: `${claim.text}\u00a0` });
  for (const number of claim.citations) {
    const citation = turn.citations.find((one) => one.number === number);
    if (citation) node.append(citeButton(citation, turn, `[${number}]`));
  }
  if (turn.generator) { // a quotation is what the source says: a mark beside it would read as "right"
    node.append(el("span.verdict", { role: "img", title: say(claim.support), "aria-label": say(claim.support), text: VERDICTS[claim.support] }));
  }
  return node;
}

// The [n] of a citation, or the words for its place; pressing it opens the source.
// A link and no button: only a link stays on the line of the word before it.
function citeButton(citation, turn, text, form = "a.cite") {
  const button = el(form, { text, href: form.startsWith("a") && "#source", "aria-label": say("open_source", citation.number, citation.place[state.language]) });
  button.title = citation.place[state.language];
  button.dataset.citation = `${turn.id}-${citation.number}`;
  button.addEventListener("click", (event) => { event.preventDefault(); guarded(() => openCitation(citation, turn, button))(); });
  return button;
}

function finish(shown, turn) {
  const { answer } = shown;
  for (const old of answer.querySelectorAll(".refused, .written, .places-cited, .evidence, .tools, .stopped, .nearest")) old.remove();
  if (turn.refusal) answer.append(el("p.refused", { say: "no_answer" }));
  if (turn.nearest.length && !turn.claims.length) answer.append(el("p.nearest", { say: "nearest" }), nearest(turn));
  if (turn.generator) answer.append(el("p.written", { text: say("export_by", turn.generator) }));
  if (turn.stopped) answer.append(el("p.stopped", { say: "was_stopped" }));
  if (turn.citations.length) answer.append(cited(turn));
  if (turn.citations.length && turn.strips?.length) answer.append(evidenceMap(turn));
  answer.append(tools(shown, turn));
  answer.removeAttribute("aria-busy");
}

function cited(turn) {
  const list = el("ol.places-cited", { label: "sources" });
  for (const citation of turn.citations) {
    const button = citeButton(citation, turn, "", "a.from");
    button.append(el("span.number", { text: `[${citation.number}]` }), el("span", {}, ...placeNodes(citation.place[state.language])));
    if (!citation.stands) button.append(el("span.gone", { say: "source_gone_short" }));
    list.append(el("li", {}, button));
  }
  return list;
}

// The words of a place, none of what follows its last dot (page, paragraph) broken at the end of a line.
function placeNodes(words) {
  const at = words.lastIndexOf(" · ") + 3;
  return [words.slice(0, at), ...unbroken(words.slice(at), ", ")];
}
const unbroken = (words, between) => words.split(between).flatMap((part, number) => [number ? between : "", el("span.unbroken", { text: part })]);

function nearest(turn) {
  const list = el("ul.nearest");
  for (const citation of turn.nearest) {
    list.append(el("li", {}, el("p.near", { text: citation.quote }), citeButton(citation, turn, citation.place[state.language], "a.from")));
  }
  return list;
}

function tools(shown, turn) {
  const judged = (verdict) => () => judge(shown, turn.verdict === verdict ? null : verdict);
  const good = iconButton("good", "helpful", guarded(judged("up")));
  const bad = iconButton("bad", "not_helpful", guarded(judged("down")));
  good.setAttribute("aria-pressed", String(turn.verdict === "up"));
  bad.setAttribute("aria-pressed", String(turn.verdict === "down"));
  const row = el("div.tools", { role: "toolbar", label: "answer_tools" });
  row.append(iconButton("copy", "copy_answer", () => copyText(answerText(turn))));
  row.append(iconButton("again", "ask_again", guarded(() => askAgain(turn))), iconButton("edit", "edit_question", () => edit(shown, turn)), good, bad);
  for (const add of toolsMore) add(row, shown, turn);
  return roving(row);
}
const toolsMore = [];  // further tools of an answer, from other parts

function answerText(turn) {
  const said = turn.claims.map((claim) => claim.text + claim.citations.map((number) => ` [${number}]`).join("")).join(" ");
  const sources = turn.citations.map((one) => `[${one.number}] ${one.place[state.language]}`).join("\n");
  return [turn.question, said || say("no_answer"), sources].filter(Boolean).join("\n\n");
}

async function judge(shown, verdict) {
  await call("judge", { conversation: state.conversation, turn: shown.turn.id, verdict });
  shown.turn.verdict = verdict;
  const held = document.activeElement?.dataset?.label;
  shown.answer.querySelector(".tools").replaceWith(tools(shown, shown.turn));
  if (held) shown.answer.querySelector(`.tools [data-label=${held}]`)?.focus();
  if (verdict) note(say("judged"));
}

// Say everything anew in the other language.
function again(shown) {
  const { turn } = shown;
  shown.claims = [];
  shown.body?.replaceChildren();
  shown.answer.querySelectorAll(".notice, .understood, .short").forEach((one) => one.remove());
  grow(shown, turn, true);
}
