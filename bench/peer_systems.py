"""The systems that bench.peers compares, each as its own quick start has it, and the measuring of one of them in a process of its own.

Every system reads the same file of records ``{"source", "title", "text"}``, one a passage, and is asked the same questions. Nothing is
done for Thai that the quick start does not do; no splitter runs, as the passages are cut already. A title goes where the quick start
has metadata or a title. `python -m bench.peer_systems NAME FOLDER` measures one and writes FOLDER/NAME.json.
"""

import importlib
import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from bench.resources import disk, peak

Search = Callable[[str, int], list[str]]  # a question, how many passages → their sources, best first
_ASKED, _DEPTH = 10, 50  # passages asked for: where time is taken, and where articles are ranked


class System(NamedTuple):
    """How a system is named and built. The first of ``packages`` gives its version; ``modules`` are imported before the clock starts."""

    label: str
    packages: tuple[str, ...]
    modules: tuple[str, ...]
    build: Callable[[Path, Path], Search]


class Given(NamedTuple):
    """A passage as the systems are given it."""

    source: str
    title: str
    text: str


def given(file: Path) -> list[Given]:
    """Return the passages of a file of records."""
    return [Given(**json.loads(line)) for line in file.read_text(encoding="utf-8").splitlines()]


def _tham(file: Path, folder: Path, *, ordered: bool) -> Search:
    from index.build import add
    from index.embed import open_embedder
    from rag.assemble import Answerer
    from rag.question import ask

    model = open_embedder()
    add(folder, [file], model)
    answerer = Answerer(folder, model)
    source_of = {held.document: held.source for held in answerer.library.held()}

    def search(question: str, k: int) -> list[str]:
        hits = answerer.search(question, k) if ordered else answerer.retriever.candidates(ask(question), k)
        return [source_of[hit.passage.document] for hit in hits]

    return search


def tham(file: Path, folder: Path) -> Search:
    """Tham as shipped, what `tham search` shows: the file is added to a library of its own, on disk."""
    return _tham(file, folder, ordered=True)


def tham_fused(file: Path, folder: Path) -> Search:
    """Tham's three legs fused, before the first hits are put in order."""
    return _tham(file, folder, ordered=False)


def llamaindex(file: Path, folder: Path) -> Search:
    """BM25Retriever over nodes (bm25s, English stop words and stemmer); a node's metadata is searched with its text."""
    from llama_index.core.schema import TextNode
    from llama_index.retrievers.bm25 import BM25Retriever

    nodes = [TextNode(id_=one.source, text=one.text, metadata={"title": one.title}) for one in given(file)]
    retriever = BM25Retriever.from_defaults(nodes=nodes, similarity_top_k=_ASKED)

    def search(question: str, k: int) -> list[str]:
        retriever.similarity_top_k = min(k, len(nodes))
        return [str(found.node.node_id) for found in retriever.retrieve(question)]

    return search


def haystack(file: Path, folder: Path) -> Search:
    """InMemoryBM25Retriever over an InMemoryDocumentStore; metadata is kept, not searched."""
    from haystack import Document
    from haystack.components.retrievers.in_memory import InMemoryBM25Retriever
    from haystack.document_stores.in_memory import InMemoryDocumentStore

    store = InMemoryDocumentStore()
    store.write_documents([Document(content=one.text, meta={"title": one.title, "source": one.source}) for one in given(file)])
    retriever = InMemoryBM25Retriever(document_store=store)
    return lambda question, k: [str(found.meta["source"]) for found in retriever.run(query=question, top_k=k)["documents"]]


def langchain(file: Path, folder: Path) -> Search:
    """BM25Retriever from documents (rank-bm25, words cut at blanks); metadata is kept, not searched."""
    from langchain_community.retrievers import BM25Retriever
    from langchain_core.documents import Document

    documents = [Document(page_content=one.text, metadata={"title": one.title, "source": one.source}) for one in given(file)]
    retriever = BM25Retriever.from_documents(documents)

    def search(question: str, k: int) -> list[str]:
        retriever.k = k
        return [str(found.metadata["source"]) for found in retriever.invoke(question)]

    return search


