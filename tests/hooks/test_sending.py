"""Hooks hear what happens, deliveries arrive once, and what does not arrive is tried again and then given up."""

from __future__ import annotations

import json
import threading
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.utils import timezone

from tujing.adoption.services import current_cycle, ensure
from tujing.delivery.models import Evidence, Milestone
from tujing.enterprise.models import Organisation
from tujing.hooks import happening_services, sending_services, services
from tujing.hooks.formats import signature
from tujing.hooks.models import Delivery, Hook
from tujing.planning.models import Plan
from tujing.problems import BadInput
from tujing.runtime.jobs import claim, handler
from tujing.runtime.models import Job
from tujing.words import Text

WORDS = Text(zh="测试", en="Test")


class Receiver(BaseHTTPRequestHandler):
    status, got = 204, []

    def do_POST(self):
        content = self.rfile.read(int(self.headers["Content-Length"]))
        Receiver.got.append((self.path, dict(self.headers), content))
        self.send_response(Receiver.status)
        if Receiver.status == 302:
            self.send_header("Location", "http://169.254.169.254/")
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def receiver(settings, monkeypatch):
    """A program on this machine, which whoever runs the server has allowed."""
    settings.HOOK_NETWORKS, settings.HOOK_PLAIN = "127.0.0.1", True
    monkeypatch.setattr(sending_services, "PAUSE_SECONDS", 0.0)
    monkeypatch.setattr(Receiver, "status", 204)
    monkeypatch.setattr(Receiver, "got", [])
    server = HTTPServer(("127.0.0.1", 0), Receiver)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/in?key=1"
    server.shutdown()
    thread.join()
    server.server_close()


def work() -> None:
    """Does the queued jobs, as a worker would."""
    while (job := claim()) is not None:
        handler(job.kind)(job)


def test_a_plan_that_is_made_arrives_signed_and_once(organisation, receiver):
    _hook, secret = services.save(organisation, "MES", receiver, ["plan_made"])
    Plan.objects.create(
        organisation=organisation,
        cycle=current_cycle(organisation),
        start=date(2027, 1, 1),
        quarters=4,
        budget=[1.0] * 4,
        status="optimal",
        objective=1.0,
        bound=1.0,
    )
    work()
    work()
    [(path, headers, content)] = Receiver.got
    told = json.loads(content)
    moment = int(headers["Tujing-Signature"].split(",")[0].removeprefix("t="))
    assert path == "/in?key=1" and told["event"] == "plan_made" and told["organisation"]["slug"] == organisation.slug
    assert headers["Tujing-Signature"] == signature(secret, moment, content)
    kept = Delivery.objects.get()
    assert (kept.status, kept.attempts, kept.answer) == ("done", 1, 204) and told["id"] == str(kept.pk)


def test_a_milestone_is_told_when_it_passes_and_when_it_is_late(organisation, receiver):
    services.save(organisation, "MES", receiver, ["milestone_passed", "milestone_late"])
    adoption = ensure(organisation, "production/scheduling", current_cycle(organisation))
    yesterday = timezone.localdate() - timedelta(days=1)
    given = {"organisation": organisation, "adoption": adoption, "kind": "data_ready", "name": WORDS.as_dict()}
    late = Milestone.objects.create(**given, position=1, due=yesterday)
    passed = Milestone.objects.create(**given, position=2, due=yesterday, passed=True)
    for _ in range(2):  # a check that passes again is no news
        Evidence.objects.create(
            organisation=organisation, milestone=passed, checked=timezone.now(), passed=True, content={}, sha256=""
        )
    Job.objects.create(organisation=organisation, kind=happening_services.LATE)
    work()
    told = {(one.event, one.data["milestone"]) for one in Delivery.objects.all()}
    assert told == {("milestone_passed", passed.pk), ("milestone_late", late.pk)}
    assert Delivery.objects.count() == len(Receiver.got) == 2


def test_what_does_not_arrive_is_tried_again_later_and_then_given_up(organisation, receiver):
    services.save(organisation, "MES", receiver, ["notice"])
    Receiver.status = 500
    [delivery] = services.tell(organisation, "notice", WORDS, {})
    work()
    for attempt in range(1, len(sending_services.WAITS) + 2):
        delivery.refresh_from_db()
        assert delivery.attempts >= attempt
        Delivery.objects.update(next_try=timezone.now())
        sending_services.send_due(organisation)
    delivery.refresh_from_db()
    assert delivery.status == "failed" and delivery.answer == 500 and delivery.error["zh"]
    tried = len(Receiver.got)
    assert tried == len(sending_services.WAITS) + 1
    Receiver.status = 204
    assert services.send_again(organisation, delivery.pk)
    work()
    delivery.refresh_from_db()
    assert delivery.status == "done" and len(Receiver.got) == tried + 1


def test_a_redirect_is_not_followed(organisation, receiver):
    services.save(organisation, "MES", receiver, ["notice"])
    Receiver.status = 302
    [delivery] = services.tell(organisation, "notice", WORDS, {})
    sending_services.send_due(organisation)
    delivery.refresh_from_db()
    assert delivery.status == "waiting" and delivery.answer == 302 and len(Receiver.got) == 1


def test_two_workers_do_not_send_it_twice(organisation, receiver):
    services.save(organisation, "MES", receiver, ["notice"])
    [delivery] = services.tell(organisation, "notice", WORDS, {})
    Delivery.objects.filter(pk=delivery.pk).update(next_try=timezone.now() + sending_services.HELD)  # the other has it
    assert sending_services.send_due(organisation) == [] and Receiver.got == []


def test_an_address_inside_is_never_called_and_the_reason_stands_in_the_log(organisation, receiver, settings):
    services.save(organisation, "MES", receiver, ["notice"])
    settings.HOOK_NETWORKS = ""
    [delivery] = services.tell(organisation, "notice", WORDS, {})
    sending_services.send_due(organisation)
    delivery.refresh_from_db()
    assert Receiver.got == [] and delivery.answer is None and "TUJING_HOOK_NETWORKS" in delivery.error["en"]


def test_address_and_secret_are_sealed_and_only_the_host_shows(organisation):
    hook, secret = services.save(
        organisation, "bot", "https://bot.example/send?key=topsecret", ["notice"], "json", "mine"
    )
    hook.refresh_from_db()
    assert secret == "mine" and hook.host == "bot.example"
    assert "topsecret" not in repr(vars(hook)) and "mine" not in (hook.secret, hook.url)


def test_a_paused_hook_and_another_company_hear_nothing(organisation, receiver):
    other = Organisation.objects.create(slug="other", name={"zh": "乙厂", "en": "Other"})
    hook, _ = services.save(organisation, "MES", receiver, ["notice"])
    services.save(other, "MES", receiver, ["notice"])
    services.switch(organisation, hook.pk, active=False)
    assert services.tell(organisation, "notice", WORDS, {}) == []
    assert services.test(organisation, hook).hook == hook, "a test goes out all the same"
    assert not services.remove(organisation, Hook.objects.get(organisation=other).pk)


@pytest.mark.parametrize(
    "wrong",
    [{"name": " "}, {"url": "http://plain.example"}, {"wanted": []}, {"wanted": ["nothing"]}, {"form": "telex"}],
)
def test_what_cannot_work_is_refused_and_nothing_kept(organisation, wrong):
    given = {"name": "x", "url": "https://hooks.example", "wanted": ["notice"]} | wrong
    with pytest.raises(BadInput):
        services.save(organisation, **given)
    assert not Hook.objects.exists()
