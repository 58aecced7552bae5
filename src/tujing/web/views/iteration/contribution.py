"""What the enterprise gives to the map: consent, privacy budget, the ledger, and how to take it back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tujing.adoption.learning_services import USUAL_BUDGET, USUAL_EPSILON, give_consent, group_of, revoke_consent
from tujing.adoption.privacy import FEWEST_FIRMS
from tujing.enterprise.services import may
from tujing.iteration.contributing import account_document
from tujing.problems import refuse
from tujing.web.access import member, requires
from tujing.web.exports import as_xlsx


@require_GET
@member
def page(request: HttpRequest) -> HttpResponse:
    held = account_document(request.organisation)
    if request.GET.get("as") == "xlsx":
        names = ("released", "scenario", "level", "driver", "firms", "noise_scale", "epsilon", "given")
        lines = [tuple(row[name] for name in names) for row in held["ledger"]]
        return as_xlsx({_("Ledger"): (names, lines)}, "tujing-privacy.xlsx")
    context = {
        "tab": "contribution",
        "account": held,
        "left": held["budget"] - held["spent"],
        "usual": USUAL_BUDGET,
        "epsilon": USUAL_EPSILON,
        "fewest": FEWEST_FIRMS,
        "group": group_of(request.organisation),
        "may_administer": may(request.user, request.organisation, "administer"),
    }
    return render(request, "iteration/contribution.html", context)


@require_POST
@requires("administer")
def consent(request: HttpRequest) -> HttpResponse:
    """Lets measured effects flow into the map, up to a privacy budget; the owner alone decides that."""
    raw = request.POST.get("budget", "").strip() or str(USUAL_BUDGET)
    try:
        budget = float(raw)
    except ValueError:
        zh, en = f"“{raw[:20]}”不是数，请填例如 4。", f"“{raw[:20]}” is no number; give one such as 4."
        raise refuse("bad_privacy_budget", zh, en, key="budget") from None
    give_consent(request.organisation, budget)
    messages.success(request, _("Consent is given. It can be taken back at any time."))
    return redirect("iteration_contribution")


@require_POST
@requires("administer")
def revoke(request: HttpRequest) -> HttpResponse:
    """Takes consent back: from now on nothing more is taken."""
    revoke_consent(request.organisation)
    messages.success(request, _("Consent is taken back. What was released before cannot be called back."))
    return redirect("iteration_contribution")
