"""Where versions live: part files in the home folder, one row each in the database, and never one without the other.

tables/<organisation id>/<element>/v000001.parquet
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from tujing.dataspace.models import TableVersion
from tujing.elements.definition import Element
from tujing.elements.definition import element as element_named
from tujing.enterprise.models import Organisation
from tujing.problems import refuse


def folder(organisation: Organisation, element: str) -> Path:
    return Path(settings.HOME) / "tables" / str(organisation.pk) / element


def paths(version: TableVersion) -> list[Path]:
    """Returns the version's part files in order."""
    home = folder(version.organisation, version.element)
    return [home / name for name in version.files]


def current(organisation: Organisation, element: str) -> TableVersion | None:
    return (
        TableVersion.objects.filter(organisation=organisation, element=element, active=True)
        .select_related("organisation")
        .first()
    )


def currents(organisation: Organisation) -> dict[str, TableVersion]:
    """Returns the current version of every element that has one."""
    found = TableVersion.objects.filter(organisation=organisation, active=True).select_related("organisation")
    return {version.element: version for version in found.order_by("element")}


def reject_path(organisation: Organisation, element: str) -> Path:
    """Returns a fresh name for a reject file; nothing a user typed is in it."""
    stamp = f"{timezone.localtime():%Y%m%d-%H%M%S}-{uuid.uuid4().hex[:8]}"
    return Path(settings.HOME) / "rejects" / str(organisation.pk) / f"{element}-{stamp}.csv"


@contextmanager
def incoming(organisation: Organisation, element: str) -> Iterator[Path]:
    """Lends a file name to write a part to; whatever is left there at the end is removed."""
    home = folder(organisation, element)
    home.mkdir(parents=True, exist_ok=True)
    part = home / f".incoming-{uuid.uuid4().hex}.parquet"
    try:
        yield part
    finally:
        part.unlink(missing_ok=True)


def commit(
    organisation: Organisation,
    element: Element,
    part: Path,
    rows: int,
    *,
    based_on: TableVersion | None,
    mode: str,
    source: str,
    by: str,
) -> TableVersion:
    """Makes a written part the current version. The file gets its name first, the row comes last.

    Raises
    ------
    BadInput
        When somebody else changed the table since `based_on` was read.
    """
    digest = _sha256(part)
    named: Path | None = None
    try:
        with transaction.atomic():
            # One writer per organisation at a time, on both databases.
            Organisation.objects.select_for_update().get(pk=organisation.pk)
            active = current(organisation, element.name)
            if active != based_on:
                raise refuse(
                    "changed_meanwhile",
                    "导入期间这张表已被他人更新，请重新导入。",
                    "The table was changed by someone else during the import; import again.",
                    value=element.name,
                )
            last = TableVersion.objects.filter(organisation=organisation, element=element.name).aggregate(
                n=Max("number")
            )
            number = (last["n"] or 0) + 1
            named = part.with_name(f"v{number:06d}.parquet")
            part.rename(named)
            earlier = active if mode == "append" else None
            if active:
                TableVersion.objects.filter(pk=active.pk).update(active=False)
            return TableVersion.objects.create(
                organisation=organisation,
                element=element.name,
                element_version=element.version,
                number=number,
                previous=active,
                files=[*(earlier.files if earlier else []), named.name],
                rows=rows + (earlier.rows if earlier else 0),
                sha256=hashlib.sha256((earlier.sha256 + digest).encode()).hexdigest() if earlier else digest,
                mode=mode,
                source=source[:200],
                created_by=by[:150],
            )
    except BaseException:
        if named is not None:
            named.unlink(missing_ok=True)
        raise


def reinstate(version: TableVersion, *, note: str, by: str) -> TableVersion:
    """Makes an earlier state current as a new version over the same files; undoing it goes back to what stood before.

    Raises
    ------
    BadInput
        When it is the current version already, or its columns are no longer the element's.
    """
    organisation = version.organisation
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=organisation.pk)
        active = current(organisation, version.element)
        if active == version:
            raise refuse(
                "is_current", "这已是当前版本，无需恢复。", "This is the current version already.", value=str(version)
            )
        if version.element_version != element_named(version.element).version:
            raise refuse(
                "older_definition",
                "这个版本的列定义与现在不同，不能直接恢复；请重新导入原文件。",
                "The columns of this version are not those of today; import the original file again.",
                value=str(version),
            )
        mine = TableVersion.objects.filter(organisation=organisation, element=version.element)
        if active:
            mine.filter(pk=active.pk).update(active=False)
        return TableVersion.objects.create(
            organisation=organisation,
            element=version.element,
            element_version=version.element_version,
            number=(mine.aggregate(n=Max("number"))["n"] or 0) + 1,
            previous=active,
            files=version.files,
            rows=version.rows,
            sha256=version.sha256,
            mode="restore",
            source=f"version:{version.number}",
            note=note[:300],
            created_by=by[:150],
            measured=version.measured,
            profile=version.profile,
        )


def step_back(organisation: Organisation, element: str) -> TableVersion | None:
    """Makes the version before the current one current again; none when there was none before.

    Raises
    ------
    BadInput
        When the element has no current version.
    """
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=organisation.pk)
        active = current(organisation, element)
        if active is None:
            raise refuse(
                "nothing_to_undo",
                "这个数据要素没有可撤销的导入。",
                "This data element has no import to undo.",
                value=element,
            )
        TableVersion.objects.filter(pk=active.pk).update(active=False)
        if active.previous is not None:
            TableVersion.objects.filter(pk=active.previous.pk).update(active=True)
        return current(organisation, element)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
