// What can be taken from a citation into one's own text, in the style that was chosen last.
const style = el("select", { label: "style" }, ...STYLES.map((name) => el("option", { value: name, say: `style_${name}` })));
style.value = STYLES.includes(recalled(localStorage, "style")) ? recalled(localStorage, "style") : STYLES[0];
style.addEventListener("change", () => { remember(localStorage, "style", style.value); citingFor(state.opened); });
let citingTurn = 0;

function citingFor(opened) {
  const citation = opened?.citation;
  const turn = ++citingTurn;
  sourceFoot.hidden = !citation || !citation.stands;
  for (const one of [hop, source.querySelector(".skip")]) one.hidden = sourceFoot.hidden;
  if (sourceFoot.hidden) return;
  guarded(async () => {
    const { document: id, start, end, number } = citation;
    const held = await call("cite", { document: id, start, end, number, style: style.value, language: state.language, conversation: state.conversation });
    if (turn !== citingTurn || held.gone) return;
    const focused = sourceFoot.contains(document.activeElement) ? document.activeElement.dataset.say || "style" : null;
    sourceFoot.replaceChildren(
      el("button.primary", { say: "copy_quotation", title: held.quotation, onclick: () => copyText(held.quotation) }, sign("quote")),
      el("button.quiet", { say: "copy_footnote", title: held.footnote, onclick: () => copyText(held.footnote) }),
      el("button.quiet", { say: "copy_reference", title: held.reference, onclick: () => copyText(held.reference) }), style);
    if (held.missing.length) sourceFoot.append(stillMissing(held));
    if (citingWanted) sourceFoot.querySelector("button").focus();
    citingWanted = false;
    if (focused) (sourceFoot.querySelector(`[data-say=${focused}]`) || style).focus();
  })();
}

function stillMissing(held) {
  const names = held.missing.map((name) => say(`field_${name}`)).join(", ");
  const fill_ = guarded(async () => { if (await describeDocument(held.source, held.missing[0])) citingFor(state.opened); });
  return el("p.missing", {}, el("span", { text: say("missing", names) }), el("button.link", { say: "fill_it_in", onclick: fill_ }));
}
