"""The words and grams legs: a tantivy index over passages, derived from the library and made again from it when lost.

Terms are cut by ``thai``, never by tantivy's own tokenizers, which do not know Thai: tantivy sees words joined by blanks, and folded keys,
which it cuts into the same grams as ``thai.fold.grams``, in its own thread. A key shorter than a gram is found by its word alone.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from shutil import rmtree
from time import monotonic, sleep
from typing import Any, NamedTuple

from index.files import read_json, write_json
from index.records import Passage
from thai.fold import GRAM, fold
from thai.terms import indexed, terms

_BLANKS, _GRAMS = "blanks", "grams"  # tokenizers
_WRITER_BYTES = 200_000_000  # taken as they are needed; with fewer, more segments are written and merged again
_LET_GO = 10.0  # seconds in which a process whose parent was killed lets go of its writer, at most
_NO_ROW = 2**63 - 1  # greater than every row
WORD_FIELDS = {"words": 1.0, "title_words": 0.6, "heading_words": 0.3}  # field -> boost
GRAM_FIELDS = {"grams": 1.0, "title_grams": 0.5}


class Applied(NamedTuple):
    """How far a derived index has followed the library: the last row added, the last removal applied, and the mark it bore then."""

    row: int
    removal: int
    token: str = ""


class Scored(NamedTuple):
    """A passage's row and its score for a question."""

    row: int
    score: float


class Lexical:
    """Words and grams of passages by row. One writer at a time; readers see the last committed state.

    A damaged index raises ValueError or OSError; a writer, who may, makes it anew instead (``anew``): it is derived.
    """

    def __init__(self, folder: Path, *, anew: bool = False) -> None:
        import tantivy

        self._tantivy = tantivy
        self._folder = folder
        self._writer: Any = None
        folder.mkdir(parents=True, exist_ok=True)
        try:
            self._open()
        except (ValueError, OSError):
            if not anew:
                raise
            rmtree(folder)
            folder.mkdir(parents=True)
            self._open()

    def _open(self) -> None:
        builder = self._tantivy.SchemaBuilder()
        builder.add_unsigned_field("row", indexed=True, fast=True)
        for field in WORD_FIELDS:
            builder.add_text_field(field, tokenizer_name=_BLANKS, index_option="freq")
        for field in GRAM_FIELDS:
            builder.add_text_field(field, tokenizer_name=_GRAMS, index_option="freq")
        self._schema = builder.build()
        self._index = self._tantivy.Index(self._schema, path=str(self._folder))
        tokenizers = self._tantivy.Tokenizer
        for name, tokenizer in ((_BLANKS, tokenizers.whitespace()), (_GRAMS, tokenizers.ngram(GRAM, GRAM, False))):
            self._index.register_tokenizer(name, self._tantivy.TextAnalyzerBuilder(tokenizer).build())
        self.reload()

    def reload(self) -> None:
        """See what was committed since."""
        self._index.reload()
        self._searcher = self._index.searcher()

    @property
    def applied(self) -> Applied:
        state = read_json(self._folder / "applied.json")
        if state.get("passages") != len(self):  # made anew, or a writer did not live to note down what it committed
            return Applied(0, 0)
        return Applied(int(state.get("row", 0)), int(state.get("removal", 0)), str(state.get("token", "")))

    def apply(self, passages: Iterable[Passage], removed: Sequence[int], applied: Applied) -> None:
        """Add passages and remove rows, then remember how far that went. Doing it twice changes nothing."""
        self.add(passages)
        self.finish(removed, applied)

    def add(self, passages: Iterable[Passage]) -> None:
        """Add passages, which nobody sees before ``finish``."""
        if self._writer is None:
            self._writer = self._open_writer()
            if len(self):  # what a writer committed and did not live to note down
                unsigned = self._tantivy.FieldType.Unsigned
                unknown = self._tantivy.Query.range_query(self._schema, "row", unsigned, self.applied.row + 1, _NO_ROW)
                self._writer.delete_documents_by_query(unknown)
        for passage in passages:
            self._writer.add_document(self._document(passage))

    def finish(self, removed: Sequence[int], applied: Applied) -> None:
        """Remove rows and make it last, with what ``add`` was given; remember how far that went."""
        writer, self._writer = self._writer, None
        if removed:
            writer.delete_documents_by_query(self._tantivy.Query.term_set_query(self._schema, "row", list(removed)))
        writer.commit()
        writer.wait_merging_threads()
        self.reload()
        write_json(self._folder / "applied.json", {**applied._asdict(), "passages": len(self)})

    def clear(self) -> None:
        """Forget everything."""
        writer = self._open_writer()
        writer.delete_all_documents()
        writer.commit()
        (self._folder / "applied.json").unlink(missing_ok=True)
        self.reload()

    def _open_writer(self) -> Any:
        until = monotonic() + _LET_GO
        while True:
            try:
                return self._index.writer(_WRITER_BYTES, 1)
            except ValueError as error:
                if "LockBusy" not in str(error) or monotonic() > until:
                    raise
                sleep(0.05)

    def _document(self, passage: Passage) -> Any:
        document = self._tantivy.Document()
        document.add_unsigned("row", passage.row)
        headings = " ".join(passage.headings)
        texts = {
            "words": " ".join(indexed(passage.text)),
            "title_words": _terms_of(passage.title),
            "heading_words": _terms_of(headings),
            "grams": fold(passage.text),
            "title_grams": _fold_of(f"{passage.title} {headings}"),
        }
        for field, text in texts.items():
            document.add_text(field, text)
        return document

    def search_words(self, tokens: Sequence[str], k: int, among: Sequence[int] | None = None) -> list[Scored]:
        """Return the k best rows by BM25 over words, titles and headings, ``among`` these rows or all; ties by row."""
        return self._search(tokens, WORD_FIELDS, k, among)

    def search_grams(self, tokens: Sequence[str], k: int, among: Sequence[int] | None = None) -> list[Scored]:
        """Return the k best rows by BM25 over folded character grams, ``among`` these rows or all; ties by row."""
        return self._search(tokens, GRAM_FIELDS, k, among)

    def _search(self, tokens: Sequence[str], fields: dict[str, float], k: int, among: Sequence[int] | None) -> list[Scored]:
        query_of, occur = self._tantivy.Query, self._tantivy.Occur
        clauses = [
            (occur.Should, query_of.boost_query(query_of.term_query(self._schema, field, token, index_option="freq"), boost * count))
            for token, count in Counter(tokens).items()
            for field, boost in fields.items()
        ]
        if not clauses:
            return []
        wanted = query_of.boolean_query(clauses)
        if among is not None:
            allowed = query_of.boost_query(query_of.term_set_query(self._schema, "row", list(among)), 0.0)
            wanted = query_of.boolean_query([(occur.Must, wanted), (occur.Must, allowed)])
        found = self._searcher.search(wanted, k, count=False).hits
        rows = self._searcher.fast_field_values("row", [address for _, address in found])
        scored = [Scored(int(row), float(score)) for row, (score, _) in zip(rows, found, strict=True)]
        return sorted(scored, key=lambda hit: (-hit.score, hit.row))

    def __len__(self) -> int:
        return int(self._searcher.num_docs)


@lru_cache(maxsize=1024)
def _terms_of(text: str) -> str:
    """Return the terms of a title or headings, which many passages share."""
    return " ".join(terms(text))


@lru_cache(maxsize=1024)
def _fold_of(text: str) -> str:
    return fold(text)
