"""Documents of a project: files kept by their hash. What is taken away can be put back."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.utils import timezone

from tujing.delivery.models import Attachment
from tujing.delivery.reading_services import projects
from tujing.enterprise import files
from tujing.enterprise.models import Organisation
from tujing.problems import refuse


def attach(
    organisation: Organisation, project_id: int, name: str, content: bytes, by: str, note: str = ""
) -> Attachment:
    """Keeps a file with a project of the open cycle.

    Raises
    ------
    BadInput
        When there is no such project, or the file is not taken (see `enterprise/files.py`).
    """
    project = projects(organisation).filter(pk=project_id).first()
    if project is None:
        raise refuse("no_project", "没有这个项目。", "There is no such project.", value=str(project_id))
    kept = files.keep(_folder(organisation), content, name)
    return Attachment.objects.create(
        organisation=organisation,
        project=project,
        name=kept.name,
        note=note.strip()[:200],
        sha256=kept.sha256,
        size=kept.size,
        media_type=kept.media_type,
        by=by,
    )


def attached_file(organisation: Organisation, attachment_id: int) -> tuple[Attachment, bytes] | None:
    """Returns a document with its content; None when the organisation has no such file."""
    found = Attachment.objects.filter(organisation=organisation, pk=attachment_id).first()
    if found is None:
        return None
    path = files.path_of(_folder(organisation), found.sha256)
    return (found, path.read_bytes()) if path.is_file() else None


def set_removed(organisation: Organisation, attachment_id: int, by: str, removed: bool) -> Attachment:
    """Takes a document away or puts it back.

    Raises
    ------
    BadInput
        When the organisation has no such document.
    """
    found = Attachment.objects.filter(organisation=organisation, pk=attachment_id).first()
    if found is None:
        raise refuse("no_document", "没有这份文件。", "There is no such document.", value=str(attachment_id))
    found.removed, found.removed_by = (timezone.now(), by) if removed else (None, "")
    found.save(update_fields=["removed", "removed_by"])
    return found


def _folder(organisation: Organisation) -> Path:
    return Path(settings.HOME) / "documents" / str(organisation.pk)
