"""The company's profile and class, and who works here in which role."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tujing.enterprise.models import Profile
from tujing.enterprise.services import classification, members
from tujing.web.access import member


@require_GET
@member
def page(request: HttpRequest) -> HttpResponse:
    profile = Profile.objects.filter(organisation=request.organisation).first()
    context = {
        "profile": profile,
        "class": classification(request.organisation) if profile else None,
        "members": members(request.organisation),
    }
    return render(request, "people/page.html", context)
