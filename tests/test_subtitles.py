"""Subtitles: speech with its seconds, and files without it."""

from pathlib import Path

import pytest

from index.errors import SourceError
from index.records import Document, Unit
from tests.documents import A, B, C, only, said


def subtitles(folder: Path, text: str, name: str = "a.srt", encoding: str = "utf-8") -> Document:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return only(path)


SRT = """1
00:00:01,000 --> 00:00:03,500
<i>สวัสดีครับ</i>
{\\an8}ผมชื่อสมชาย

2
00:00:04,000 --> ที่ไหน
เสียง

3
00:01:04,900 --> 00:01:06,000 X1:10
- อายุ 25 ปี
4
1:00:20.5 --> 1:00:21.000
[เสียงปรบมือ]

5
01:00:22,000 --> 01:00:23,000

6
01:00:22,400 --> 01:00:24,000
จบแล้ว < 3
"""


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp874", "utf-16"])
def test_subtitles_are_speech_with_its_seconds(tmp_path: Path, encoding: str) -> None:
    found = subtitles(tmp_path, SRT.replace("\n", "\r\n"), encoding=encoding)
    assert said(found) == ["สวัสดีครับ ผมชื่อสมชาย", "- อายุ 25 ปี", "[เสียงปรบมือ] จบแล้ว < 3"]
    assert found.unit is Unit.TIME and [p.page for p in found.paragraphs] == [1, 64, 3620]
    assert [(p.number, found.text[p.start :][:4]) for p in found.pages] == [(1, "สวัส"), (64, "- อา"), (3620, "[เสี"), (3622, "จบแล")]


ROLLING = """WEBVTT
Kind: captions
Language: th

STYLE
::cue { color: red }

00:00.000 --> 00:02.000 align:start position:0%
สวัสดีครับ<00:00:01.000><c> ทุกคน</c>

00:02.000 --> 00:02.010
สวัสดีครับ ทุกคน

00:02.010 --> 00:04.000
สวัสดีครับ ทุกคน
วันนี้เรามาพูดเรื่อง

NOTE ไม่อ่าน

00:04.000 --> 00:04.010
วันนี้เรามาพูดเรื่อง

00:04.010 --> 00:06.000
วันนี้เรามาพูดเรื่อง
ประวัติศาสตร์ไทย
"""


def test_rolling_captions_are_not_doubled(tmp_path: Path) -> None:
    found = subtitles(tmp_path, ROLLING, "a.vtt")
    assert said(found) == ["สวัสดีครับ ทุกคน วันนี้เรามาพูดเรื่อง ประวัติศาสตร์ไทย"]
    assert [p.number for p in found.pages] == [0, 2, 4] and found.meta == {"language": "th"} and found.title == "a"


def test_what_is_said_twice_stays_and_what_is_shown_twice_does_not(tmp_path: Path) -> None:
    twice = "1\n00:00:01,000 --> 00:00:02,000\nลา ลา ลา\n\n2\n00:00:02,000 --> 00:00:03,000\nลา ลา ลา\n"
    assert said(subtitles(tmp_path, twice)) == ["ลา ลา ลา ลา ลา ลา"]
    assert said(subtitles(tmp_path, twice.replace("02,000 -->", "01,500 -->"))) == ["ลา ลา ลา"]


def test_a_change_of_speaker_ends_a_paragraph(tmp_path: Path) -> None:
    cues = "".join(f"00:0{n}.000 --> 00:0{n + 1}.000\n<v {who}>คำพูด &lt;{n}&gt;\n\n" for n, who in enumerate(("ก", "ก", "ข")))
    assert said(subtitles(tmp_path, f"WEBVTT\n\n{cues}", "a.vtt")) == ["คำพูด <0> คำพูด <1>", "คำพูด <2>"]


def test_long_speech_ends_where_a_sentence_does(tmp_path: Path) -> None:
    cues = "".join(f"{n}\n00:00:{n:02},000 --> 00:00:{n + 1:02},000\n{(A, B, C)[n % 3]}\n\n" for n in range(40))
    found = subtitles(tmp_path, cues)
    lengths = [len(text) for text in said(found)]
    assert min(lengths[:-1]) >= 500 and max(lengths) <= 1150 and " ".join(said(found)) == " ".join((A, B, C)[n % 3] for n in range(40))


@pytest.mark.parametrize(("content", "reason"), [(b"", "is empty"), (A.encode(), "no readable cue"), (b"WEBVTT\n\n1 --> 2\n\n", "no readable cue")])
def test_subtitles_without_cues_are_named(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "a.vtt"
    path.write_bytes(content)
    with pytest.raises(SourceError, match=rf"a\.vtt: .*{reason}"):
        only(path)
