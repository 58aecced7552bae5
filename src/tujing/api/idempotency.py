"""`Idempotency-Key`: a POST that is sent twice under one key has one effect and one answer, for a day."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from tujing.api.models import KeptAnswer
from tujing.api.refusing import Refused

HEADER = "Idempotency-Key"
KEPT = timedelta(hours=24)
ABANDONED = timedelta(minutes=10)
"""After this long a first call that never ended was killed; another may take its place."""
LONGEST_KEY = 255
FORGOTTEN = {401, 403, 429}
"""Answers about the caller rather than about what was asked: the same call may get another later."""


def once(request: HttpRequest, do: Callable[[HttpRequest], HttpResponse]) -> HttpResponse:
    """Does the call, or gives the answer that its key has already.

    Raises
    ------
    Refused
        When the key was used for something else, or the first call is still under way.
    """
    key = request.headers.get(HEADER, "")
    if not key:
        return do(request)
    if len(key) > LONGEST_KEY or not key.isprintable():
        raise Refused(
            422,
            "bad_idempotency_key",
            f"Idempotency-Key 最多 {LONGEST_KEY} 个可打印字符。",
            f"An Idempotency-Key has at most {LONGEST_KEY} printable characters.",
        )
    told = _hash(request)
    held, is_first = _begin(request, key, told)
    if not is_first:
        return _again(held, told)
    try:
        response = do(request)
    except BaseException:
        held.delete()
        raise
    if response.status_code >= 500 or response.status_code in FORGOTTEN or response.streaming:
        held.delete()
        return response
    held.status, held.content_type = response.status_code, response.headers.get("Content-Type", "")
    held.body = response.content.decode()
    held.save(update_fields=["status", "content_type", "body"])
    return response


def _begin(request: HttpRequest, key: str, told: str) -> tuple[KeptAnswer, bool]:
    """Takes the key for this call, or returns who has it."""
    now = timezone.now()
    KeptAnswer.objects.filter(created__lt=now - KEPT).delete()
    KeptAnswer.objects.filter(status__isnull=True, created__lt=now - ABANDONED).delete()
    who = {"organisation": request.organisation, "user": request.user, "key": key}
    try:
        with transaction.atomic():
            return KeptAnswer.objects.create(**who, request_hash=told), True
    except IntegrityError:
        held = KeptAnswer.objects.filter(**who).first()
        if held is None:  # the first call has just failed and given the key back
            raise _under_way() from None
        return held, False


def _again(held: KeptAnswer, told: str) -> HttpResponse:
    if held.request_hash != told:
        raise Refused(
            409,
            "idempotency_key_reused",
            "这个 Idempotency-Key 已用于另一个请求，请换一个。",
            "This Idempotency-Key was used for another request; take a new one.",
        )
    if held.status is None:
        raise _under_way()
    response = HttpResponse(held.body, content_type=held.content_type, status=held.status)
    response["Idempotency-Replayed"] = "true"
    return response


def _under_way() -> Refused:
    return Refused(
        409,
        "still_under_way",
        "同一请求正在处理，请稍后再查。",
        "The same request is being worked on; ask again in a moment.",
        Retry_After="1",
    )


def _hash(request: HttpRequest) -> str:
    """Over method, path and content; a form's parts rather than its bytes, as their boundary differs each time."""
    found = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    if request.content_type == "multipart/form-data":
        for name in sorted(request.POST):
            found.update(f"{name}={request.POST.getlist(name)}\n".encode("utf-8", "surrogatepass"))
        for name in sorted(request.FILES):
            for file in request.FILES.getlist(name):
                found.update(f"{name}:{file.name}:{file.size}\n".encode("utf-8", "surrogatepass"))
                for chunk in file.chunks():
                    found.update(chunk)
                file.seek(0)
    else:
        found.update(request.body)
    return found.hexdigest()
