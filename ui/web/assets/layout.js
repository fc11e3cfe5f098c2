// The page's frame: its places, its language and its light. Wide windows show conversation and source side by side.
const app = el("div.tham");
const brand = el("header.brand", {}, el("h1", { text: "ถาม", lang: "th" }), el("p", { say: "tagline" }));
const talk = el("section.talk", { label: "place_talk" });
const source = el("section.source", { label: "place_source", hidden: true });
const library = el("section.library", { label: "place_library", hidden: true });
const timeline = el("section.timeline", { label: "place_timeline", hidden: true });
const history = el("section.history", { label: "conversations" });
const PLACES = { talk: ["talk", talk], library: ["library", library], timeline: ["time", timeline], source: ["book", source] };

const places = el("nav.places", { label: "places" });
for (const [name, [icon]] of Object.entries(PLACES)) {
  places.append(el(`button.place.to-${name}`, { say: `place_${name}`, onclick: () => go(name) }, sign(icon)));
}

const language = el("button.language", { onclick: () => speak(state.language === "th" ? "en" : "th") });
const light = el("button.icon.light", { label: "light", onclick: () => shine(document.body.classList.contains("dark") ? "light" : "dark") });
const settings = el("div.settings", {}, language, light);
const menu = el("button.icon.menu", { label: "conversations", "aria-expanded": "false", onclick: () => drawer(!app.classList.contains("drawn")) }, sign("menu"));
const shade = el("div.shade", { onclick: () => drawer(false) });
const skip = el("a.skip", { href: "#question", say: "skip", onclick: (event) => { event.preventDefault(); go("talk"); document.querySelector("#question").focus(); } });
app.append(skip, menu, brand, settings, places, history, el("div.main", {}, talk, timeline, source, library), shade, notes);

// Show a place. On a wide window the source stands beside the conversation or the timeline and is no place of its own.
function go(place, { focus = false } = {}) {
  if (place === "source" && state.place === "timeline" && state.opened && !narrow.matches) place = "timeline";
  if (place === "source" && state.place !== "source") state.openedFrom = state.place;
  const entered = state.place !== place;
  state.place = place;
  app.dataset.place = state.place;
  const ofEvent = state.opened?.turn?.id === "timeline";
  const beside = !narrow.matches && state.opened && state.place !== "library" && (state.place !== "timeline" || ofEvent);
  talk.hidden = !(state.place === "talk" || (beside && state.place === "source"));
  timeline.hidden = state.place !== "timeline";
  source.hidden = !(state.place === "source" || beside);
  library.hidden = state.place !== "library";
  app.classList.toggle("beside", Boolean(beside));
  for (const button of places.children) {
    const current = button.classList.contains(`to-${state.place}`) || (beside && button.classList.contains("to-talk") && state.place === "source");
    if (current) button.setAttribute("aria-current", "page"); else button.removeAttribute("aria-current");
  }
  drawer(false);
  if (place === "library") libraryShown();
  if (place === "timeline" && entered) timelineShown();
  if (focus) PLACES[place][1].querySelector("h2, textarea, button")?.focus();
}
narrow.addEventListener("change", () => go(state.place));

function drawer(open) {
  app.classList.toggle("drawn", open);
  menu.setAttribute("aria-expanded", String(open));
  if (open) history.querySelector("button, input")?.focus();
}

// Speak a language: everything that was said is said again.
function speak(chosen) {
  state.language = chosen;
  remember(localStorage, "language", chosen);
  document.documentElement.lang = chosen;
  language.textContent = chosen === "th" ? "English" : "ไทย";
  language.lang = chosen === "th" ? "en" : "th";
  for (const one of element.querySelectorAll("[data-say], [data-label], [data-hint]")) relabel(one);
  for (const again of spoken) again();
}
const spoken = [];  // what each part says anew when the language turns

function shine(chosen) {
  if (chosen) remember(localStorage, "light", chosen);
  const dark = (chosen || recalled(localStorage, "light") || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  document.body.classList.toggle("dark", dark);
  document.documentElement.style.colorScheme = dark ? "dark" : "light";
  light.replaceChildren(sign(dark ? "sun" : "moon"));
}

// Escape leaves whatever is in front: the list of conversations, then the source.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || document.querySelector("dialog[open]")) return;
  if (app.classList.contains("drawn")) { drawer(false); menu.focus(); }
  else if (document.activeElement === document.body || document.activeElement?.closest(".source")) closeSource();
});
