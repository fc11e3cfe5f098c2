"""How far the verdicts on generated sentences can be trusted: `python -m bench.support`.

`bench/support/claims.jsonl` has sentences as a language model might write them about passages of the seeds (`passages.jsonl`): true
ones (paraphrases, other eras and digits, two sentences joined, English) and false ones (wrong year, number, name; denied, swapped, added).
Each is judged against its own passage among five others. Ids with s were looked at while rules and thresholds were chosen ("tuned");
those with t were written and labelled after that ("fresh"). Seeing them once led to a list of peoples' names and decided between thresholds
that were equal on the tuned ones (.70 and .75): before that "supported" had precision .72 and recall .54 on them.
"""

import argparse
import json
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from index.embed import Embedder, open_embedder
from index.records import Hit, Passage
from rag.records import Support
from rag.writing.support import Sources, Verdict

FOLDER = Path(__file__).resolve().parent / "support"
_OTHERS = 5


class Judged(NamedTuple):
    """A labelled sentence and the program's verdict; ``own`` whether a citation points into the passage it is about."""

    id: str
    kind: str
    claim: str
    true: bool
    verdict: Verdict
    own: bool


def hits_for(passages: list[tuple[str, str]], wanted: int) -> list[Hit]:
    """Return the passage and the ones after it in the file as hits, the wanted one in the middle."""
    around = [passages[(wanted + step) % len(passages)] for step in range(-(_OTHERS // 2), _OTHERS - _OTHERS // 2 + 1)]
    return [
        Hit(passage=Passage(row=at, document=name, title="", headings=(), start=0, end=len(text), text=text), score=1.0, rank=at, legs={})
        for at, (name, text) in enumerate(around, 1)
    ]


def run(embedder: Embedder) -> list[Judged]:
    """Judge every labelled sentence."""
    lines = {name: (FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").splitlines() for name in ("passages", "claims")}
    passages = [(item["id"], item["text"]) for item in map(json.loads, lines["passages"])]
    place = {name: at for at, (name, _) in enumerate(passages)}
    judged = []
    for item in map(json.loads, lines["claims"]):
        verdict = Sources(hits_for(passages, place[item["passage"]]), embedder).judge(item["claim"])
        own = any(piece.hit.passage.document == item["passage"] for piece in verdict.evidence)
        judged.append(Judged(item["id"], item["kind"], item["claim"], item["supported"], verdict, own))
    return judged


def scores(judged: list[Judged]) -> str:
    """Return precision and recall of "supported", how many false ones are shown as unsupported, and whether citations are right."""
    said = [one for one in judged if one.verdict.support is Support.SUPPORTED]
    true, false = [one for one in judged if one.true], [one for one in judged if not one.true]
    right = sum(one.true for one in said)
    named = sum(one.verdict.support is Support.UNSUPPORTED for one in false)
    lost = sum(one.verdict.support is Support.UNSUPPORTED for one in true)
    weak = len(false) - named - (len(said) - right)
    cited = [one for one in said if one.true]
    return (
        f"{len(judged):4} sentences  supported: precision {right / max(len(said), 1):.2f} ({right}/{len(said)})"
        f"  recall {right / len(true):.2f} ({right}/{len(true)})  false ones unsupported {named}/{len(false)}, weak {weak}/{len(false)}"
        f"  true ones unsupported {lost}/{len(true)}  cited in the right passage {sum(one.own for one in cited)}/{len(cited)}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--wrong", choices=("tuned", "fresh", "all"), help="show the sentences judged wrongly")
    options = parser.parse_args()
    judged = run(open_embedder())
    halves = {"tuned": [one for one in judged if one.id[0] == "s"], "fresh": [one for one in judged if one.id[0] == "t"], "all": judged}
    thai = [one for one in judged if not one.kind.startswith("english")]
    for name, part in {**halves, "Thai": thai, "English": [one for one in judged if one not in thai]}.items():
        print(f"{name:8}{scores(part)}")
    for kind in dict.fromkeys(one.kind for one in judged):
        counts = Counter(one.verdict.support.value for one in judged if one.kind == kind)
        print(f"  {kind:16}" + "  ".join(f"{support.value} {counts[support.value]:2}" for support in Support))
    for one in halves.get(options.wrong or "", []):
        if one.true != (one.verdict.support is Support.SUPPORTED):
            print(f"{one.id} {one.kind:14} true={one.true!s:5} {one.verdict.support.value:11} {one.claim}")


if __name__ == "__main__":
    main()
