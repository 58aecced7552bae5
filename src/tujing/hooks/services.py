"""Use-cases: make, change, remove and test a hook, see its deliveries, send one again."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from tujing.enterprise.models import Organisation
from tujing.enterprise.sealing_services import seal, unseal
from tujing.hooks.addresses import Rules, parts, read_rules
from tujing.hooks.events import events
from tujing.hooks.models import Delivery, DeliveryStatus, Format, Hook
from tujing.problems import refuse
from tujing.runtime import jobs
from tujing.words import Text

PURPOSE = "hook"
SEND = "hook_send"
"""Kind of the job that sends what is due."""
MOST_HOOKS = 50
TEST = Text(zh="这是一条测试消息：连接正常。", en="This is a test: the connection works.")


def rules() -> Rules:
    """What whoever runs the server allows."""
    return read_rules(settings.HOOK_NETWORKS, settings.HOOK_PLAIN)


def hooks(organisation: Organisation) -> QuerySet[Hook]:
    return Hook.objects.filter(organisation=organisation)


def deliveries(organisation: Organisation, hook: Hook | None = None) -> QuerySet[Delivery]:
    """Returns what was sent or is to be, newest first."""
    mine = Delivery.objects.filter(organisation=organisation).select_related("hook")
    return mine.filter(hook=hook) if hook else mine


@transaction.atomic
def save(
    organisation: Organisation,
    name: str,
    url: str,
    wanted: Collection[str],
    form: str = Format.JSON,
    secret: str = "",
    by: Any = None,
    hook: Hook | None = None,
) -> tuple[Hook, str]:
    """Makes a hook, or changes one; returns it with the secret that its deliveries are signed with.

    Our own format always has a secret, made here unless one is given; a chat's bot has the one that the chat shows, or
    none. Of an existing hook a blank address or secret stays as it is.

    Raises
    ------
    BadInput
        When the name is blank or taken, the address cannot be called, the format or an event is not known.
    """
    if not name.strip():
        raise refuse("no_name", "请给它起个名字。", "Give it a name.", key="name")
    others = hooks(organisation).exclude(pk=hook.pk if hook else None)
    if others.filter(name=name.strip()).exists():
        raise refuse(
            "name_taken", f"已有名为“{name}”的推送。", f"There is a webhook called “{name}” already.", key="name"
        )
    if hook is None and others.count() >= MOST_HOOKS:
        raise refuse("too_many_hooks", f"最多 {MOST_HOOKS} 个推送。", f"There may be {MOST_HOOKS} webhooks at most.")
    if form not in Format.values:
        raise refuse("unknown_format", f"没有格式 {form}。", f"There is no format {form}.", key="format", value=form)
    unknown = [one for one in wanted if one not in events()]
    if unknown or not wanted:
        raise refuse(
            "unknown_event",
            f"请勾选事件，可用的有：{'、'.join(events())}。",
            f"Choose events; there are: {', '.join(events())}.",
            key="events",
            value=", ".join(unknown),
        )
    row = hook or Hook(organisation=organisation, created_by=by)
    if url or hook is None:
        _scheme, row.host, _port, _path = parts(url, rules())
        row.url = seal(url, PURPOSE)
    if secret or (form == Format.JSON and not row.secret):
        row.secret = seal(secret or secrets.token_urlsafe(32), PURPOSE)
    row.name, row.format, row.events = name.strip()[:80], form, [one for one in events() if one in wanted]
    row.save()
    return row, unseal(row.secret, PURPOSE) if row.secret else ""


def switch(organisation: Organisation, hook: int, *, active: bool) -> bool:
    """Pauses a hook or lets it go on; False when there is none."""
    return bool(hooks(organisation).filter(pk=hook).update(active=active))


def remove(organisation: Organisation, hook: int) -> bool:
    """Removes a hook with its deliveries; False when there is none."""
    return bool(hooks(organisation).filter(pk=hook).delete()[0])


def test(organisation: Organisation, hook: Hook) -> Delivery:
    """Sends a test, also to a paused hook."""
    return _send(organisation, [hook], hook.events[0] if hook.events else "notice", TEST, {"test": True})[0]


def tell(organisation: Organisation, event: str, words: Text, data: dict[str, Any]) -> list[Delivery]:
    """Tells every active hook that wants the event, in the caller's transaction."""
    wanting = [one for one in hooks(organisation).filter(active=True) if event in one.events]
    return _send(organisation, wanting, event, words, data)


def send_again(organisation: Organisation, delivery: Any) -> bool:
    """Sends a failed delivery once more; False when there is none."""
    failed = Delivery.objects.filter(organisation=organisation, pk=delivery, status=DeliveryStatus.FAILED)
    if not failed.update(status=DeliveryStatus.WAITING, attempts=0, next_try=timezone.now(), finished=None):
        return False
    jobs.enqueue(organisation, SEND, {})
    return True


def _send(
    organisation: Organisation, to: Collection[Hook], event: str, words: Text, data: dict[str, Any]
) -> list[Delivery]:
    made = [
        Delivery(
            organisation=organisation,
            hook=hook,
            event=event,
            words=words.as_dict(),
            data=data,
            next_try=timezone.now(),
        )
        for hook in to
    ]
    if made:
        with transaction.atomic():
            Delivery.objects.bulk_create(made)
            jobs.enqueue(organisation, SEND, {})
    return made
