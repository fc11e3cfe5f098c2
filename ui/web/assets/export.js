// Answers as files: with footnotes and references, as data for other programs, or as a conversation that opens here again.
const FORMS = ["docx", "markdown", "html", "print", "references", "bibtex", "ris", "csl-json", "conversation"];
const bytesOf = (text_) => Uint8Array.from(atob(text_), (letter) => letter.charCodeAt(0));

// Export the turns of the open conversation; ``only`` is the one turn that is chosen at first, null for all.
async function exportAnswers(only) {
  const name = state.conversation;
  const formOf = el("select", { id: "export-form" }, ...FORMS.map((form_) => el("option", { value: form_, say: `form_${form_}` })));
  formOf.value = FORMS.includes(recalled(localStorage, "form")) ? recalled(localStorage, "form") : "docx";
  const styleOf = el("select", { id: "export-style" }, ...STYLES.map((one) => el("option", { value: one, say: `style_${one}` })));
  styleOf.value = style.value;
  const boxes = shownTurns.filter((shown) => shown.turn.id).map((shown) => {
    const box = el("input", { type: "checkbox", value: shown.turn.id });
    box.checked = only === null || only === shown.turn.id;
    return [box, el("label", {}, box, el("span", { text: shown.turn.question }))];
  });
  const which = el("fieldset", {}, el("legend", { say: "export_which" }), ...boxes.map(([, label]) => label));
  const about = el("p.about");
  const arrange = () => { about.textContent = WORDS[`about_${formOf.value}`] ? say(`about_${formOf.value}`) : ""; which.hidden = ["conversation", "print"].includes(formOf.value); styleOf.closest(".field").hidden = !["docx", "markdown", "html", "references"].includes(formOf.value); };
  const content = el("div", {}, el("div.fields", {}, el("div.field", {}, el("label", { for: "export-form", say: "export_form" }), formOf, about),
    el("div.field", {}, el("label", { for: "export-style", say: "style" }), styleOf)), which);
  formOf.addEventListener("change", arrange);
  arrange();
  const chosen_ = await dialog(say("export"), content, [
    { words: "cancel", form: "button.quiet" },
    { words: "export_now", form: "button.primary", value: () => ({ form: formOf.value, style: styleOf.value, turns: boxes.filter(([box]) => box.checked).map(([box]) => box.value) }) },
  ]);
  if (!chosen_) return;
  remember(localStorage, "form", chosen_.form);
  if (chosen_.form === "print") { window.print(); return; }
  if (chosen_.form === "conversation") {
    const shared = await call("share", { conversation: name });
    download(shared.name, shared.text, "application/json");
    return;
  }
  const all = only === null && chosen_.turns.length === boxes.length;
  const file = await call("export", { conversation: name, turns: all ? null : chosen_.turns, form: chosen_.form, style: chosen_.style, language: state.language });
  download(file.name, bytesOf(file.base64), file.kind);
}
toolsMore.push((row, shown, turn) => { if (turn.citations.length) row.append(iconButton("save", "export", guarded(() => exportAnswers(turn.id)))); });
