import zipfile

import pytest
import yaml

from tujing.atlas.loader import atlas
from tujing.atlas.packs.archive import CARD, PackCard, as_archive, read_archive
from tujing.cli.main import main
from tujing.problems import BadInput
from tujing.words import Text

PACK = PackCard(id="steel", version="1.2.0", title=Text(zh="钢铁", en="Steel"), publisher="协会")


@pytest.fixture
def pack(tmp_path):
    path = tmp_path / "steel.zip"
    path.write_bytes(
        as_archive(PACK, {name: atlas().manifests[name] for name in ("production/safety", "production/carbon")})
    )
    return path


def rewritten(path, change):
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    change(files)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def test_a_pack_goes_and_comes_back_and_the_same_content_is_the_same_file(pack):
    card, manifests = read_archive(pack)
    assert (card.id, card.version, card.publisher) == ("steel", "1.2.0", "协会")
    assert manifests == {name: atlas().manifests[name] for name in ("production/carbon", "production/safety")}
    assert as_archive(PACK, manifests) == pack.read_bytes()


def edit(name, before, after):
    def change(files):
        assert before in files[name]
        files[name] = files[name].replace(before, after)

    return change


def newer(files):
    files[CARD] = yaml.safe_dump({**yaml.safe_load(files[CARD]), "format": 2}).encode()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (edit("production/safety/scenario.yaml", "隐患".encode(), "问题".encode()), "bad_checksum"),
        (lambda files: files.pop("production/safety/scenario.yaml"), "bad_checksum"),
        (lambda files: files.update({"../../evil.yaml": b"x"}), "stray_file"),
        (lambda files: files.update({"/etc/passwd": b"x"}), "stray_file"),
        (lambda files: files.update({"a/../scenario.yaml": b"x"}), "stray_file"),
        (lambda files: files.update({"run.py": b"import os"}), "stray_file"),
        (lambda files: files.pop(CARD), "no_card"),
        (newer, "other_format"),
        (edit("production/safety/scenario.yaml", b"schema_version: 1", b"schema_version: ["), "bad_yaml"),
        (lambda files: files.update({"a/b/scenario.yaml": b"0" * (51 * 1024 * 1024)}), "too_large"),
    ],
)
def test_a_pack_that_was_tampered_with_is_refused_whole(pack, change, code):
    with pytest.raises(BadInput) as caught:
        read_archive(rewritten(pack, change))
    assert caught.value.problems[0].code == code


def test_what_is_no_pack(tmp_path):
    fake = tmp_path / "fake.zip"
    fake.write_bytes(b"no zip")
    for path, code in ((fake, "bad_archive"), (tmp_path / "none.zip", "missing_file")):
        with pytest.raises(BadInput) as caught:
            read_archive(path)
        assert caught.value.problems[0].code == code


def test_the_commands(tmp_path, capsys):
    path = tmp_path / "all.zip"
    assert main(["atlas", "export", str(path), "--format", "pack", "--pack", "all", "--version", "1.0.0"]) == 0
    assert main(["atlas", "import", str(path), str(tmp_path / "out")]) == 0
    assert main(["atlas", "diff", str(path)]) == 0
    assert "none" in capsys.readouterr().out
    assert main(["atlas", "export", str(path), "--format", "pack", "--version", "one"]) == 2
