"""A backup made while others write is of one moment; restored it is equal; a file that is no honest backup is refused
and changes nothing.
"""

from __future__ import annotations

import json
import os
import stat
import threading
import zipfile
from datetime import date
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.db import connection, connections, transaction
from django.utils import timezone

from tujing.adoption.models import Cycle, KpiRecord
from tujing.adoption.services import ensure
from tujing.audit.models import AuditEvent
from tujing.backup import archive, keys, rows, services
from tujing.enterprise.models import Organisation, Role
from tujing.enterprise.services import add_member, create_organisation
from tujing.problems import BadInput

PROFILE = {"industry": "C3812", "staff": 260, "revenue": 130_000_000, "production_type": "discrete"}
db = pytest.mark.django_db(transaction=True)


@pytest.fixture
def works(transactional_db, settings):
    """An installation with rows of many kinds, files, and an account."""
    made = create_organisation("works", {"zh": "甲厂 ‘引号’", "en": "Works"}, PROFILE)
    person = get_user_model().objects.create_user("li.ming", password="a good pass word")
    add_member(made, person, Role.OWNER)
    adoption = ensure(
        made, "production/scheduling", Cycle.objects.create(organisation=made, number=1, opened=date(2026, 1, 1))
    )
    KpiRecord.objects.create(
        organisation=made, adoption=adoption, kpi="oee", value=0.1 + 0.2, unit="%", measured=timezone.now(), source="t"
    )
    home = Path(settings.HOME)
    for name, content in (("tables/a/work_order/v000001.parquet", b"\x00PAR1"), ("evidence/a/图.pdf", b"%PDF-")):
        (home / name).parent.mkdir(parents=True)
        (home / name).write_bytes(content)
    (home / "uploads" / "x").mkdir(parents=True)
    (home / "uploads" / "x" / "secret.csv").write_text("not copied")
    (home / "tables" / "a" / ".incoming-1.parquet").write_text("half written")
    return made


def content() -> dict[str, list[str]]:
    """Every row of the database as text, by model; the trail grows by what is done here and is compared apart."""
    found = {}
    for model in rows.models():
        fields = list(model._meta.concrete_fields)
        values = model._base_manager.order_by("pk").values_list(*[one.attname for one in fields])
        if not rows.label(model).startswith("audit."):
            found[rows.label(model)] = [rows._line(fields, row) for row in values]
    return found


def files(home: Path) -> dict[str, bytes]:
    kept = [path for top in ("tables", "evidence") for path in (home / top).rglob("*") if path.is_file()]
    return {path.relative_to(home).as_posix(): path.read_bytes() for path in kept if not path.name.startswith(".")}


