"""Who runs the installation, beyond one company: may back up and restore all of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from tujing.enterprise.models import Organisation
from tujing.enterprise.services import may
from tujing.web.access import View, requires


def is_operator(request: HttpRequest) -> bool:
    """A superuser; where there is one company only, whoever administers it. Where there are more, nobody else."""
    if request.user.is_superuser:
        return True
    if not may(request.user, request.organisation, "administer"):
        return False
    return not Organisation.objects.exclude(pk=request.organisation.pk).exists()


def operator(view: View) -> View:
    """Lets in who runs the installation."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_superuser and not may(request.user, request.organisation, "administer"):
            raise PermissionDenied(_("Your role does not allow this; ask the owner of your company."))
        if not is_operator(request):
            raise PermissionDenied(_("Only an administrator of the whole installation may do this."))
        return view(request, *args, **kwargs)

    inner: Callable[..., HttpResponse] = requires("view")(guarded)
    return inner
