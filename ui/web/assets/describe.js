// What a bibliography needs to know of a document, said by its owner. What is not known stays empty; nothing is guessed.
const FIELDS_FIRST = ["title", "author", "year", "kind"];
const FIELDS_OF = {
  book: ["publisher", "place", "edition", "isbn"], chapter: ["container", "editor", "publisher", "place", "pages"],
  article: ["container", "volume", "issue", "pages", "doi"], encyclopedia: ["container", "url", "accessed"], webpage: ["container", "url", "accessed"],
  thesis: ["publisher", "place", "url"], law: ["container", "volume", "issue", "pages"], report: ["publisher", "place", "url"], news: ["container", "url", "accessed"],
  video: ["container", "url", "accessed"], other: ["publisher", "place"],
};

async function describeDocument(source_, first = null) {
  const { values } = await call("known", { source: source_ });
  const fields = new Map();
  const main = el("div.fields");
  const others = el("div.fields");
  const folded = el("details", {}, el("summary", { say: "more_fields" }), others);
  for (const name of Object.keys(values)) fields.set(name, field(name, values[name]));
  const arrange = () => {
    const kind = fields.get("kind").input.value;
    const wanted = [...FIELDS_FIRST, ...(FIELDS_OF[kind] || FIELDS_OF.book)];
    main.replaceChildren(...wanted.map((name) => fields.get(name).node));
    others.replaceChildren(...[...fields].filter(([name]) => !wanted.includes(name)).map(([, one]) => one.node));
  };
  fields.get("kind").input.addEventListener("change", arrange);
  arrange();
  const said = () => Object.fromEntries([...fields].map(([name, one]) => [name, one.input.value]));
  const asked = dialog(say("describe"), el("div", {}, el("p.about", { say: "describe_about" }), main, folded), [
    { words: "cancel", form: "button.quiet" }, { words: "save", form: "button.primary", value: said },
  ]);
  fields.get(first || "title").input.focus();
  const given = await asked;
  if (!given) return false;
  await call("describe", { source: source_, values: given });
  note(say("described"));
  await listDocuments();
  return true;
}

function field(name, value) {
  const id = `field-${name}`;
  let input;
  if (name === "kind") {
    input = el("select", { id });
    input.append(el("option", { value: "", say: "kind_unknown" }), ...KINDS.map((kind) => el("option", { value: kind, say: `kind_${kind}` })));
    if (value && !KINDS.includes(value)) input.append(el("option", { value, text: value }));
    input.value = value;
  } else input = el("input", { id, type: "text", value, maxlength: "2000", autocomplete: "off" });
  return { input, node: el("div.field", {}, el("label", { for: id, say: `field_${name}` }), input) };
}
