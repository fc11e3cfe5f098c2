"""Quality against speed: `python -m bench.plot peers.json docs/peers.png` draws the rows that bench.peers wrote.

R@1 of each system, with its 95 % interval, over the milliseconds of a question (p50, logarithmic). White ground and dark letters, so
that it reads the same on a light page and on a dark one.
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

_OURS, _OTHERS, _INK = "#b3261e", "#33638d", "#1f2328"


def draw(rows: Sequence[dict[str, Any]], said: str, file: Path) -> None:
    """Write the picture of the rows to ``file``, a PNG of 1,200 × 720 pixels."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 4.8), dpi=150, facecolor="white", layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    for row in rows:
        colour = _OURS if row["name"].startswith("tham") else _OTHERS
        axes.errorbar(row["p50_ms"], row["R@1"], yerr=row["R@1±"], fmt="o", color=colour, ecolor=f"{colour}66", markersize=8)
        weight = "bold" if row["name"] == "tham" else "normal"
        at = (row["p50_ms"], row["R@1"])
        axes.annotate(row["label"], at, (10, -4), textcoords="offset points", color=colour, fontsize=10, fontweight=weight)
    times = [row["p50_ms"] for row in rows]
    axes.set(xscale="log", xlim=(min(times) / 2, max(times) * 6), ylim=(0, 1.02))  # room for the names at the right
    axes.set_xlabel("time of a question, ms, p50 (left is faster)", color=_INK)
    axes.set_ylabel("R@1, by article (up is better)", color=_INK)
    axes.set_title(f"Thai Wikipedia, MIRACL-th dev: {said}", color=_INK, fontsize=10)
    axes.xaxis.set_major_formatter("{x:g}")
    axes.grid(alpha=0.25)
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(file)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("peers", type=Path, help="what bench.peers --out wrote")
    parser.add_argument("picture", type=Path)
    options = parser.parse_args()
    held = json.loads(options.peers.read_text(encoding="utf-8"))
    draw(held["rows"], held["of"], options.picture)
    print(f"{options.picture}: {options.picture.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
