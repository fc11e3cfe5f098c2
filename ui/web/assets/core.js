// What every part of the page uses. Text of documents and of people reaches the page only through textContent and setAttribute.
const state = { language: "th", place: "talk", conversation: null, turns: [], earlier: 0, only: new Map(), job: null, opened: null };
const wide = window.matchMedia("(min-width: 1080px)");
const narrow = window.matchMedia("(max-width: 760px)");
const still = window.matchMedia("(prefers-reduced-motion: reduce)");

const recalled = (store, name) => { try { return store.getItem(`tham.${name}`); } catch { return null; } };
const remember = (store, name, value) => {
  try { if (value === null) store.removeItem(`tham.${name}`); else store.setItem(`tham.${name}`, value); } catch { /* a browser that keeps nothing */ }
};

// Return the words of that name in the page's language, {} filled in.
function say(name, ...values) {
  const words = WORDS[name][state.language === "en" ? 1 : 0];
  return values.reduce((text, value) => text.replace("{}", () => value), words);
}
const kindWords = (kind) => (WORDS[`kind_${kind}`] ? say(`kind_${kind}`) : kind);
const told = (pair) => pair[state.language === "en" ? 1 : 0];
const count = (number) => number.toLocaleString("en");

// Make an element: el("button.quiet", { say: "send", onclick }, child, "text"). ``say`` and ``label`` name words that turn with the language.
function el(form, given = {}, ...children) {
  const [tag, ...classes] = form.split(".");
  const made = document.createElement(tag);
  if (classes.length) made.className = classes.join(" ");
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name === "say" || name === "label" || name === "hint") made.dataset[name] = value;
    else if (name === "text") made.textContent = value;
    else if (name === "value") made.value = value;
    else made.setAttribute(name, value === true ? "" : value);
  }
  if (tag === "button" && !given.type) made.type = "button";
  made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  relabel(made);
  return made;
}

function relabel(one) {
  if (one.dataset.say) {
    let slot = one.querySelector(":scope > .words");
    if (!slot && one.childElementCount) { slot = document.createElement("span"); slot.className = "words"; one.append(slot); }
    (slot || one).textContent = say(one.dataset.say);
  }
  if (one.dataset.label) {
    one.setAttribute("aria-label", say(one.dataset.label));
    if (one.tagName === "BUTTON") one.title = say(one.dataset.label);
  }
  if (one.dataset.hint) one.placeholder = say(one.dataset.hint);
}

