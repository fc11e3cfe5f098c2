// Sources compared: the same question answered by each document alone, side by side under the answer, each cell as soon as it is there.
const comparisons = [];

toolsMore.push((row, shown, turn) => {
  const button = iconButton("compare", "compare", guarded(() => compareSources(shown, turn)));
  button.setAttribute("aria-expanded", String(comparisons.some((one) => one.turn.id === turn.id && one.box.isConnected)));
  row.append(button);
});

async function compareSources(shown, turn) {
  const old = comparisons.find((one) => one.turn.id === turn.id && one.box.isConnected);
  if (old) { closeComparison(old); return; }
  const one = { shown, turn, job: null, said: null, over: false, box: el("section.compare", { label: "compare" }) };
  comparisons.push(one);
  shown.node.querySelector(".answer").after(one.box);
  drawComparison(one);
  one.box.scrollIntoView({ block: "start", behavior: "instant" });
  toolButton(one)?.setAttribute("aria-expanded", "true");
  try {
    const only = state.only.size ? [...state.only.keys()] : turn.only;
    one.job = (await call("compare", { question: turn.understood || turn.question, only })).job;
    if (!one.box.isConnected) { await call("stop", { job: one.job }); return; }
    await watchComparison(one);
  } catch (error) {
    one.over = true;
    one.box.replaceChildren(comparisonHead(one), el("p.failed", { text: told(error.told || WORDS.broken) }));
  }
}
const toolButton = (one) => one.shown.answer.querySelector(".tools [data-label=compare]");

async function watchComparison(one) {
  for (let news = 0; one.box.isConnected;) {
    const said = await call("look", { job: one.job, news });
    news = said.news;
    if (said.stage === "failed") throw { told: said.error };
    if (said.documents) one.said = said;
    one.over = said.stage === "done" || said.stage === "stopped";
    if (!one.over && said.done) throw { told: WORDS.lost };
    drawComparison(one);
    if (one.over) return;
  }
}

function closeComparison(one) {
  if (one.job && !one.over) guarded(() => call("stop", { job: one.job }))();
  one.box.remove();
  comparisons.splice(comparisons.indexOf(one), 1);
  toolButton(one)?.setAttribute("aria-expanded", "false");
  toolButton(one)?.focus();
}

function comparisonHead(one) {
  const words = one.over ? null : el("span.stage", { role: "status", say: "comparing" });
  const stopping = !one.over && one.job && el("button.quiet", { say: "stop", onclick: guarded(() => call("stop", { job: one.job })) });
  return el("header", {}, el("h3", { say: "compare" }), words, stopping, iconButton("close", "compare_close", () => closeComparison(one), "button.icon.small"));
}

function drawComparison(one) {
  const held = one.box.contains(document.activeElement) ? document.activeElement.dataset.label || document.activeElement.dataset.say : null;
  const { documents = [], cells = [], more = 0 } = one.said || {};
  const notes_ = [
    more && el("p.more", { text: say("compare_more", count(documents.length), count(more)) }),
    one.over && documents.length === 1 && el("p.more", { say: "compare_one" }),
    one.said?.stage === "stopped" && el("p.more", { say: "was_stopped" }),
  ].filter(Boolean);
  const grid = el("div.cells", {}, ...documents.map((name) => cellNode(name, cells.find((cell) => cell.document === name.id), one)));
  one.box.replaceChildren(comparisonHead(one), ...(documents.length ? [grid] : []), ...notes_);
  if (held) (one.box.querySelector(`[data-label="${held}"], [data-say="${held}"]`) || one.box.querySelector("button"))?.focus();
}

function cellNode(name, cell, one) {
  const node = el("article.cell", {}, el("h4", { text: name.title, title: name.title }));
  if (!cell) { if (!one.over) node.append(el("p.waiting", { say: "reading" })); return node; }
  const { turn } = cell;
  if (turn.short_answer) node.append(el("p.short", { text: turn.short_answer }));
  if (turn.claims.length) node.append(el("p.sentences", {}, ...turn.claims.flatMap((claim) => [claimNode(claim, turn), " "])));
  else node.append(el("p.refused", { say: "no_answer" }));
  return node;
}
spoken.push(() => { for (const one of comparisons) if (one.box.isConnected) drawComparison(one); });
window.addEventListener("pagehide", () => { for (const one of comparisons) if (one.job && !one.over) server.stop({ job: one.job }); });
