"""How long things take: `python -m bench.speed [--reading FILE…]`.

A cold `tham ask`, importing the command, a question to a running process; with files, how fast they are read into passages, in code
points a second of one core.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from bench.seeds import SEEDS
from index.build import add
from index.chunk import chunk
from index.embed import open_embedder
from index.parse import parse
from index.records import Document
from rag.assemble import Answerer

_QUESTIONS = Path(__file__).parent / "questions" / "seeds.jsonl"
_RUNS = 5


def timed(command: Sequence[str]) -> list[float]:
    """Return the seconds of several runs of a command, sorted."""
    took = []
    for _ in range(_RUNS):
        began = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        took.append(time.perf_counter() - began)
    return sorted(took)


def read(file: Path) -> str:
    """Return how fast a file is parsed and cut into passages."""
    began, characters, passages = time.process_time(), 0, 0
    for record in parse(file):
        if isinstance(record, Document):
            characters += len(record.text)
            passages += sum(1 for _ in chunk(record))
    took = time.process_time() - began
    return f"{file.name}: {characters / 1e6:.1f} M code points, {passages} passages, {characters / took / 1e6:.2f} M code points/s"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--reading", type=Path, nargs="*", default=[], metavar="FILE")
    options = parser.parse_args()
    python = sys.executable
    with tempfile.TemporaryDirectory() as folder:
        library, embedder = Path(folder, "library"), open_embedder()
        began = time.perf_counter()
        add(library, [SEEDS], embedder)
        print(f"build the seeds' library: {time.perf_counter() - began:.2f} s")
        nothing = timed([python, "-c", "pass"])
        imports = timed([python, "-c", "import ui.cli"])
        print(f"import ui.cli: median {imports[2] - nothing[2]:.3f} s over a bare python of {nothing[2]:.3f} s")
        cold = timed([python, "-m", "ui", "ask", "--library", str(library), "โธมัส มอร์ ตีพิมพ์ยูโทเปียในปีใด"])
        print(f"tham ask, cold process: median {cold[2]:.2f} s, worst {cold[-1]:.2f} s")
        answerer = Answerer(library, embedder)
        questions = [json.loads(line)["question"] for line in _QUESTIONS.read_text(encoding="utf-8").splitlines()]
        answerer.ask(questions[0])
        took = sorted(answerer.ask(question).timings["total"] for question in questions)
        print(f"a question to a running process: p50 {took[len(took) // 2]:.0f} ms, p95 {took[int(0.95 * len(took))]:.0f} ms")
        answerer.close()
    for file in options.reading:
        print(read(file))


if __name__ == "__main__":
    main()