@db
def test_what_is_restored_is_equal(works, settings, tmp_path):
    home = Path(settings.HOME)
    before, kept = content(), files(home)
    file = tmp_path / "all.tujing"
    manifest = services.backup(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert {part.name for part in manifest.files} == {f"files/{name}" for name in kept}
    assert not [path for path in home.iterdir() if path.name.startswith(".backup")]
    works.adoptions.all().delete()
    Organisation.objects.all().delete()
    get_user_model().objects.all().delete()
    (home / "tables" / "a" / "work_order" / "v000001.parquet").write_bytes(b"changed")
    (home / "tables" / "new").mkdir()
    done = services.restore(file, replace=True)
    assert content() == before and files(home) == kept
    assert not (home / "tables" / "new").exists()
    assert done.has_key and not done.key_changed
    assert get_user_model().objects.get().check_password("a good pass word")
    assert not [path for path in home.iterdir() if path.name.startswith(".")]
    # New rows get new numbers: the counters went along.
    last = KpiRecord.objects.order_by("-pk")[0]
    told = {"kpi": "x", "value": 1, "unit": "", "measured": timezone.now(), "source": "t"}
    assert KpiRecord.objects.create(organisation=works, adoption_id=last.adoption_id, **told).pk == last.pk + 1


@db
def test_a_second_backup_of_what_was_restored_is_the_same(works, tmp_path):
    first = services.backup(tmp_path / "first.tujing")
    services.restore(tmp_path / "first.tujing", replace=True)
    second = services.backup(tmp_path / "second.tujing")
    one, two = ({part.name: part.sha256 for part in which.parts} for which in (first, second))
    changed = {name for name in one if one[name] != two.get(name)}
    assert changed <= {"rows/audit.auditevent.jsonl"}, "only that it was restored is new"
    assert first.rows + 1 == second.rows


@db
def test_nothing_is_restored_over_data_unless_one_says_so_and_then_it_is_backed_up_first(works, settings, tmp_path):
    services.backup(tmp_path / "all.tujing")
    with pytest.raises(BadInput) as refused:
        services.restore(tmp_path / "all.tujing")
    assert refused.value.problems[0].code == "workspace_not_empty"
    Organisation.objects.filter(pk=works.pk).update(name={"zh": "改过", "en": "Changed"})
    done = services.restore(tmp_path / "all.tujing", replace=True)
    assert Organisation.objects.get().name["en"] == "Works"
    assert done.safety is not None and services.backups() == [done.safety]
    services.restore(done.safety, replace=True)
    assert Organisation.objects.get().name["en"] == "Changed", "and there is a way back"


@db
def test_a_backup_made_while_a_writer_writes_is_of_one_moment(works, tmp_path, monkeypatch):
    """The writer moves an amount between two rows: in any moment the two come to 1000, and rows come in pairs."""
    adoption = works.adoptions.get()
    common = {"organisation": works, "adoption": adoption, "unit": "CNY", "measured": timezone.now(), "source": "t"}
    KpiRecord.objects.all().delete()
    left = KpiRecord.objects.create(kpi="left", value=1000, **common)
    right = KpiRecord.objects.create(kpi="right", value=0, **common)
    stop, written = threading.Event(), []

    def write() -> None:
        try:
            while not stop.is_set():
                with transaction.atomic():
                    amount = len(written) + 1
                    KpiRecord.objects.filter(pk=left.pk).update(value=1000 - amount)
                    KpiRecord.objects.create(kpi="pair", value=amount, **common)
                    KpiRecord.objects.create(kpi="pair", value=-amount, **common)
                    KpiRecord.objects.filter(pk=right.pk).update(value=amount)
                written.append(amount)
        finally:
            connections.close_all()

    # The writer gets through while the rows go out: each part waits for a further transaction of it.
    real = archive.Writer.add_lines

    def slow(self, name, lines):
        count = len(written)
        for _ in range(200):
            if len(written) > count or stop.wait(0.01):
                break
        return real(self, name, lines)

    monkeypatch.setattr(archive.Writer, "add_lines", slow)
    thread = threading.Thread(target=write)
    thread.start()
    try:
        services.backup(tmp_path / "live.tujing")
    finally:
        stop.set()
        thread.join()
    assert len(written) > 5
    monkeypatch.undo()
    services.restore(tmp_path / "live.tujing", replace=True)
    held = {row.kpi: row.value for row in KpiRecord.objects.filter(kpi__in=("left", "right"))}
    assert held["left"] + held["right"] == 1000
    pairs = list(KpiRecord.objects.filter(kpi="pair").values_list("value", flat=True))
    assert sum(pairs) == 0 and len(pairs) == 2 * held["right"] and held["right"] < len(written)
    told = AuditEvent.objects.filter(kind="adoption.kpirecord", action="created", words__zh="pair").count()
    assert told == len(pairs), "the trail is of the same moment"


@db
def test_the_key_comes_back_under_its_passphrase_only(works, settings, tmp_path):
    home = Path(settings.HOME)
    (home / "secret_key").write_text("the old key")
    services.backup(tmp_path / "all.tujing", passphrase="twelve letters")
    with zipfile.ZipFile(tmp_path / "all.tujing") as box:
        packed = b"".join(box.read(name) for name in box.namelist())
    assert settings.SECRET_KEY.encode() not in packed
    original = settings.SECRET_KEY
    settings.SECRET_KEY = "another installation's key, long enough"
    with pytest.raises(BadInput) as refused:
        services.restore(tmp_path / "all.tujing", passphrase="wrong letters", replace=True)
    assert refused.value.problems[0].code == "wrong_passphrase"
    assert not services.restore(tmp_path / "all.tujing", replace=True).has_key
    done = services.restore(tmp_path / "all.tujing", passphrase="twelve letters", replace=True)
    assert done.has_key and done.key_changed
    assert (home / "secret_key").read_text() == original
    assert stat.S_IMODE((home / "secret_key").stat().st_mode) == 0o600
    assert (home / "secret_key.before-restore").read_text() == "the old key"


def test_a_short_passphrase_is_refused_and_a_sealed_key_opens():
    with pytest.raises(BadInput):
        keys.seal("key", "short")
    sealed = keys.seal("key", "long enough it is")
    assert keys.unseal(sealed, "long enough it is") == "key"
    assert keys.fingerprint("key") == keys.fingerprint("key") != keys.fingerprint("other")


# --- files that are no honest backup --------------------------------------------------------------------------------


@pytest.fixture
def honest(works, tmp_path) -> Path:
    file = tmp_path / "honest.tujing"
    services.backup(file)
    return file


def _rewritten(honest: Path, change) -> Path:
    """The archive again, after `change(parts)` on its name → bytes."""
    with zipfile.ZipFile(honest) as box:
        parts = {name: box.read(name) for name in box.namelist()}
    change(parts)
    made = honest.with_name("changed.tujing")
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as box:
        for name, content in parts.items():
            box.writestr(name, content)
    return made


def _manifest(parts, **changes):
    document = json.loads(parts["manifest.json"]) | changes
    parts["manifest.json"] = json.dumps(document).encode()
    return document


def _cut_off(honest):
    honest.write_bytes(honest.read_bytes()[: honest.stat().st_size // 2])
    return honest


def _one_bit(honest):
    content = bytearray(honest.read_bytes())
    place = content.index(b"\x00PAR1")
    content[place] ^= 1
    honest.write_bytes(content)
    return honest


def _no_zip(honest):
    honest.write_bytes(b"not a zip at all")
    return honest


def _other_zip(honest):
    return _rewritten(honest, lambda parts: parts.pop("manifest.json"))


def _row_changed(honest):
    def change(parts):
        parts["rows/enterprise.organisation.jsonl"] = parts["rows/enterprise.organisation.jsonl"].replace(
            b"Works", b"Wares"
        )

    return _rewritten(honest, change)


def _part_missing(honest):
    return _rewritten(honest, lambda parts: parts.pop("rows/auth.user.jsonl"))


def _part_more(honest):
    return _rewritten(honest, lambda parts: parts.update({"files/more.txt": b"x"}))


def _other_format(honest):
    return _rewritten(honest, lambda parts: _manifest(parts, format="tujing-backup/9"))


def _not_the_schema(honest):
    return _rewritten(honest, lambda parts: _manifest(parts, tables="no list"))


def _newer(honest):
    def change(parts):
        held = json.loads(parts["manifest.json"])["migrations"]
        _manifest(parts, migrations=held | {"enterprise": "0999_from_the_future"})

    return _rewritten(honest, change)


def _slip(name):
    def make(honest):
        import hashlib

        def change(parts):
            document = json.loads(parts["manifest.json"])
            part = {"name": name, "size": 1, "sha256": hashlib.sha256(b"x").hexdigest()}
            _manifest(parts, files=[*document["files"], part])
            parts[name] = b"x"

        return _rewritten(honest, change)

    return make


def _link(honest):
    made = _slip("files/link")(honest)
    with zipfile.ZipFile(made) as box:
        parts = [(info, box.read(info)) for info in box.infolist()]
    with zipfile.ZipFile(made, "w") as box:
        for info, content in parts:
            if info.filename == "files/link":
                info.external_attr = (stat.S_IFLNK | 0o777) << 16
            box.writestr(info, content)
    return made


def _bomb(honest):
    return _rewritten(honest, lambda parts: parts.update({"files/zeros.bin": b"\0" * 40_000_000}))


def _twice(honest):
    made = _rewritten(honest, lambda parts: None)
    with pytest.warns(UserWarning), zipfile.ZipFile(made, "a") as box:
        box.writestr("rows/auth.user.jsonl", b"")
    return made


def _bad_row(honest):
    import hashlib

    def change(parts):
        bad = b'["no id","slug"]\n'
        document = json.loads(parts["manifest.json"])
        for table in document["tables"]:
            if table["model"] == "enterprise.organisation":
                table |= {"size": len(bad), "sha256": hashlib.sha256(bad).hexdigest()}
        _manifest(parts, tables=document["tables"])
        parts["rows/enterprise.organisation.jsonl"] = bad

    return _rewritten(honest, change)


def _orphans(honest):
    import hashlib

    def change(parts):
        document = json.loads(parts["manifest.json"])
        for table in document["tables"]:
            if table["model"] == "enterprise.organisation":
                table |= {"size": 0, "sha256": hashlib.sha256(b"").hexdigest()}
        _manifest(parts, tables=document["tables"])
        parts["rows/enterprise.organisation.jsonl"] = b""

    return _rewritten(honest, change)


@db
@pytest.mark.parametrize(
    ("make", "code"),
    [
        (_cut_off, "damaged_backup"),
        (_one_bit, "damaged_backup"),
        (_no_zip, "damaged_backup"),
        (_other_zip, "no_backup"),
        (_row_changed, "damaged_backup"),
        (_part_missing, "damaged_backup"),
        (_part_more, "damaged_backup"),
        (_other_format, "foreign_backup"),
        (_not_the_schema, "damaged_backup"),
        (_newer, "newer_backup"),
        (_slip("files/../../outside.txt"), "hostile_backup"),
        (_slip("/etc/outside.txt"), "hostile_backup"),
        (_slip("files/..\\outside.txt"), "hostile_backup"),
        (_slip("files/C:/outside.txt"), "hostile_backup"),
        (_slip("secret_key"), "hostile_backup"),
        (_link, "hostile_backup"),
        (_bomb, "hostile_backup"),
        (_twice, "hostile_backup"),
        (_bad_row, "bad_backup_row"),
        (_orphans, "rows_do_not_fit"),
    ],
)
def test_a_file_that_is_no_honest_backup_is_refused_and_changes_nothing(honest, settings, make, code):
    made = make(honest)
    before, kept = content(), files(Path(settings.HOME))
    with pytest.raises(BadInput) as refused:
        services.restore(made, replace=True)
    problem = refused.value.problems[0]
    assert problem.code == code and problem.sentence("zh") != problem.sentence("en")
    assert content() == before and files(Path(settings.HOME)) == kept
    hidden = [path.name for path in Path(settings.HOME).iterdir() if path.name.startswith(".")]
    assert hidden == [] and not (Path(settings.HOME).parent / "outside.txt").exists()


@db
def test_a_restore_that_breaks_at_the_very_end_leaves_rows_and_files_as_they_were(honest, settings, monkeypatch):
    Organisation.objects.update(name={"zh": "现在", "en": "Now"})
    (Path(settings.HOME) / "tables" / "a" / "now.parquet").write_bytes(b"now")
    before, kept = content(), files(Path(settings.HOME))

    def broken(*_):
        raise OSError("the disk went away")

    monkeypatch.setattr(rows, "copy_into_live" if connection.vendor == "sqlite" else "_fill", broken)
    with pytest.raises(OSError, match="the disk went away"):
        services.restore(honest, replace=True)
    assert content() == before and files(Path(settings.HOME)) == kept


@db
def test_there_must_be_room(honest, monkeypatch):
    import shutil
    from collections import namedtuple

    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(1, 1, 1))
    with pytest.raises(BadInput) as refused:
        services.restore(honest, replace=True)
    assert refused.value.problems[0].code == "disk_full"


@db
def test_a_backup_never_overwrites_a_file_and_leaves_none_when_it_fails(works, tmp_path, monkeypatch):
    (tmp_path / "there.tujing").write_text("mine")
    with pytest.raises(BadInput):
        services.backup(tmp_path / "there.tujing")
    assert (tmp_path / "there.tujing").read_text() == "mine"
    monkeypatch.setattr(os, "replace", lambda *_: (_ for _ in ()).throw(OSError("no")))
    with pytest.raises(BadInput) as refused:
        services.backup(tmp_path / "new.tujing")
    assert refused.value.problems[0].code == "cannot_write"
    assert sorted(path.name for path in tmp_path.iterdir() if "new" in path.name) == []
