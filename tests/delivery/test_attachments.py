"""Documents of a project are kept by their hash, can be taken away and put back, and are nobody else's."""

import pytest
from tests.delivery.examples import PROJECTS

from tujing.delivery.attachment_services import attach, attached_file, set_removed
from tujing.delivery.models import LevelProject
from tujing.delivery.services import adopt_plan
from tujing.enterprise.models import Organisation
from tujing.problems import BadInput

pytestmark = pytest.mark.django_db


def test_a_document_is_kept_taken_away_and_put_back(organisation):
    adopt_plan(organisation, PROJECTS[1:])
    project = LevelProject.objects.get()
    kept = attach(organisation, project.pk, "../验收报告.pdf", b"%PDF-1.7 x", "li", " 初验 ")
    assert (kept.name, kept.note, kept.size) == ("验收报告.pdf", "初验", 10)
    assert attached_file(organisation, kept.pk) == (kept, b"%PDF-1.7 x")
    assert set_removed(organisation, kept.pk, "li", True).removed
    assert set_removed(organisation, kept.pk, "li", False).removed is None
    stranger = Organisation.objects.create(slug="stranger", name={"zh": "别家", "en": "Stranger"})
    assert attached_file(stranger, kept.pk) is None
    for refused in (
        lambda: attach(stranger, project.pk, "a.pdf", b"%PDF-", "li"),
        lambda: set_removed(stranger, kept.pk, "li", True),
        lambda: attach(organisation, project.pk, "a.exe", b"MZ", "li"),
        lambda: attach(organisation, project.pk, "a.pdf", b"", "li"),
    ):
        with pytest.raises(BadInput):
            refused()
    assert project.attachments.count() == 1
