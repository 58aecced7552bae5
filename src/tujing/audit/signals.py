"""Events by Django's signals: a row saved or deleted, somebody signed in or out or failed to."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db.models import Model
from django.db.models.signals import post_delete, post_save, pre_save

from tujing.audit.acting import watching
from tujing.audit.models import INSTALLATION, Action
from tujing.audit.recording import event, write
from tujing.audit.watching import ORGANISATION, Changes, Row, Watched, called, watched

BEFORE = "_audit_before"
UID = "tujing.audit"


def connect() -> None:
    """Watches each model by itself: a model that is left out costs nothing."""
    for model in apps.get_models():
        if watched(model) is None:
            continue
        pre_save.connect(remember, sender=model, dispatch_uid=UID)
        post_save.connect(saved, sender=model, dispatch_uid=UID)
        post_delete.connect(deleted, sender=model, dispatch_uid=UID)
    user_logged_in.connect(signed_in, dispatch_uid=UID)
    user_logged_out.connect(signed_out, dispatch_uid=UID)
    user_login_failed.connect(failed, dispatch_uid=UID)


def remember(sender: type[Model], instance: Model, raw: bool = False, using: str = "default", **_: Any) -> None:
    """Reads what stood there before: one short query, only when a row is changed."""
    model = watched(sender)
    if raw or model is None or instance._state.adding or not watching():
        return
    rows = sender._base_manager.using(using).filter(pk=instance.pk)
    instance.__dict__[BEFORE] = next(iter(rows.order_by().values(*model.columns)), None)


def saved(sender: type[Model], instance: Model, created: bool, raw: bool = False, **given: Any) -> None:
    before = instance.__dict__.pop(BEFORE, None)
    model = watched(sender)
    if raw or model is None or not watching():
        return
    content = model.content(instance.__dict__)
    if created:
        _tell(model, Action.CREATED, instance, content, model.created(content))
        return
    only = given.get("update_fields")
    written = {one.name for one in model.fields if only is None or one.name in only or one.attname in only}
    after = {name: value for name, value in content.items() if name in written}
    earlier = {name: value for name, value in model.content(before or {}).items() if name in after}
    if changes := model.changed(earlier, after):
        _tell(model, Action.CHANGED, instance, content, changes)


def deleted(sender: type[Model], instance: Model, origin: Any = None, **_: Any) -> None:
    """A row that goes because its organisation goes is told by the organisation's own event."""
    model = watched(sender)
    whole = isinstance(origin, Model) and origin._meta.label_lower == ORGANISATION and origin is not instance
    if model is None or whole or not watching():
        return
    content = model.content(instance.__dict__)
    _tell(model, Action.DELETED, instance, content, model.gone(content))


def signed_in(sender: Any, user: Any, **_: Any) -> None:
    _of_person(user, Action.SIGNED_IN)


def signed_out(sender: Any, user: Any = None, **_: Any) -> None:
    if user is not None:
        _of_person(user, Action.SIGNED_OUT)


def failed(sender: Any, credentials: Row, **_: Any) -> None:
    """A wrong password is told to the organisations of the account, if there is such a one, else to the operator."""
    name = str(credentials.get("username") or credentials.get("email") or "")[:150]
    person = get_user_model()._default_manager.filter(username=name).first()
    _of_person(person, Action.SIGN_IN_FAILED, name)


def _tell(model: Watched, action: Action, row: Model, content: Row, changes: Changes) -> None:
    words = called(content)
    write(event(one, action, kind=model.kind, object=row.pk, words=words, changes=changes) for one in model.owners(row))


def _of_person(person: Any, action: Action, name: str = "") -> None:
    model = watched(get_user_model())
    name = person.get_username() if person is not None else name
    owners = model.owners(person) if model is not None and person is not None else [INSTALLATION]
    made = [event(one, action, words={"zh": name, "en": name}, actor_name=name) for one in owners]
    for one in made:
        one.actor = str(person.pk) if person is not None else ""
    write(made)
