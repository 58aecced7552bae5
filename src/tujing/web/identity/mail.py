"""Mail about accounts: sent where a mail server is set up; else the link is shown to whoever may pass it on."""

from __future__ import annotations

import logging
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string

log = logging.getLogger(__name__)


def mail_is_set_up() -> bool:
    return bool(settings.EMAIL_HOST)


def send(template: str, to: str, subject: str, **context: object) -> bool:
    """Sends `account/mail/<template>.txt`; returns whether the mail server took it. A failure is logged, not raised."""
    if not mail_is_set_up() or not to:
        return False
    body = render_to_string(f"account/mail/{template}.txt", context)
    try:
        return send_mail(subject, body, None, [to]) == 1
    except (SMTPException, OSError) as error:
        log.warning("mail to %s could not be sent: %s", to.rpartition("@")[2], error)
        return False
