"""Evidence: files kept by their hash and never trusted, runs and measured facts that exist in this organisation."""

from __future__ import annotations

import hashlib
import io
import zipfile

import pyarrow as pa
import pytest
from tests.diagnosis.drawn import SME, extreme

from tujing.dataspace import services as dataspace
from tujing.diagnosis import services
from tujing.diagnosis.answers import AnswerFile
from tujing.diagnosis.models import Assessment, EvidenceItem
from tujing.enterprise import files
from tujing.enterprise.models import Organisation
from tujing.problems import BadInput
from tujing.runtime.models import Run

PDF = b"%PDF-1.7\nnetwork drawing"


def box(*names: str, big: int = 0) -> bytes:
    """An Office file's container with these entries."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, b"0" * (big or 8))
    return content.getvalue()


def code(refusal):
    return refusal.value.problems[0].code


@pytest.fixture
def draft(organisation):
    return services.open_assessment(organisation)


@pytest.fixture
def other(db):
    return Organisation.objects.create(slug="other", name={"zh": "别家", "en": "Other"})


def run_of(organisation, scenario="production/scheduling", status="optimal"):
    return Run.objects.create(
        organisation=organisation,
        scenario=scenario,
        status=status,
        seed=0,
        seconds=1,
        input_hash="a" * 64,
        code_version="1",
        document={"status": status},
    )


def test_the_same_content_is_one_file_under_its_hash(tmp_path):
    first, again = files.keep(tmp_path, PDF, "图纸.pdf"), files.keep(tmp_path, PDF, "copy.pdf")
    assert first.sha256 == again.sha256 == hashlib.sha256(PDF).hexdigest()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [files.path_of(tmp_path, first.sha256)]
    assert files.intact(tmp_path, first.sha256)
    files.path_of(tmp_path, first.sha256).write_bytes(b"%PDF-other")
    assert not files.intact(tmp_path, first.sha256)


@pytest.mark.parametrize("name", ["../../etc/passwd.pdf", "..\\..\\boot.pdf", "/etc/x.pdf", "a\x00b\n.pdf"])
def test_a_hostile_name_never_becomes_a_path(tmp_path, name):
    kept = files.keep(tmp_path / "store", PDF, name)
    assert not set(kept.name) & set("/\\\x00\n") and not kept.name.startswith(".")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [files.path_of(tmp_path / "store", kept.sha256)]


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.pdf", b"", "empty_file"),
        ("a.exe", b"MZ", "unknown_format"),
        ("a.html", b"<script>", "unknown_format"),
        ("a.svg", b"<svg/>", "unknown_format"),
        ("a", PDF, "unknown_format"),
        ("a.pdf", b"<html>", "not_what_it_says"),
        ("a.png", PDF, "not_what_it_says"),
        ("a.xlsx", b"PK broken", "not_what_it_says"),
        ("a.xlsx", box("[Content_Types].xml", "word/document.xml"), "not_what_it_says"),
        ("a.xlsx", box("[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin"), "carries_program"),
        ("a.txt", b"\x00\x01", "not_what_it_says"),
        ("a.csv", b"\xff\xfe\xff", "not_what_it_says"),
        ("a.pdf", b"%PDF-" + b"0" * files.LARGEST, "file_too_large"),
    ],
)
def test_a_file_that_is_not_taken_leaves_nothing_behind(tmp_path, name, content, expected):
    with pytest.raises(BadInput) as refusal:
        files.keep(tmp_path, content, name)
    assert code(refusal) == expected and not list(tmp_path.iterdir())


def test_a_bomb_is_told_by_its_list_of_contents(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "UNPACKED", 10_000)
    with pytest.raises(BadInput) as refusal:
        files.keep(tmp_path, box("[Content_Types].xml", "xl/workbook.xml", big=20_000), "a.xlsx")
    assert code(refusal) == "unpacks_too_large"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("台账.xlsx", box("[Content_Types].xml", "xl/workbook.xml")),
        ("记录.csv", "工单,数量\n".encode("gbk")),
        ("photo.JPG", b"\xff\xd8\xff\xe0"),
    ],
)
def test_what_a_factory_has_is_taken(tmp_path, name, content):
    assert files.keep(tmp_path, content, name).name == name


@pytest.mark.django_db
def test_an_attached_file_keeps_its_hash_and_backs_the_answer(organisation, draft):
    services.answer(organisation, draft, "B5", {"option": "all"})
    item = services.attach_file(organisation, draft, "B5", PDF, "清单.pdf", note="系统清单")
    assert (item.kind, item.reference, item.recorded["media_type"]) == ("file", "清单.pdf", "application/pdf")
    assert files.intact(services.evidence_folder(organisation), item.sha256)
    assert services.confidence(Assessment.objects.get(pk=draft.pk)).states["B5"] == "evidenced"


@pytest.mark.django_db
def test_a_run_of_ones_own_backs_the_scenario_it_stands_for(organisation, other, draft):
    item = services.add_evidence(organisation, draft, "S05", "run", reference=f"run:{run_of(organisation).pk}")
    assert item.recorded["scenario"] == "production/scheduling" and len(item.sha256) == 64
    for question, reference, expected in [
        ("S05", f"run:{run_of(other).pk}", "no_run"),
        ("S05", "run:999999", "no_run"),
        ("S05", "run:12; drop", "no_run"),
        ("S14", f"run:{run_of(organisation).pk}", "run_of_other_scenario"),
        ("S05", f"run:{run_of(organisation, status='infeasible').pk}", "run_failed"),
    ]:
        with pytest.raises(BadInput) as refusal:
            services.add_evidence(organisation, draft, question, "run", reference=reference)
        assert code(refusal) == expected
    assert EvidenceItem.objects.count() == 1


@pytest.mark.django_db
def test_a_measured_fact_must_be_measured_here_and_overrules_a_higher_claim(organisation, other, draft):
    centres = pa.table(
        {
            "work_centre_id": ["M1", "M2"],
            "name": ["车床", "磨床"],
            "kind": ["turning", "grinding"],
            "is_networked": [True, False],
        }
    )
    with pytest.raises(BadInput) as refusal:
        services.add_evidence(organisation, draft, "B3", "measured")
    assert code(refusal) == "not_measured"
    dataspace.write_table(organisation, "work_centre", centres, source="test")
    item = services.add_evidence(organisation, draft, "B3", "measured")
    assert (item.reference, item.recorded["option"]) == ("fact:B3", "le_60")
    assert item.recorded["tables"]["work_centre"]["number"] == 1
    table = services.add_evidence(organisation, draft, "S05", "measured", reference="table:work_centre")
    assert table.recorded == {"element": "work_centre", "number": 1, "rows": 2}
    for reference in ("fact:R1", "table:inspection", "table:../x"):
        with pytest.raises(BadInput):
            services.add_evidence(organisation, draft, "B3", "measured", reference=reference)
    with pytest.raises(BadInput):
        services.add_evidence(other, services.open_assessment(other), "B3", "measured", reference="table:work_centre")

    draft = services.answer(organisation, draft, "B3", {"option": "gt_60"})
    found = services.confidence(draft)
    assert found.states["B3"] == "contradicted" and found.counted["B3"] == {"option": "le_60"}
    assert (found.claimed.points["B3"], found.evidenced.points["B3"]) == (6, 4.5)


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["javascript:alert(1)", "ftp://x", "http://", "file:///etc/passwd", "见共享盘"])
def test_a_link_is_a_web_address(organisation, draft, address):
    with pytest.raises(BadInput) as refusal:
        services.add_evidence(organisation, draft, "B5", "link", reference=address)
    assert code(refusal) == "bad_link"
    services.add_evidence(organisation, draft, "B5", "link", reference="https://erp.example/list")


@pytest.mark.django_db
def test_an_answer_file_with_evidence_that_is_not_there_stores_nothing(organisation):
    file = AnswerFile(extreme(SME, 0), {"S05": [{"kind": "run", "reference": "run:7", "note": {}}]})
    with pytest.raises(BadInput):
        services.record(organisation, file)
    assert not Assessment.objects.exists() and not EvidenceItem.objects.exists()