const SIGNS = {
  menu: "M4 7h16M4 12h16M4 17h16", plus: "M12 5v14M5 12h14", search: "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM16.5 16.5 21 21",
  close: "M6 6l12 12M18 6 6 18", up: "M6 15l6-6 6 6", down: "M6 9l6 6 6-6", stop: "M7 7h10v10H7z", send: "M12 19V5M6 11l6-6 6 6",
  edit: "M4 20h4L19 9l-4-4L4 16zM13 7l4 4", again: "M20 11a8 8 0 1 0-2.3 6.3M20 5v6h-6", copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  good: "M7 21H4V11h3zM7 11l4-8c2 0 3 1.4 2.600 3.200L13 9h6c1.300 0 2.200 1.200 1.900 2.500l-1.700 7c-.3 1.500-1.200 2.500-2.700 2.500H7",
  bad: "M17 3h3v10h-3zM17 13l-4 8c-2 0-3-1.400-2.600-3.200L11 15H5c-1.300 0-2.200-1.200-1.900-2.500l1.700-7C5.100 4 6 3 7.500 3H17",
  talk: "M4 5h16v11H9l-5 4z", library: "M5 4v16M9 4v16M13 4v16M17 5l4 15", book: "M12 6c-2-1.500-5-2-8-2v14c3 0 6 .5 8 2 2-1.500 5-2 8-2V4c-3 0-6 .5-8 2zM12 6v14",
  trash: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13", save: "M12 4v11M7 11l5 5 5-5M5 20h14", open: "M12 16V5M7 9l5-5 5 5M5 20h14", sun: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.500 1.500M17.500 17.500 19 19M5 19l1.500-1.500M17.500 6.500 19 5",
  moon: "M20 14A8.500 8.500 0 0 1 10 4a8.500 8.500 0 1 0 10 10z", picture: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15 9h.010", file: "M6 3h8l4 4v14H6zM14 3v4h4", quote: "M9 7H5v6h4l-2 4M19 7h-4v6h4l-2 4",
  time: "M3 12h18M7 12V7M12 12v5M17 12V5M3 9v6M21 9v6", compare: "M4 5h7v14H4zM13 5h7v14h-7zM6 9h3M6 12h3M15 9h3M15 12h3", minus: "M5 12h14",
  more: "M6 12h.010M12 12h.010M18 12h.010", back: "M11 6l-6 6 6 6M5 12h14", list: "M9 6h11M9 12h11M9 18h11M4 6h.010M4 12h.010M4 18h.010",
};
const drawing = element.querySelector("svg");  // an empty one to copy
function sign(name) {
  const made = drawing.cloneNode(true);
  made.firstElementChild.setAttribute("d", SIGNS[name]);
  return made;
}
const iconButton = (icon, label, onclick, form = "button.icon") => el(form, { label, onclick }, sign(icon));
// A row of buttons as one stop of the Tab key, with the arrow keys from one to the next.
function roving(row) {
  const stops = [...row.children];
  stops.forEach((one, at) => { one.tabIndex = at ? -1 : 0; });
  row.addEventListener("focusin", (event) => { for (const one of stops) one.tabIndex = one === event.target ? 0 : -1; });
  row.addEventListener("keydown", (event) => {
    const at = stops.indexOf(document.activeElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: stops.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    stops[(to + stops.length) % stops.length].focus();
  });
  return row;
}
const replaceAll = (parent, ...children) => parent.replaceChildren(...children.flat().filter(Boolean));

// Ask the program. What it refuses is thrown with its two sentences.
async function call(name, asked = {}) {
  let answered;
  try { answered = await server[name](asked); } catch { throw { told: WORDS.unreachable }; }
  if (answered === null || typeof answered !== "object") throw { told: WORDS.unreachable };
  if (Array.isArray(answered.error) && answered.stage === undefined) throw { told: answered.error };
  return answered;
}

const notes = el("div.notes", { role: "status", "aria-live": "polite" });
function note(words, bad = false) {
  for (const old of notes.children) if (old.textContent === words) old.remove();
  const shown = el(bad ? "p.bad" : "p", { text: words });
  notes.append(shown);
  setTimeout(() => shown.remove(), bad ? 8000 : 3000);
}
const trouble = (error) => note(error?.told ? told(error.told) : String(error?.message || error), true);
const guarded = (work) => (...given) => Promise.resolve().then(() => work(...given)).catch(trouble);

async function copyText(text) {
  try {
    if (navigator.clipboard && window.isSecureContext) await navigator.clipboard.writeText(text);
    else {
      const area = el("textarea", { value: text });
      document.body.append(area);
      area.select();
      const done = document.execCommand("copy");
      area.remove();
      if (!done) throw new Error();
    }
    note(say("copied"));
  } catch { note(say("not_copied"), true); }
}

function download(name, content, kind) {
  const address = URL.createObjectURL(new Blob([content], { type: kind }));
  const link = el("a", { href: address, download: name.replace(/[\\:*?"<>|\u002f]/g, " ").trim() });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

// A question in a window of its own; resolves to what ``answered`` returns, or null where it was closed.
function dialog(title, content, buttons) {
  return new Promise((done) => {
    const heading = el("h2", { text: title, id: "dialog-title" });
    const foot = el("footer");
    const box = el("dialog.window", { "aria-labelledby": "dialog-title" }, el("form", { method: "dialog" }, heading, content, foot));
    const finish = (value) => { box.close(); box.remove(); done(value); };
    for (const { words, form } of buttons) foot.append(el(form, { say: words, onclick: () => finish(null) }));
    foot.lastElementChild.replaceWith(el(buttons.at(-1).form, { say: buttons.at(-1).words, type: "submit" }));  // what Enter does, too
    box.addEventListener("cancel", (event) => { event.preventDefault(); finish(null); });
    box.addEventListener("submit", (event) => { event.preventDefault(); finish(buttons.at(-1).value()); });
    box.addEventListener("click", (event) => { if (event.target === box) finish(null); });
    app.append(box);
    box.showModal();
  });
}
const confirmed = (title, text, yes) => dialog(title, el("p", { text }), [
  { words: "keep_it", form: "button.quiet" }, { words: yes, form: "button.danger", value: () => true },
]);
