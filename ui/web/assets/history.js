// The conversations kept on this machine: listed, searched, named, deleted, given away and taken in as files.
const list = el("ul.conversations");
const sought = el("input", { type: "search", label: "search_conversations", hint: "search_conversations" });
const taken = el("input", { type: "file", accept: ".json", hidden: true, tabindex: "-1", "aria-hidden": "true" });
history.append(
  el("button.new", { say: "new_conversation", onclick: newConversation }, sign("plus")),
  el("div.seek", {}, sign("search"), sought),
  list,
  el("button.quiet.take-in", { say: "open_conversation", onclick: () => taken.click() }, sign("open")),
  taken,
);
let listing = 0;

async function listConversations() {
  const turn = ++listing;
  const { conversations } = await call("conversations", { wanted: sought.value });
  if (turn !== listing) return;
  list.replaceChildren(...conversations.map(conversationRow));
  if (!conversations.length) list.append(el("li.none", { say: sought.value ? "conversations_no_match" : "conversations_none" }));
  markCurrent();
}
let soon = 0;
sought.addEventListener("input", () => { clearTimeout(soon); soon = setTimeout(guarded(listConversations), 150); });
spoken.push(() => guarded(listConversations)());

function conversationRow(one) {
  const when = new Date(one.changed);
  const day = when.toLocaleDateString(state.language === "en" ? "en-GB" : "th-TH", { day: "numeric", month: "short", year: "numeric" });
  const open = el("button.open", { title: one.title, onclick: guarded(() => openConversation(one.id)) },
    el("span.name", { text: one.title || say("untitled") }), el("span.when", { text: `${day} · ${say("turns", count(one.turns))}` }));
  const row = el("li", {}, open, iconButton("trash", "delete_conversation", guarded(() => deleteConversation(one)), "button.icon.small"));
  row.lastElementChild.setAttribute("aria-label", say("delete_named", one.title));
  row.dataset.conversation = one.id;
  return row;
}

function markCurrent() {
  for (const row of list.children) {
    const button = row.querySelector(".open");
    if (row.dataset.conversation && row.dataset.conversation === state.conversation) button.setAttribute("aria-current", "true");
    else button?.removeAttribute("aria-current");
  }
}

async function deleteConversation(one) {
  if (!await confirmed(say("delete_conversation"), say("delete_sure", one.title), "delete")) return;
  await call("delete", { conversation: one.id });
  if (state.conversation === one.id) newConversation();
  await listConversations();
}

async function renameConversation() {
  const field = el("input", { type: "text", value: title.textContent, maxlength: "80", label: "conversation_name" });
  const named = await dialog(say("rename"), field, [
    { words: "cancel", form: "button.quiet" }, { words: "save", form: "button.primary", value: () => field.value },
  ]);
  if (!named || !state.conversation) return;
  titled((await call("rename", { conversation: state.conversation, title: named })).title);
  await listConversations();
}

taken.addEventListener("change", guarded(async () => {
  const [file] = taken.files;
  if (!file) return;
  const text = await file.text();
  taken.value = "";
  const { conversation } = await call("take_in", { text });
  await listConversations();
  await openConversation(conversation);
}));

talkTools.append(iconButton("edit", "rename", guarded(renameConversation)), iconButton("save", "export", guarded(() => exportAnswers(null))));
