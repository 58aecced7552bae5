"""What the browser, a proxy or a hostile file could be made to do: headers, cookies, forms, uploads, exports."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import openpyxl
import pyarrow as pa
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.web.api_walk import operations
from tests.web.walk import NAMES, address

from tujing.dataspace import services as dataspace
from tujing.elements.definition import elements
from tujing.problems import BadInput
from tujing.web import uploads
from tujing.web.exports import harmless

EVIL = '=HYPERLINK("http://evil.example","x")'
SHEET = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'


def test_every_answer_carries_the_sites_policies(works, sign_in):
    client = sign_in(works)
    paths = [reverse("home"), "/nowhere/", "/api/v1/me", "/api/v1/nowhere", "/api/", reverse("login"), "/?q=%00"]
    paths += [address("data_export", works), address("plan_export", works)]
    for path in paths:
        headers = client.get(path).headers
        assert "script-src 'self'" in headers["Content-Security-Policy"], path
        assert "unsafe" not in headers["Content-Security-Policy"], path
        assert headers["X-Content-Type-Options"] == "nosniff" and headers["X-Frame-Options"] == "DENY", path
        assert headers["Referrer-Policy"] == "same-origin" and "camera=()" in headers["Permissions-Policy"], path
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin", path
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin", path
        assert "Access-Control-Allow-Origin" not in headers, "no other site may read answers"


def test_behind_https_every_cookie_is_secure_and_forms_of_the_https_origin_are_taken(tmp_path):
    told = "import json; from tujing.web import settings as s; print(json.dumps({n: getattr(s, n) for n in dir(s) if "
    told += "n.isupper() and ('COOKIE' in n or n in ('SECURE_HSTS_SECONDS', 'CSRF_TRUSTED_ORIGINS'))}))"
    environment = os.environ | {
        "TUJING_HTTPS": "1",
        "TUJING_ALLOWED_HOSTS": "tujing.example",
        "TUJING_HOME": str(tmp_path),
    }
    done = subprocess.run([sys.executable, "-c", told], env=environment, capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    assert {name: value for name, value in found.items() if name.endswith("_SECURE") and value is not True} == {}
    assert found["SESSION_COOKIE_HTTPONLY"] and found["LANGUAGE_COOKIE_HTTPONLY"]
    assert found["SECURE_HSTS_SECONDS"] >= 31_536_000 and found["CSRF_TRUSTED_ORIGINS"] == ["https://tujing.example"]


def test_no_page_takes_a_form_without_its_token(works, sign_in, django_user_model):
    sign_in(works)
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(django_user_model.objects.get(username="owner-works"))
    for name in NAMES:
        assert strict.post(address(name, works)).status_code == 403, name


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost:80@evil.example", "a b"])
def test_a_foreign_host_header_is_refused(db, host):
    response = Client().get(reverse("login"), headers={"host": host})
    assert response.status_code == 400 and "evil" not in response.content.decode()


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_no_redirect_leaves_the_site(db, elsewhere):
    client = Client()
    for response in (
        client.post(reverse("set_language"), {"language": "en", "next": elsewhere}),
        client.post(reverse("set_language"), {"language": "en"}, headers={"referer": elsewhere}),
        client.get(reverse("login"), {"next": elsewhere}),
    ):
        assert "evil" not in response.headers.get("Location", "") and "script" not in response.headers.get(
            "Location", ""
        )


@pytest.mark.parametrize("language", ["../../etc/passwd", "<script>alert(1)</script>", "x" * 5000, "zh\x00", "fr", ""])
def test_a_language_that_is_none_leaves_the_page_in_chinese(db, language):
    client = Client()
    client.cookies["django_language"] = language
    page = client.get(reverse("login"))
    assert (
        page.status_code == 200
        and 'lang="zh-hans"' in page.content.decode()
        and "alert(1)" not in page.content.decode()
    )


@pytest.mark.parametrize(
    "name", ["../secret_key", "..%2f..%2fsecret_key", "%2e%2e/secret_key", "/etc/passwd", "..\\secret_key"]
)
def test_no_name_of_a_file_leads_out_of_its_folder(works, sign_in, settings, name):
    (Path(settings.HOME) / "secret_key").write_text("the-secret")
    client = sign_in(works)
    run = address("scenarios_file", works).rpartition("/")[0]
    for path in (run, "/data/work_order/rejects", "/api/v1/elements/work_order/rejects", f"/api/v1{run}", "/static"):
        response = client.get(f"{path}/{name}")
        content = b"".join(response.streaming_content) if response.streaming else response.content
        assert response.status_code in (400, 404) and b"the-secret" not in content and b"root:" not in content


def workbook(sheet: str) -> bytes:
    """A workbook whose sheet is the given XML."""
    made = io.BytesIO()
    openpyxl.Workbook().save(made)
    packed = io.BytesIO()
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, sheet if name == "xl/worksheets/sheet1.xml" else old.read(name))
    return packed.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("bomb.xlsx", workbook("0" * 60_000_000)),
        ("program.csv", b"MZ\x90\x00"),
        ("program.xlsx", b"\x7fELF...."),
        ("text.xlsx", b"a,b\n1,2\n"),
        ("packed.csv", workbook("<x/>")),
        ("cut.xlsx", b"PK\x03\x04 and no more"),
    ],
)
def test_a_file_that_is_not_what_it_says_or_unpacks_to_too_much_is_refused_and_not_kept(works, settings, name, content):
    with pytest.raises(BadInput):
        uploads.keep(works, SimpleUploadedFile(name, content))
    assert not list((Path(settings.HOME) / "uploads").rglob("*.*"))


def test_a_workbook_that_asks_for_a_file_of_the_server_gets_nothing(works, tmp_path):
    cell = '<row r="1"><c r="A1" t="inlineStr"><is><t>&e;</t></is></c></row>'
    spaces = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    path = tmp_path / "xxe.xlsx"
    path.write_bytes(workbook(f'{SHEET}<worksheet xmlns="{spaces}"><sheetData>{cell}</sheetData></worksheet>'))
    try:
        dataspace.import_file(works, "work_order", path)
    except BadInput as refused:
        assert "root:" not in str([problem.as_dict() for problem in refused.problems])
    else:
        raise AssertionError("a workbook without its columns was taken")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r=", "=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(1)"])
def test_text_that_a_spreadsheet_would_run_is_made_plain(start):
    assert str(harmless(f"{start}x")).startswith("'")


def cells(response) -> list[str]:
    """Every text cell of a CSV, and of a workbook with `=` before what it would run."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    if not content.startswith(b"PK"):
        return [cell for row in csv.reader(io.StringIO(content.decode("utf-8-sig"))) for cell in row]
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        sheets = b"".join(packed.read(name) for name in packed.namelist() if name.startswith("xl/worksheets/sheet"))
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
    found = [str(value) for sheet in book for row in sheet.iter_rows(values_only=True) for value in row if value]
    return [one for one in found if one == EVIL and re.search(rb"<f>[^<]*HYPERLINK", sheets)]


def test_no_export_runs_what_somebody_typed(works, sign_in):
    """A table whose text columns all hold a formula, and every address that gives a CSV or a workbook."""
    element = elements()["product"]
    texts = {name: [EVIL] for name, column in element.columns.items() if column.type == "string" and not column.enum}
    others = {
        name: dataspace.arrow(works, "product")[name].to_pylist()[:1] for name in element.columns if name not in texts
    }
    dataspace.write_table(works, "product", pa.table({**others, **texts}), source="test")
    client, looked = sign_in(works), 0
    pages = [address(name, works) for name in NAMES if re.search(r"export|template|download|workbook|_table$", name)]
    paths = [path.replace("work_order", "product") for path in pages]
    paths += [
        one.address(works).replace("work_order", "product")
        for one in operations()
        if re.search(r"export|xlsx|csv", one.path) and one.method == "get"
    ]
    for path in [*paths, *(path.replace(".xlsx", ".csv") for path in paths)]:
        response = client.get(path)
        kind = response.headers.get("Content-Type", "")
        if response.status_code == 200 and ("csv" in kind or "spreadsheet" in kind):
            looked += 1
            assert [cell for cell in cells(response) if cell.startswith(("=", "@", "+"))] == [], path
    assert looked >= 6
