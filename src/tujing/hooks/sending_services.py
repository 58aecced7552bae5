"""The job that sends what is due: twice at once, then after one, two, four … hours; never to an unjudged address."""

from __future__ import annotations

import time
from datetime import timedelta

from django.utils import timezone

from tujing import __version__
from tujing.enterprise.models import Organisation
from tujing.enterprise.sealing_services import unseal
from tujing.hooks import formats, transport
from tujing.hooks.addresses import Target, target
from tujing.hooks.events import events
from tujing.hooks.models import Delivery, DeliveryStatus
from tujing.hooks.services import PURPOSE, SEND, rules
from tujing.problems import BadInput
from tujing.runtime import jobs, schedules
from tujing.runtime.contract import Cancelled
from tujing.runtime.models import Job, JobStatus
from tujing.words import Text

WAITS = (timedelta(seconds=5), *(timedelta(hours=2**power) for power in range(5)))
"""Between one try and the next; after the last one the delivery has failed."""
HELD = timedelta(minutes=2)
"""While one worker sends it no other one does."""
KEPT = timedelta(days=90)
PAUSE_SECONDS = 5.0


@jobs.handles(SEND)
def _send(job: Job) -> None:
    """Sends what is due; what fails the first time is tried once more before the job ends."""
    if any(not sent for sent in send_due(job.organisation)):
        time.sleep(PAUSE_SECONDS)
        send_due(job.organisation)
    Delivery.objects.filter(organisation=job.organisation, finished__lt=timezone.now() - KEPT).delete()
    if not jobs.finish(job, JobStatus.DONE):
        raise Cancelled


schedules.every(SEND, "hour", minute=7)


def send_due(organisation: Organisation) -> list[bool]:
    """Sends every waiting delivery whose time has come; returns whether each was taken."""
    now = timezone.now()
    due = Delivery.objects.filter(organisation=organisation, status=DeliveryStatus.WAITING, next_try__lte=now)
    sent = []
    for delivery in due.select_related("hook", "organisation").order_by("created"):
        mine = Delivery.objects.filter(pk=delivery.pk, status=DeliveryStatus.WAITING, next_try=delivery.next_try)
        if mine.update(next_try=timezone.now() + HELD):
            sent.append(_try(delivery))
    return sent


def _try(delivery: Delivery) -> bool:
    status, error = _post(delivery)
    now, attempts = timezone.now(), delivery.attempts + 1
    changes: dict[str, object] = {"attempts": attempts, "answer": status, "error": error.as_dict() if error else {}}
    if error is None:
        changes |= {"status": DeliveryStatus.DONE, "finished": now}
    elif attempts > len(WAITS):
        changes |= {"status": DeliveryStatus.FAILED, "finished": now}
    else:
        changes["next_try"] = now + WAITS[attempts - 1]
    Delivery.objects.filter(pk=delivery.pk).update(**changes)
    return error is None


def _post(delivery: Delivery) -> tuple[int | None, Text | None]:
    """Returns the answer's status, and why it is no success."""
    hook = delivery.hook
    try:
        to = target(unseal(hook.url, PURPOSE), rules())
        secret = unseal(hook.secret, PURPOSE) if hook.secret else ""
    except BadInput as refused:
        return None, refused.problems[0].words
    message = formats.message(_event(delivery), hook.format, secret)
    if message.query:
        joint = "&" if "?" in to.path else "?"
        to = Target(to.scheme, to.host, to.port, f"{to.path}{joint}{message.query}", to.address)
    headers = {
        **message.headers,
        "User-Agent": f"Tujing/{__version__}",
        "Tujing-Event": delivery.event,
        "Tujing-Delivery": str(delivery.pk),
    }
    try:
        status, content = transport.post(to, message.content, headers)
    except OSError as error:
        told = str(error)[:200] or type(error).__name__
        return None, Text(zh=f"连接失败：{told}", en=f"No connection: {told}")
    if formats.accepted(hook.format, status, content):
        return status, None
    return status, Text(zh=f"对方没有接收（HTTP {status}）。", en=f"The receiver did not take it (HTTP {status}).")


def _event(delivery: Delivery) -> formats.Event:
    return formats.Event(
        id=str(delivery.pk),
        kind=delivery.event,
        name=events()[delivery.event].as_dict(),
        organisation={"slug": delivery.organisation.slug, **delivery.organisation.name},
        words=delivery.words,
        data=delivery.data,
        created=delivery.created.isoformat(),
        moment=int(time.time()),
    )