def _txtai(file: Path, settings: dict[str, object]) -> Search:
    from txtai import Embeddings

    embeddings = Embeddings(settings)
    embeddings.index((one.source, one.text) for one in given(file))
    return lambda question, k: [str(source) for source, _ in embeddings.search(question, k)]


def txtai(file: Path, folder: Path) -> Search:
    """Embeddings(keyword=True): the BM25 index, words by Unicode's default rules; its quick start has no title."""
    return _txtai(file, {"keyword": True})


def txtai_dense(file: Path, folder: Path) -> Search:
    """The dense quick start with our own embedder from its folder in place of the model it would download."""
    from index.embed import SHIPPED

    return _txtai(file, {"path": str(SHIPPED), "method": "sentence-transformers"})


def tantivy(file: Path, folder: Path) -> Search:
    """An index on disk with fields title and body, default tokenizer."""
    import tantivy as library

    builder = library.SchemaBuilder()
    builder.add_text_field("title", stored=True)
    builder.add_text_field("body", stored=True)
    builder.add_text_field("source", stored=True, tokenizer_name="raw")
    index = library.Index(builder.build(), path=str(folder))
    writer = index.writer()
    for one in given(file):
        writer.add_document(library.Document(title=[one.title], body=[one.text], source=[one.source]))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()

    def search(question: str, k: int) -> list[str]:
        parsed, _ = index.parse_query_lenient(question, ["title", "body"])  # the strict one stops at a question's quotation marks
        return [str(searcher.doc(address)["source"][0]) for _, address in searcher.search(parsed, k).hits]

    return search


SYSTEMS = {
    "tham": System("Tham", ("tham",), ("faiss", "tantivy", "index.build", "rag.assemble"), tham),
    "tham-fused": System("Tham, legs fused only", ("tham",), ("faiss", "tantivy", "index.build", "rag.assemble"), tham_fused),
    "llamaindex": System(
        "LlamaIndex BM25",
        ("llama-index-core", "llama-index-retrievers-bm25"),
        ("llama_index.core", "llama_index.retrievers.bm25"),
        llamaindex,
    ),
    "haystack": System("Haystack BM25", ("haystack-ai",), ("haystack", "haystack.components.retrievers.in_memory"), haystack),
    "langchain": System("LangChain BM25", ("langchain-community", "rank-bm25"), ("langchain_community.retrievers", "rank_bm25"), langchain),
    "txtai": System("txtai BM25", ("txtai",), ("txtai",), txtai),
    "txtai-dense": System("txtai dense, Tham's embedder", ("txtai",), ("txtai", "sentence_transformers"), txtai_dense),
    "tantivy": System("tantivy", ("tantivy",), ("tantivy",), tantivy),
}


def measured(name: str, folder: Path) -> dict[str, object]:
    """Build the system and ask it everything. Times in seconds and milliseconds, memory and disk in bytes, ranked sources by question."""
    system, store = SYSTEMS[name], folder / name
    store.mkdir()
    questions: list[str] = json.loads((folder / "questions.json").read_text(encoding="utf-8"))
    for module in system.modules:
        importlib.import_module(module)
    began, cpu = time.perf_counter(), _cpu()
    search = system.build(folder / "passages.jsonl", store)
    built, build_cpu = time.perf_counter() - began, _cpu() - cpu
    search(questions[-1], _ASKED)  # what is loaded with the first question is loaded
    took, cpu = [], _cpu()
    for question in questions:
        began = time.perf_counter()
        search(question, _ASKED)
        took.append(1000 * (time.perf_counter() - began))
    search_cpu = 1000 * (_cpu() - cpu) / len(questions)
    return {
        "build_s": built, "build_cpu_s": build_cpu, "search_ms": took, "search_cpu_ms": search_cpu,
        "found": [search(question, _DEPTH) for question in questions],
        "disk": disk(store), "memory": sum(peak()),
    }  # fmt: skip


def _cpu() -> float:
    """Return the processor seconds of this process and of those it started and that have ended."""
    return sum(used.ru_utime + used.ru_stime for used in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))


if __name__ == "__main__":
    name, folder = sys.argv[1], Path(sys.argv[2])
    (folder / f"{name}.json").write_text(json.dumps(measured(name, folder), ensure_ascii=False), encoding="utf-8")
