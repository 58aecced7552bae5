"""Single sign-on by OpenID Connect: to the provider and back."""

from __future__ import annotations

import logging

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST
from requests import RequestException

from tujing.problems import BadInput
from tujing.web.identity import oidc
from tujing.web.middleware import ONLY

log = logging.getLogger(__name__)
BAD_GATEWAY = 502


@require_POST
@never_cache
def leave(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Shows where the person goes, and sends them there.

    A page between, and not a redirect: the content security policy lets no form end at another host.
    """
    if request.POST.get("process") == "connect" and (not request.user.is_authenticated or ONLY in request.session):
        raise Http404
    try:
        answer = oidc.begin(request, provider_id)
    except SocialApp.DoesNotExist:
        raise Http404 from None
    except (RequestException, OAuth2Error, BadInput, KeyError, ValueError) as error:
        log.warning("sign-on by %s cannot begin: %s", provider_id, error)
        return render(request, "account/sign_on_failed.html", {"unreachable": True}, status=BAD_GATEWAY)
    target = answer.headers.get("Location", "")
    if not target.startswith(("https://", "http://")):
        return answer
    return render(request, "account/leaving.html", {"target": target})


@require_GET
@never_cache
def back(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Takes what the provider says of the person."""
    try:
        return oidc.finish(request, provider_id)
    except SocialApp.DoesNotExist:
        raise Http404 from None
    except ImmediateHttpResponse as answer:
        return answer.response
    except (RequestException, OAuth2Error, BadInput, KeyError, ValueError) as error:
        log.warning("sign-on by %s failed: %s", provider_id, error)
        return render(request, "account/sign_on_failed.html", status=401)
