"""A local transformers model, from a folder or the hub's cache: safetensors only, no code of the model's own, nothing downloaded."""

import os
import threading
import time
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path
from queue import Empty
from typing import Any

from index.errors import UsageError
from rag.writing.generate import LONGEST_ANSWER, MOST_WRITTEN, AnswerCut, GeneratorError, Message, Patience

_LARGEST_ROOM = 8192  # tokens: a longer prompt takes a home computer minutes
_UNSAID = 1024  # tokens of context of a model that does not say
_LEAST_ANSWER = 64  # tokens


class LocalModel:
    """A causal language model in this process. One answer at a time: a second question waits."""

    def __init__(self, name: str, patience: Patience) -> None:
        folder = Path(os.path.expanduser(name))
        if not folder.is_dir() and name.startswith((".", "/", "~")):
            raise UsageError(f"ไม่มีโฟลเดอร์โมเดลภาษา {name} โปรดตรวจชื่อ", f"There is no language model folder {name}; check the name.")
        self._where = str(folder.resolve()) if folder.is_dir() else name
        self.name = folder.name if folder.is_dir() else name
        self._patience = patience
        self._lock = threading.Lock()
        self._tokenizer, self._model = _loaded(self._where)
        context = _context(self._model, self._tokenizer)
        self._longest = max(_LEAST_ANSWER, min(LONGEST_ANSWER, context // 4))
        self.room = min(context, _LARGEST_ROOM) - self._longest
        marks = {*self._tokenizer.get_added_vocab(), *self._tokenizer.all_special_tokens}
        self._marks = sorted((mark for mark in marks if mark.strip()), key=lambda mark: (-len(mark), mark))

    def size(self, text: str) -> int:
        return len(self._tokenizer(text, add_special_tokens=False, verbose=False)["input_ids"])

    def write(self, messages: Sequence[Message], stop: threading.Event) -> Generator[str]:
        """See ``Generator.write``."""
        ending = threading.Event()
        with self._lock:
            work = _Work(self._model, self._tokenizer, self._inputs(messages), self._longest, lambda: stop.is_set() or ending.is_set())
            try:
                yield from self._said(work)
            finally:
                ending.set()
                work.thread.join()
        if stop.is_set():
            raise _failed(self.name, "ถูกสั่งให้หยุด", "was told to stop")

    def _said(self, work: "_Work") -> Iterator[str]:
        began, wait, written = time.monotonic(), self._patience.first, 0
        while (piece := work.next(min(wait, self._patience.total + began - time.monotonic()))) is not None:
            written += len(piece)
            if written > MOST_WRITTEN:
                raise _failed(self.name, "ตอบยาวไม่รู้จบ", "does not stop writing")
            wait = self._patience.silence
            if piece:
                yield piece
        work.thread.join()  # the last piece comes before it is known why it was the last
        if work.error is not None:
            raise _failed(self.name, f"ทำงานไม่สำเร็จ ({type(work.error).__name__})", f"failed ({work.error})") from work.error
        if work.cut:
            raise AnswerCut(
                f"โมเดลภาษา {self.name} ตอบยาวเกินกำหนด คำตอบจึงถูกตัดท้าย",
                f"The language model {self.name} wrote too long an answer; its end was cut.",
            )

    def _inputs(self, messages: Sequence[Message]) -> Any:
        """Return the token ids, through the model's own chat template where it has one."""
        chat = [{"role": message.role, "content": self._harmless(message.content)} for message in messages]
        if self._tokenizer.chat_template:
            try:
                return self._templated(chat)
            except Exception:  # some templates know no system: its rules then stand before the passages
                return self._templated([{"role": "user", "content": "\n\n".join(message["content"] for message in chat)}])
        text = "\n\n".join(message["content"] for message in chat) + "\n\n"
        return self._tokenizer(text, return_tensors="pt", verbose=False)["input_ids"]

    def _templated(self, chat: list[dict[str, str]]) -> Any:
        return self._tokenizer.apply_chat_template(chat, add_generation_prompt=True, return_tensors="pt", return_dict=True)["input_ids"]

    def _harmless(self, text: str) -> str:
        """Break up this model's own special tokens, so that no document can speak as the user or the model."""
        for mark in self._marks:
            text = text.replace(mark, f"{mark[0]} {mark[1:]}")
        return text


class _Work:
    """One answer being written in a thread of its own."""

    def __init__(self, model: Any, tokenizer: Any, ids: Any, longest: int, stopped: Any) -> None:
        from transformers import TextIteratorStreamer

        self.error: Exception | None = None
        self.cut = False
        self._streamer = TextIteratorStreamer(tokenizer, skip_prompt=True, skip_special_tokens=True)
        self._arguments = (model, ids, longest, stopped)
        self.thread = threading.Thread(target=self._run, name="tham-generate", daemon=True)
        self.thread.start()

    def next(self, wait: float) -> str | None:
        """Return the next piece, None at the end. Raises GeneratorError after ``wait`` seconds without one."""
        try:
            piece: str | None = self._streamer.text_queue.get(timeout=max(wait, 0.0))
        except Empty:
            raise GeneratorError("โมเดลภาษาตอบช้าเกินไป", "The language model took too long.") from None
        return piece

    def _run(self) -> None:
        import torch
        from transformers import StoppingCriteria, StoppingCriteriaList

        model, ids, longest, stopped = self._arguments
        ids = ids.to(model.device)

        class Stopped(StoppingCriteria):  # type: ignore[misc]  # transformers is untyped
            def __call__(self, input_ids: Any, scores: Any, **_: Any) -> Any:
                return torch.full((input_ids.shape[0],), stopped(), dtype=torch.bool, device=input_ids.device)

        try:
            with torch.inference_mode():
                written = model.generate(
                    ids, attention_mask=torch.ones_like(ids), streamer=self._streamer, max_new_tokens=longest, do_sample=False,
                    temperature=None, top_p=None, top_k=None, pad_token_id=_padding(model),
                    stopping_criteria=StoppingCriteriaList([Stopped()]),
                )  # fmt: skip
            new = written[0, ids.shape[1] :].tolist()
            self.cut = len(new) >= longest and new[-1] not in _ends(model)
        except Exception as error:  # a model fails in as many ways as there are kinds of models
            self.error = error
        finally:
            self._streamer.text_queue.put(None)


def _ends(model: Any) -> tuple[int, ...]:
    end = model.generation_config.eos_token_id
    return () if end is None else tuple(end) if isinstance(end, list) else (int(end),)


def _padding(model: Any) -> int:
    padding = model.generation_config.pad_token_id
    return int(padding) if padding is not None else next(iter(_ends(model)), 0)


def _loaded(where: str) -> tuple[Any, Any]:
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer
    from transformers.utils import logging

    logging.set_verbosity_error()
    try:
        tokenizer = AutoTokenizer.from_pretrained(where, trust_remote_code=False)
        model = AutoModelForCausalLM.from_pretrained(where, trust_remote_code=False, use_safetensors=True, dtype="auto")
    except Exception as error:  # a damaged folder fails in as many ways as there are kinds of models
        said = (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
        raise GeneratorError(
            f"เปิดโมเดลภาษา {where} ไม่ได้ ต้องเป็นโฟลเดอร์ของ transformers (safetensors) หรือชื่อโมเดลที่ดาวน์โหลดไว้แล้ว",
            f"Cannot open the language model {where}: give a transformers folder (safetensors) or a downloaded one's name ({said}).",
        ) from error
    return tokenizer, model.eval().to("cuda" if torch.cuda.is_available() else "cpu")


def _context(model: Any, tokenizer: Any) -> int:
    """Return how many tokens the model takes in all."""
    told = [getattr(model.config.get_text_config(), name, None) for name in ("max_position_embeddings", "n_positions")]
    known = [int(size) for size in (*told, tokenizer.model_max_length) if isinstance(size, int) and 0 < size < 1 << 24]
    return min(known, default=_UNSAID)


def _failed(name: str, thai: str, english: str) -> GeneratorError:
    return GeneratorError(f"โมเดลภาษา {name} {thai}", f"The language model {name} {english}.")
