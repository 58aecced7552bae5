"""Whatever damaged or hostile file is uploaded anywhere: a sentence that names the file, never an error of the site."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook

from tujing.diagnosis import services as diagnosis

ENTITIES = "".join(
    f'<!ENTITY {name} "{("&" + before + ";") * 30}">' for before, name in zip("abcdef", "bcdefg", strict=True)
)
BOMB = f'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "{"a" * 40}">{ENTITIES}]>'


def workbook(spoil) -> bytes:
    """A workbook whose first sheet's XML is spoilt; None takes the sheet out."""
    book, plain, spoilt = Workbook(), io.BytesIO(), io.BytesIO()
    book.active.append(["a", "b"])
    book.active.append([1, 2])
    book.save(plain)
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(spoilt, "w") as target:
        for part in source.infolist():
            content = source.read(part)
            if part.filename == "xl/worksheets/sheet1.xml":
                content = spoil(content)
            if content is not None:
                target.writestr(part.filename, content)
    return spoilt.getvalue()


DAMAGED = {
    "breaks off": lambda xml: xml[: len(xml) // 2],
    "no sheet": lambda xml: None,
    "no such column": lambda xml: xml.replace(b'r="A1"', b'r="ZZZZZZ1"'),
    "no number": lambda xml: xml.replace(b"<v>1</v>", b"<v>abc</v>"),
    "no day": lambda xml: xml.replace(b'<c r="A2" t="n"><v>1</v>', b'<c r="A2" t="d"><v>soon</v>'),
    "entities that multiply": lambda xml: BOMB.encode() + xml.replace(b"<v>1</v>", b"<v>&g;</v>"),
}
TEXTS = {
    "deep.yaml": b"[" * 50_000 + b"]" * 50_000,
    "deep.json": b"[" * 100_000 + b"]" * 100_000,
    "day.yaml": b"a: 2024-13-45\n",
    "cut.csv": "编号,名称\n1,中文\n".encode("utf-16")[:-1],
    "nul.csv": b"a,b\n1,\x00\n",
    "line.csv": b"x" * 1_000_000,
}


@pytest.fixture
def addresses(organisation) -> dict[str, str]:
    draft = diagnosis.open_assessment(organisation, diagnosis.SME)
    return {
        "data": reverse("data_upload", args=["energy_reading"]),
        "pains": reverse("diagnosis_pains_upload"),
        "answers": reverse("diagnosis_workbook_upload", args=[draft.pk]),
        "frozen": reverse("diagnosis_verify"),
        "projects": reverse("delivery_upload"),
        "ratings": reverse("evaluation_rating_upload"),
        "members": reverse("people_read_in"),
    }


def refused(client, address, name, content, home) -> str:
    """Posts a file and follows to where it is asked about; the words of the refusal."""
    answer = client.post(address, {"file": SimpleUploadedFile(name, content)}, follow=True)
    words = answer.content.decode()
    assert answer.status_code in (200, 422), words[:300]
    assert str(home) not in words, "where the server keeps files is nobody's to know"
    return words


@pytest.mark.parametrize("damage", DAMAGED)
def test_a_damaged_workbook_is_refused_everywhere(organisation, addresses, sign_in, settings, damage):
    content, client = workbook(DAMAGED[damage]), sign_in(organisation)
    for address in addresses.values():
        assert "given.xlsx" in refused(client, address, "given.xlsx", content, settings.HOME)


@pytest.mark.parametrize("name", TEXTS)
def test_a_hostile_text_is_refused_everywhere(organisation, addresses, sign_in, settings, name):
    client = sign_in(organisation)
    for place, address in addresses.items():
        words = refused(client, address, name, TEXTS[name], settings.HOME)
        assert name in words, place
