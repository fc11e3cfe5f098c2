// The source panel: opens a citation, marks which one is open, copies the quotation. Runs once, when the panel is there.
const narrow = window.matchMedia("(max-width: 900px)");
const links = () => document.querySelectorAll("a.cite, a.from");
let latest = 0;

const isCitation = (link) => link && (link.getAttribute("href") || "").startsWith("#c-");

// The sanitiser of the conversation drops aria attributes, so the names of the links are given here from their titles.
function name() {
  const open = element.querySelector("article.source")?.dataset.href;
  for (const link of links()) {
    if (!isCitation(link)) continue;
    if (link.getAttribute("aria-label") !== link.title) link.setAttribute("aria-label", link.title);
    const current = link.getAttribute("href") === open ? "true" : "false";
    if (link.getAttribute("aria-current") !== current) link.setAttribute("aria-current", current);
  }
}

function showMark() {
  const box = element.querySelector(".paragraph");
  const mark = box?.querySelector("mark");
  if (mark) box.scrollTop = Math.max(0, mark.offsetTop - box.offsetTop - box.clientHeight / 4);
}

async function open(href, scroll) {
  const turn = ++latest;
  const html = await server.source([href, document.documentElement.lang]);
  if (turn !== latest) return;
  props.value = html;
  setTimeout(() => { showMark(); name(); if (scroll && narrow.matches) element.scrollIntoView({ behavior: "smooth", block: "start" }); }, 60);
}

let opener = null;
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a.cite, a.from");
  if (!isCitation(link)) return;
  event.preventDefault();
  opener = link;
  open(link.getAttribute("href"), true);
}, true);

document.addEventListener("tham-language", () => {
  const shown = element.querySelector("article.source")?.dataset.href;
  open(shown || "#", false);
});

async function write(text) {
  if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text);
  const area = document.createElement("textarea");
  area.value = text;
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  if (!done) throw new Error("copy refused");
}

element.addEventListener("click", async (event) => {
  const copy = event.target.closest(".copy");
  if (copy) {
    const said = element.querySelector(".said-copied");
    try { await write(copy.dataset.quotation); said.textContent = copy.dataset.copied; }
    catch { said.textContent = copy.dataset.failed; }
    setTimeout(() => { said.textContent = ""; }, 2500);
  }
  if (event.target.closest(".back")) {
    const target = opener?.isConnected ? opener : document.querySelector("#talk");
    target.scrollIntoView({ behavior: "smooth", block: "center" });
    target.focus?.({ preventScroll: true });
  }
});

watch("value", () => { latest++; setTimeout(() => { showMark(); name(); }, 60); });
new MutationObserver(name).observe(document.body, { childList: true, subtree: true });
