"""The progress bar of an addition: file, passages, rate and time left."""

from collections.abc import Iterator
from contextlib import contextmanager

from index.progress import Progress, Report

_STAGES = {"read": "อ่าน/reading", "index": "ทำดัชนีคำ/indexing", "embed": "ฝังความหมาย/embedding"}


@contextmanager
def shown() -> Iterator[Report]:
    """Show progress on standard error while the block runs; nothing is drawn where that is no terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    columns = (
        TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TextColumn("{task.fields[passages]:,} passages"),
        TextColumn("{task.fields[rate]}"), TimeRemainingColumn(), TextColumn("{task.fields[name]}"),
    )  # fmt: skip
    console = Console(stderr=True)
    with Bars(*columns, console=console, disable=not console.is_terminal) as bars:
        tasks = {stage: bars.add_task(words, total=None, visible=False, passages=0, rate="", name="") for stage, words in _STAGES.items()}

        def report(progress: Progress) -> None:
            task = tasks[progress.stage]
            elapsed = bars.tasks[task].elapsed or 0.0
            rate = f"{progress.passages / elapsed:,.0f}/s" if elapsed > 0.2 else ""
            if not bars.tasks[task].visible:
                bars.reset(task, visible=True, passages=0, rate="", name="")
            bars.update(task, completed=progress.done, total=progress.total, passages=progress.passages, rate=rate, name=progress.name)

        yield report
