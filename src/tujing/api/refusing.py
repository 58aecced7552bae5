"""Every refusal as `application/problem+json` (RFC 9457), in the caller's language."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from tujing.documents.common import Problem as Told
from tujing.documents.common import ProblemDocument
from tujing.problems import BadInput, Problem
from tujing.web.words import language
from tujing.words import Text

KIND = "application/problem+json"
TITLES = {
    400: Text(zh="请求无法读取", en="The request cannot be read"),
    401: Text(zh="没有有效的凭证", en="No valid credentials"),
    403: Text(zh="无权操作", en="Not allowed"),
    404: Text(zh="找不到", en="Not found"),
    405: Text(zh="这里不能这样做", en="Not possible here"),
    409: Text(zh="与之前的操作冲突", en="In conflict with what was done before"),
    412: Text(zh="已被他人改动", en="Changed meanwhile"),
    413: Text(zh="文件过大", en="The file is too large"),
    415: Text(zh="不接受这种内容", en="This kind of content is not taken"),
    422: Text(zh="内容不能按原样使用", en="This cannot be used as it is"),
    428: Text(zh="缺少您看到的版本", en="The version you saw is missing"),
    429: Text(zh="调用过于频繁", en="Too many calls"),
    500: Text(zh="没有成功", en="This did not work"),
}
CHANGED = {"changed_meanwhile", "iterated_meanwhile"}
"""Codes of refusals because somebody else was quicker."""
CONFLICTS = {"already_submitted"}

log = logging.getLogger("tujing.api")


class Refused(Exception):
    """Raised by the door and by operations; becomes an answer of that status."""

    def __init__(self, status: int, code: str, zh: str, en: str, **headers: str) -> None:
        self.status, self.headers = status, headers
        self.problem = Problem(code, Text(zh=zh, en=en))
        super().__init__(en)


def answer(
    request: HttpRequest, status: int, problems: Sequence[Problem], headers: dict[str, str] | None = None
) -> HttpResponse:
    """Returns the problem document of a refusal."""
    document = ProblemDocument(
        type=f"urn:tujing:problem:{problems[0].code}",
        title=TITLES[status][language()],
        status=status,
        detail="\n".join(problem.sentence(language()) for problem in problems[:5]),
        instance=request.path,
        problems=[told(problem) for problem in problems],
    )
    response = HttpResponse(document.model_dump_json(), content_type=KIND, status=status)
    for name, value in (headers or {}).items():
        response[name.replace("_", "-")] = value
    return response


def refused(request: HttpRequest, error: Refused) -> HttpResponse:
    return answer(request, error.status, [error.problem], error.headers)


def told(problem: Problem) -> Told:
    """Returns a problem as a document, in both languages."""
    words = {"zh": problem.sentence("zh"), "en": problem.sentence("en")}
    return Told.model_validate(problem.as_dict() | words)


def _bad_input(request: HttpRequest, error: BadInput) -> HttpResponse:
    codes = {problem.code for problem in error.problems}
    status = 412 if codes & CHANGED else 409 if codes & CONFLICTS else 422
    return answer(request, status, error.problems)


def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    return answer(request, 422, list(_in_words(error.errors)))


def _in_words(errors: Iterable[dict[str, Any]]) -> Iterable[Problem]:
    for one in errors:
        key = ".".join(str(part) for part in one["loc"])
        if one["type"] == "missing":
            yield Problem("missing", Text(zh="缺少这一项，请补上。", en="This entry is missing; add it."), key=key)
        elif one["type"] == "extra_forbidden":
            words = Text(zh="不认识这一项，请检查拼写或删去。", en="This entry is not known; correct or remove it.")
            yield Problem(one["type"], words, key=key)
        else:
            why = one["msg"]
            words = Text(zh=f"取值不符合要求（{why}），请改正。", en=f"The value does not fit ({why}); correct it.")
            yield Problem(one["type"], words, key=key, value=repr(one.get("input"))[:80])


def _not_found(request: HttpRequest, error: Http404) -> HttpResponse:
    words = Text(
        zh="没有这个对象：可能已被删除，或属于其他企业。",
        en="There is no such object: it was removed, or it belongs to another company.",
    )
    return answer(request, 404, [Problem("not_found", words)])


def _denied(request: HttpRequest, error: PermissionDenied) -> HttpResponse:
    words = Text(zh="您的角色无权这样做。", en="Your role does not allow this.")
    return answer(request, 403, [Problem("not_allowed", words)])


def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
    status = error.status_code if error.status_code in TITLES else 400
    words = Text(
        zh="请求无法读取，请检查 JSON 与内容类型。", en="The request cannot be read; check JSON and content type."
    )
    return answer(request, status, [Problem("unreadable", words, detail=str(error))])


def _broken(request: HttpRequest, error: Exception) -> HttpResponse:
    log.exception("%s %s broke", request.method, request.path)
    words = Text(
        zh="系统出了意外错误，没有保存任何内容；请稍后再试，若仍如此请告知管理员。",
        en="Something broke on our side and nothing was saved; try again, and tell the administrator if it stays.",
    )
    return answer(request, 500, [Problem("broken", words)])


def install(api: NinjaAPI) -> None:
    """Gives the API these handlers in place of its own."""
    handlers = {
        Refused: refused,
        BadInput: _bad_input,
        ValidationError: _invalid,
        Http404: _not_found,
        PermissionDenied: _denied,
        HttpError: _http,
        Exception: _broken,
    }
    for kind, handler in handlers.items():
        api.add_exception_handler(kind, handler)


def upload_too_large(request: HttpRequest, limit: int) -> HttpResponse:
    words = Text(zh=f"文件超过 {limit} MB 的上限，请拆分。", en=f"The file exceeds the limit of {limit} MB; split it.")
    return answer(request, 413, [Problem("file_too_large", words)])


def not_possible(request: HttpRequest, allowed: str) -> HttpResponse:
    words = Text(
        zh=f"这个接口不支持 {request.method}，只支持 {allowed}。",
        en=f"{request.method} is not possible at this address; {allowed} is.",
    )
    return answer(request, 405, [Problem("method_not_allowed", words)], {"Allow": allowed})


def no_such_address(request: HttpRequest) -> HttpResponse:
    words = Text(zh="没有这个接口，请查看接口文档。", en="There is no such operation; see the reference.")
    return answer(request, 404, [Problem("no_such_operation", words)])
