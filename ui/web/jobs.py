"""Work that goes on while the page watches: answering and adding files. Whoever stops watching stops the answering. No gradio here."""

import asyncio
import logging
import secrets
import threading
import time
from collections.abc import Callable
from typing import Any

from index.errors import ThamError, UsageError
from ui.i18n import WORDS

_MOST = 64  # jobs remembered; more than so many at work at once are refused
_LONGEST_LOOK = 20.0  # seconds for which one look waits for news
_STEP = 0.01  # seconds between two looks
_UNWATCHED = 6.0  # seconds without a look after which nobody is there any more


class Job:
    """A piece of work: what it said last, how often it said something, and whether it is to end."""

    def __init__(self) -> None:
        self.id = secrets.token_hex(8)
        self.said: dict[str, Any] = {}
        self.news = 0
        self.done = False
        self.end = threading.Event()  # set where someone asked for the end
        self._seen = time.monotonic()

    def tell(self, **said: Any) -> None:
        """Say how far the work is, instead of what was said before."""
        self.said = said
        self.news += 1

    def stop(self) -> None:
        self.end.set()

    def watched(self) -> None:
        self._seen = time.monotonic()

    @property
    def stopped(self) -> bool:
        """Whether someone asked for the end."""
        return self.end.is_set()

    @property
    def left(self) -> bool:
        """Whether nobody looks at it any more."""
        return time.monotonic() - self._seen > _UNWATCHED


class Jobs:
    """The work of all open pages."""

    def __init__(self) -> None:
        self._jobs: dict[str, Job] = {}
        self._lock = threading.Lock()

    def start(self, work: Callable[[Job], None], **said: Any) -> Job:
        """Begin work in a thread of its own that ends with the program. Raises UsageError while too much is going on."""
        job = Job()
        job.tell(**said)
        with self._lock:
            for name in [name for name, one in self._jobs.items() if one.done and (one.left or len(self._jobs) >= _MOST)]:
                del self._jobs[name]
            if len(self._jobs) >= _MOST:
                raise UsageError("มีงานค้างอยู่มากเกินไป รอสักครู่แล้วลองใหม่", "Too much is going on; wait a moment and try again.")
            self._jobs[job.id] = job
        threading.Thread(target=_run, args=(job, work), name=f"tham-{job.id}", daemon=True).start()
        return job

    def get(self, name: str) -> Job | None:
        return self._jobs.get(name)

    async def look(self, name: str, news: int) -> dict[str, Any]:
        """Return what a job says as soon as that is more than ``news``, with ``news`` and ``done``; after a while at any rate."""
        job = self._jobs.get(name)
        if job is None:
            return {"gone": True, "done": True, "news": news}
        until = time.monotonic() + _LONGEST_LOOK
        while job.news <= news and not job.done and time.monotonic() < until:
            job.watched()
            await asyncio.sleep(_STEP)
        job.watched()
        done = job.done  # asked first: what is said last is said before it
        return {**job.said, "news": job.news, "done": done}

    @property
    def at_work(self) -> int:
        """How many jobs have not ended."""
        return sum(not job.done for job in self._jobs.values())


def _run(job: Job, work: Callable[[Job], None]) -> None:
    try:
        work(job)
    except ThamError as error:
        job.tell(stage="failed", error=[error.thai, error.english])
    except Exception:  # the page must not wait for ever, whatever broke
        logging.getLogger(__name__).exception("the work of the page failed")
        job.tell(stage="failed", error=list(WORDS["broken"]))
    finally:
        job.done = True
        job.news += 1
