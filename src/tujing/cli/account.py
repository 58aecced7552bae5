"""`tujing account DIR NAME`: a link to a new password, for whoever runs the server when nobody else can help."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from tujing.cli import output
from tujing.problems import refuse


def add(commands: Any) -> None:
    parser = commands.add_parser("account", help="为账号生成重设密码链接 / a link to a new password for an account")
    parser.add_argument("dir", metavar="DIR", type=Path)
    parser.add_argument("account", metavar="ACCOUNT", help="账号名 / the account's name")
    parser.add_argument(
        "--second-factor-off", action="store_true", help="同时解除双重验证 / take its second factor off too"
    )
    output.json_option(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> None:
    output.start_django(args.dir)
    path = link(args.account, args.second_factor_off)
    words = {
        "zh": "请把这个地址接在网站地址之后打开；一天内有效，只能使用一次。",
        "en": "Open this behind the site's address; it works once, within a day.",
    }
    output.emit(args, {"account": args.account, "path": path}, [path, words[output.language()]])


def link(name: str, second_factor_off: bool = False) -> str:
    """Returns the path at which the account's password is set anew.

    Raises
    ------
    BadInput
        When there is no such account.
    """
    from allauth.mfa.models import Authenticator
    from django.contrib.auth import get_user_model
    from django.contrib.auth.tokens import default_token_generator
    from django.urls import reverse
    from django.utils.encoding import force_bytes
    from django.utils.http import urlsafe_base64_encode

    user = get_user_model().objects.filter(username=name, is_active=True).first()
    if user is None:
        raise refuse("no_account", f"没有账号 {name}。", f"There is no account {name}.", key="ACCOUNT", value=name)
    if second_factor_off:
        Authenticator.objects.filter(user=user).delete()
    key = urlsafe_base64_encode(force_bytes(user.pk))
    return reverse("account_reset", args=[key, default_token_generator.make_token(user)])
