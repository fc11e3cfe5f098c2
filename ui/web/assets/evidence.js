// The map of an answer's evidence: a strip for each document with the places cited and, lighter, the passages found.
function evidenceMap(turn) {
  const closed = recalled(localStorage, "map") === "closed";
  const whole = el("span.sum", { text: [say("map_documents", count(turn.strips.length)), say("map_places", count(turn.citations.length))].join(" · ") });
  const box = el("details.evidence", { open: !closed }, el("summary", {}, el("span", { say: "map" }), whole), el("ul", { label: "map" }, ...turn.strips.map((strip) => stripNode(strip, turn))));
  const [hits, documents] = turn.elsewhere;
  const key = el("p.key", {}, el("span.cited", { say: "map_cited" }), el("span.hit", { say: "map_hits" }));
  if (hits) key.append(el("span", { text: say("map_elsewhere", count(hits), count(documents)) }));
  box.append(key);
  box.addEventListener("toggle", () => remember(localStorage, "map", box.open ? null : "closed"));
  return box;
}

function stripNode(strip, turn) {
  const share = (offset) => (100 * offset) / strip.length;
  const cited = turn.citations.filter((one) => one.document === strip.document && one.stands).sort((a, b) => a.start - b.start);
  const places = cited.map((one) => share((one.start + one.end) / 2));
  const shown = spaced(places, narrow.matches ? 10 : 6);
  const pins = cited.map((citation, at) => {
    const pin = citeButton(citation, turn, String(citation.number), "button.cite.pin");
    pin.setAttribute("aria-label", `${pin.getAttribute("aria-label")} · ${say("map_at", Math.round(places[at]))}`);
    return el("span", { style: `left:${shown[at]}%` }, pin);
  });
  const line = el("div.line", { "aria-hidden": "true" },
    ...strip.hits.map(([start, end]) => el("span.hit", { style: `left:${share(start)}%;width:max(4px, ${share(end - start)}%)` })),
    ...places.map((at) => el("span.cited", { style: `left:${at}%` })));
  const facts = [say("map_places", count(cited.length)), strip.hits.length && say("map_found", count(strip.hits.length))].filter(Boolean).join(" · ");
  return el("li", {}, el("p", {}, el("span.title", { text: strip.title }), el("span.facts", { text: facts })), el("div.pins", {}, ...pins), line);
}

// Places in percent, in order, each as near to its own as can be while neighbours keep apart.
function spaced(places, apart) {
  const gap = Math.min(apart, 100 / Math.max(places.length, 1));
  const moved = [];
  for (const [at, place] of places.entries()) moved.push(Math.max(place, at ? moved[at - 1] + gap : gap / 2));
  for (let at = moved.length - 1, most = 100 - gap / 2; at >= 0; at--, most -= gap) moved[at] = Math.min(moved[at], most);
  return moved;
}
