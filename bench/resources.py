"""What a measurement took and what it was made with: memory, disk, versions. Standard library alone: it runs inside what is measured."""

import os
import platform
import resource
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

_PACKAGES = ("tham", "tantivy", "faiss-cpu", "numpy", "nlpo3", "pythainlp", "tokenizers", "ir-measures")


class Peak(NamedTuple):
    """The most bytes held at a time: by this process, and by the largest of those that it started and that have ended."""

    own: int
    started: int


def peak() -> Peak:
    unit = 1 if sys.platform == "darwin" else 1024
    own, started = (resource.getrusage(who).ru_maxrss * unit for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    status = Path("/proc/self/status")  # on Linux ru_maxrss begins at what the starting process held
    if status.exists():
        own = next(int(line.split()[1]) * 1024 for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return Peak(own, started)


def disk(folder: Path) -> int:
    """Return the bytes of all files under a folder."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that no less than this share of the values does not exceed.

    >>> percentile([4.0, 1.0, 3.0, 2.0], 0.5), percentile([4.0, 1.0, 3.0, 2.0], 0.95)
    (2.0, 4.0)
    """
    ordered = sorted(values)
    return ordered[max(0, -int(-share * len(ordered) // 1) - 1)]


def used(library: Path, took: Sequence[float]) -> str:
    """Return the milliseconds of a question, the disk of the library and the memory of this process, in words."""
    own, started = peak()
    return (
        f"ms a question: p50 {percentile(took, 0.5):.1f}, p95 {percentile(took, 0.95):.1f}; disk {disk(library) / 1e6:.1f} MB; "
        f"peak memory {own / 1e6:.0f} MB, of the largest process started {started / 1e6:.0f} MB"
    )


def versions() -> str:
    """Return what was measured with: packages, Python, cores, and how busy the machine is."""
    found = ", ".join(f"{package} {version(package)}" for package in _PACKAGES)
    return f"{found}; Python {platform.python_version()}, {os.cpu_count()} cores, load average {os.getloadavg()[0]:.1f}"
