"""The bell, the list, the preferences and the mail."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from tujing.adoption.services import current_cycle, ensure
from tujing.delivery.models import Milestone
from tujing.notices import services
from tujing.notices.about import About
from tujing.notices.models import Notice
from tujing.runtime import jobs
from tujing.runtime.models import Job, JobStatus
from tujing.web.tasks.notices import MAIL, MORNING, tell_late_milestones
from tujing.words import Text

HTMX = {"HX-Request": "true"}


@pytest.fixture
def about(organisation):
    return About("scenario", "production/scheduling", Text(zh="排程排产", en="Scheduling"))


@pytest.fixture
def anna(organisation, sign_in):
    client = sign_in(organisation, name="anna")
    person = get_user_model().objects.get(username="anna")
    person.email = "anna@example.com"
    person.save()
    client.person = person
    return client


def tell(organisation, anna, about, kind="mention", words="请看排产"):
    return services.notify(organisation, [anna.person], kind, Text(zh=words, en="Look"), about)[0]


def test_the_bell_counts_and_a_notice_leads_to_its_object(organisation, anna, about):
    told = tell(organisation, anna, about)
    assert ">1<" in anna.get(reverse("notices_count")).content.decode()
    assert "请看排产" in anna.get(reverse("notices_latest")).content.decode()
    opened = anna.get(reverse("notices_open", args=[told.pk]), follow=True)
    assert opened.redirect_chain[-1][0] == reverse("atlas_card", args=["production/scheduling"])
    assert anna.get(reverse("notices_count")).content.decode().strip() == ""


def test_all_are_read_and_unread_again(organisation, anna, about):
    for _ in range(3):
        tell(organisation, anna, about)
    done = anna.post(reverse("notices_read_all"), headers=HTMX)
    assert services.unread(organisation, anna.person) == 0
    anna.post(json.loads(done.headers["HX-Trigger"])["tujing:toast"]["undo"], headers=HTMX)
    assert services.unread(organisation, anna.person) == 3


def test_a_notice_is_its_readers_alone(organisation, anna, about, sign_in):
    told = tell(organisation, anna, about)
    other = sign_in(organisation, name="ben")
    assert other.get(reverse("notices_open", args=[told.pk])).status_code == 404
    assert other.post(reverse("notices_mark", args=[told.pk]), {"read": "1"}).status_code == 404
    other.post(f"{reverse('notices_unread_again')}?keys={told.pk},x,-1")
    assert services.unread(organisation, anna.person) == 1


def test_a_long_list_has_pages_and_can_be_narrowed(organisation, anna, about, django_assert_max_num_queries):
    rows = [
        Notice(
            organisation=organisation,
            person=anna.person,
            kind="mention",
            words={"zh": f"通知{n}。", "en": "x"},
            about_kind="plan",
            about_key="1",
            read=timezone.now() if n % 2 else None,
        )
        for n in range(70)
    ]
    Notice.objects.bulk_create(rows)
    with django_assert_max_num_queries(24):
        page = anna.get(reverse("notices")).content.decode()
    assert page.count('class="unread"') == 15
    assert anna.get(reverse("notices"), {"only": "unread", "page": "2"}).content.decode().count('class="unread"') == 5


def test_preferences_are_kept_and_bad_ones_refused(organisation, anna, about):
    page = reverse("notices_preferences")
    assert "TUJING_SMTP_HOST" in anna.get(page).content.decode()
    wished = {f"mail-{one.kind}": "never" for one in services.wishes(anna.person)}
    assert anna.post(page, wished).status_code == 302
    assert services.notify(organisation, [anna.person], "mention", Text(zh="一", en="x"), about) == []
    assert anna.post(page, wished | {"mail-mention": "by pigeon"}).status_code == 422


def work(job: Job) -> Job:
    claimed = jobs.claim()
    assert claimed is not None and claimed.pk == job.pk
    jobs.handler(claimed.kind)(claimed)
    claimed.refresh_from_db()
    return claimed


def test_mail_goes_at_once_by_a_job(organisation, anna, about, settings, django_capture_on_commit_callbacks):
    settings.EMAIL_HOST = "mail.example.com"
    settings.SITE_URL = "https://tujing.example.com"
    with django_capture_on_commit_callbacks(execute=True):
        told = tell(organisation, anna, about)
    done = work(Job.objects.get(kind=MAIL))
    assert done.status == JobStatus.DONE and done.payload["result"] == {"sent": 1}
    letter = mail.outbox[0]
    assert letter.to == ["anna@example.com"] and "请看排产" in letter.subject and "Look" in letter.body
    assert f"https://tujing.example.com/notices/{told.pk}/open/" in letter.body
    assert jobs.claim() is None, "the mail job tells nobody that it is done"


def test_without_a_mail_server_nothing_is_queued(organisation, anna, about, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        tell(organisation, anna, about)
    assert not Job.objects.exists()


def test_a_line_break_in_what_is_told_breaks_no_header(organisation, anna, about, settings):
    from tujing.web.tasks.notices import send

    settings.EMAIL_HOST = "mail.example.com"
    tell(organisation, anna, about, words="一\nBcc: all@example.com")
    assert send(organisation, "at_once") == 1
    assert "\n" not in mail.outbox[0].subject


@pytest.fixture
def milestone(organisation):
    adoption = ensure(organisation, "production/scheduling", current_cycle(organisation))
    due = timezone.localdate() - timedelta(days=3)
    name = {"zh": "数据就绪", "en": "Data ready"}
    return Milestone.objects.create(
        organisation=organisation, adoption=adoption, position=1, kind="data_ready", name=name, due=due
    )


def test_each_morning_what_is_late_is_told_once_and_the_digest_goes(organisation, anna, milestone, settings):
    settings.EMAIL_HOST = "mail.example.com"
    for told, sent in ((1, 1), (0, 0)):
        done = work(jobs.enqueue(organisation, MORNING, {}))
        assert done.payload["result"] == {"late": told, "sent": sent}
    assert "数据就绪" in mail.outbox[0].body
    milestone.passed = True
    milestone.save()
    assert tell_late_milestones(organisation, timezone.localdate()) == []


@pytest.mark.parametrize(
    ("status", "age", "kinds"),
    [(JobStatus.DONE, 5, []), (JobStatus.DONE, 60, ["job_done"]), (JobStatus.FAILED, 5, ["job_failed"])],
)
def test_who_started_a_job_is_told_how_it_ended(organisation, anna, status, age, kinds):
    made = jobs.enqueue(organisation, "run", {"scenario": "production/scheduling"}, anna.person)
    Job.objects.filter(pk=made.pk).update(created=timezone.now() - timedelta(seconds=age))
    jobs.finish(jobs.claim(), status)
    told = list(services.notices(organisation, anna.person))
    assert [one.kind for one in told] == kinds
    assert all("排程排产" in one.words["zh"] for one in told)
