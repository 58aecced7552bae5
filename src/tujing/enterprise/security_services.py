"""Use-cases of an organisation's security: what it asks of its members' accounts, and its single sign-on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from pydantic import BaseModel, ConfigDict, Field

from tujing.enterprise import change_services, sealing_services
from tujing.enterprise.models import ChangeKind, Organisation, Role, SecurityPolicy, SignOn
from tujing.enterprise.role_services import Chosen, check_may_give
from tujing.problems import check_model, refuse

PURPOSE = "sign_on"
JOINABLE = (Role.MANAGER, Role.DEPARTMENT_HEAD, Role.LINE_WORKER, Role.CONSULTANT, Role.VIEWER)
"""Whom a provider may let join: never an owner."""


def policy(organisation: Organisation) -> SecurityPolicy:
    """Returns the policy; without one that was set, nothing is asked."""
    return SecurityPolicy.objects.filter(organisation=organisation).first() or SecurityPolicy(organisation=organisation)


@transaction.atomic
def set_policy(organisation: Organisation, require_second_factor: bool, by: Any) -> None:
    """Sets what is asked; it counts from the next request on, for those who are signed in too."""
    before = state(organisation)
    SecurityPolicy.objects.update_or_create(
        organisation=organisation, defaults={"require_second_factor": require_second_factor}
    )
    change_services.record(organisation, ChangeKind.POLICY, before, state(organisation), by)


def state(organisation: Organisation, subject: str = "") -> dict[str, Any]:
    return {"require_second_factor": policy(organisation).require_second_factor}


def restore(organisation: Organisation, subject: str, before: Mapping[str, Any], by: Any) -> None:
    set_policy(organisation, bool(before["require_second_factor"]), by)


class SignOnInput(BaseModel):
    """A provider as the form gives it. A blank secret keeps the former one."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    name: str = Field(min_length=1, max_length=40)
    issuer: str = Field(min_length=1, max_length=300)
    client_id: str = Field(min_length=1, max_length=191)
    secret: str = Field(default="", max_length=500)
    join_role: str = ""
    join_domains: list[str] = []
    listed: bool = True


def sign_on(organisation: Organisation) -> SignOn | None:
    return SignOn.objects.filter(organisation=organisation).first()


@transaction.atomic
def set_sign_on(organisation: Organisation, given: Mapping[str, Any], by: Any) -> SignOn:
    """Sets the organisation's OpenID Connect provider.

    Raises
    ------
    BadInput
        When a field cannot be used, or the person may not give the role that newcomers would get.
    """
    wanted = check_model(SignOnInput, dict(given), "")
    address = urlsplit(wanted.issuer)
    if address.scheme not in ("https", "http") or not address.hostname or address.query or address.fragment:
        raise refuse(
            "bad_issuer",
            "签发者地址应为完整的网址，如 https://login.example.com/realms/works。",
            "The issuer is a full address, such as https://login.example.com/realms/works.",
            key="issuer",
            value=wanted.issuer,
        )
    if wanted.join_role and wanted.join_role not in JOINABLE:
        raise refuse(
            "bad_join_role",
            "首次登录者不能直接成为所有者，请选择其他角色。",
            "A newcomer cannot become an owner; choose another role.",
            key="join_role",
        )
    if wanted.join_role:
        check_may_give(by, organisation, Chosen(wanted.join_role))
    present = sign_on(organisation)
    if wanted.secret:
        secret = sealing_services.seal(wanted.secret, PURPOSE)
    elif present is not None:
        secret = present.secret
    else:
        raise refuse("no_secret", "请填写客户端密钥。", "Enter the client secret.", key="secret")
    if present is not None and not wanted.secret and _origin(present.issuer) != _origin(wanted.issuer):
        raise refuse(
            "secret_moves",
            "签发者换了主机，请重新填写客户端密钥。",
            "The issuer is another host now; enter the client secret anew.",
            key="secret",
        )
    values = wanted.model_dump() | {
        "secret": secret,
        "issuer": wanted.issuer.rstrip("/"),
        "join_domains": sorted({one.strip().lstrip("@").lower() for one in wanted.join_domains if one.strip()}),
    }
    stored, _ = SignOn.objects.update_or_create(organisation=organisation, defaults=values)
    return stored


def remove_sign_on(organisation: Organisation) -> None:
    """Removes the provider; accounts and roles stay, sign-in by it ends."""
    SignOn.objects.filter(organisation=organisation).delete()


def client_secret(provider: SignOn) -> str:
    return sealing_services.unseal(provider.secret, PURPOSE)


def _origin(address: str) -> tuple[str, str]:
    parts = urlsplit(address)
    return parts.scheme, parts.netloc
