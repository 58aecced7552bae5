"""Reading text as factories send it."""

from __future__ import annotations

import gzip

import pytest

from tujing.problems import BadInput
from tujing.runtime import textfiles
from tujing.runtime.textfiles import first_lines, read_text

WORDS = "温度 1.5\n压力 2\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gbk"])
@pytest.mark.parametrize("packed", [False, True])
def test_every_encoding_reads_the_same_packed_or_not(tmp_path, encoding, packed):
    path = tmp_path / "readings.txt"
    content = WORDS.encode(encoding)
    path.write_bytes(gzip.compress(content) if packed else content)
    assert read_text(path) == WORDS
    assert first_lines(path, 1) == ["温度 1.5"]


def test_a_cut_archive_is_refused_with_a_sentence_and_matches_nothing(tmp_path):
    path = tmp_path / "cut.gz"
    path.write_bytes(gzip.compress(b"1 2 3\n" * 10_000)[:-20])
    with pytest.raises(BadInput, match="broken"):
        read_text(path)
    path.write_bytes(b"\x1f\x8bnot gzip at all")
    assert first_lines(path) == []


def test_an_archive_that_unpacks_to_too_much_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(textfiles, "LIMIT_BYTES", 1000)
    path = tmp_path / "bomb.gz"
    path.write_bytes(gzip.compress(b"0" * 100_000))
    with pytest.raises(BadInput, match="split"):
        read_text(path)


def test_pictures_and_folders_are_no_text(tmp_path):
    path = tmp_path / "part.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")
    assert first_lines(path) == []
    assert first_lines(tmp_path) == []
