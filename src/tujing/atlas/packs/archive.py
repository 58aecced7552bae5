"""A pack as one file to hand on: a zip with `pack.yaml` (who, which version, a checksum) and the scenarios.

The checksum tells an accident or a careless edit; whoever means harm can compute it anew. It is no digital signature.
"""

from __future__ import annotations

import hashlib
import stat
import tempfile
import zipfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path, PurePosixPath

import yaml
from pydantic import BaseModel, ConfigDict, Field

from tujing.atlas.manifest import Manifest
from tujing.atlas.packs.folder import as_yaml, read_folder
from tujing.problems import check_model, read_yaml, refuse
from tujing.words import Text

CARD = "pack.yaml"
FORMAT = 1
LARGEST_UNPACKED = 50 * 1024 * 1024
MOST_FILES = 5_000
LONG_AGO = (2000, 1, 1, 0, 0, 0)
"""Time of every file in the zip, so that the same content gives the same bytes."""


class PackCard(BaseModel):
    """Who publishes a pack, and which version this is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: int = FORMAT
    id: str = Field(pattern=r"^[a-z][a-z0-9_-]*$")
    version: str = Field(pattern=r"^\d+\.\d+\.\d+$")
    """Semantic version; `tujing atlas diff` tells the step."""
    title: Text
    publisher: str = Field(min_length=1)
    checksum: str = ""
    """SHA-256 over the scenarios, filled in when the pack is written."""


def as_archive(card: PackCard, manifests: Mapping[str, Manifest]) -> bytes:
    """Returns the zip; the same content gives the same bytes."""
    files = {f"{id}/scenario.yaml": as_yaml(manifest) for id, manifest in sorted(manifests.items())}
    signed = card.model_copy(update={"checksum": checksum(manifests)})
    files[CARD] = yaml.safe_dump(signed.model_dump(mode="json"), allow_unicode=True, sort_keys=False)
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name, LONG_AGO), text)
    return buffer.getvalue()


def read_archive(path: Path) -> tuple[PackCard, dict[str, Manifest]]:
    """Reads a pack whole.

    Raises
    ------
    BadInput
        When the file is no zip, unpacks too large, or holds a path that leads elsewhere, a link or a stray file; when
        it is of a newer format, its checksum differs from its content, or a scenario breaks a rule.
    """
    with tempfile.TemporaryDirectory(prefix="tujing-pack-") as place:
        folder = Path(place)
        _unpack(path, folder)
        card = _card(folder / CARD, path)
        manifests = read_folder(folder)
    if card.checksum != checksum(manifests):
        raise refuse(
            "bad_checksum",
            "校验值与内容不一致，包在导出后被改过；请向发布者重新索取。",
            "The checksum differs from the content: the pack was changed after its export; ask for it again.",
            file=path,
            key="checksum",
        )
    return card, manifests


def checksum(manifests: Mapping[str, Manifest]) -> str:
    """Returns the SHA-256 over the scenarios' content, whatever the order or wording of their files."""
    digest = hashlib.sha256()
    for id, manifest in sorted(manifests.items()):
        digest.update(f"{id}\n{manifest.model_dump_json()}\n".encode())
    return digest.hexdigest()


def _card(path: Path, archive: Path) -> PackCard:
    content = read_yaml(path)
    if isinstance(content, dict) and content.get("format", FORMAT) != FORMAT:
        raise refuse(
            "other_format",
            f"包的格式是 {content.get('format')}，本版本只认 {FORMAT}；请升级图景，或请发布者重新导出。",
            f"The pack's format is {content.get('format')}, this version reads {FORMAT}; upgrade Tujing or ask again.",
            file=archive,
            key="format",
        )
    return check_model(PackCard, content, f"{archive}/{CARD}")


def _unpack(path: Path, folder: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            members = [one for one in archive.infolist() if not one.is_dir()]
            _check(path, members)
            for member in members:
                target = folder / member.filename
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(archive.read(member))
    except FileNotFoundError:
        zh, en = "找不到这个文件，请检查路径。", "No such file; check the path."
        raise refuse("missing_file", zh, en, file=path) from None
    except (OSError, zipfile.BadZipFile, RuntimeError) as error:
        zh, en = "不是有效的 zip 包，请重新下载。", "Not a valid zip; download it again."
        raise refuse("bad_archive", zh, en, file=path, detail=str(error)) from error


def _check(path: Path, members: list[zipfile.ZipInfo]) -> None:
    if len(members) > MOST_FILES or sum(one.file_size for one in members) > LARGEST_UNPACKED:
        zh, en = (
            "包过大（展开超过 50 MB 或 5000 个文件）。",
            "The pack is too large (over 50 MB or 5000 files unpacked).",
        )
        raise refuse("too_large", zh, en, file=path)
    for one in members:
        parts = PurePosixPath(one.filename).parts
        known = parts == (CARD,) or (len(parts) == 3 and parts[-1] == "scenario.yaml")
        if not known or ".." in parts or stat.S_ISLNK(one.external_attr >> 16):
            zh = f"包里有不该有的文件 {one.filename}，拒绝导入。"
            en = f"The pack holds {one.filename}, which no pack has; refused."
            raise refuse("stray_file", zh, en, file=path, value=one.filename)
    if CARD not in {one.filename for one in members}:
        zh, en = f"包里没有 {CARD}。", f"The pack has no {CARD}."
        raise refuse("no_card", zh, en, file=path)
