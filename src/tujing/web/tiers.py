"""What each rule of the conformance suite asks, said as what holds; the rules themselves say what is wrong."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

CHECKS = {
    "manifest": _("The manifest is whole"),
    "solution_loads": _("The solution loads"),
    "runs_on_sample": _("It runs on its sample"),
    "outcome_contract": _("Its outcome keeps the contract"),
    "refuses_broken": _("It refuses broken data with a sentence"),
    "refuses_unknown_parameter": _("It refuses unknown parameters"),
    "worded": _("Every table and column is worded in both languages"),
    "explains": _("The outcome is explained"),
    "same_seed_same_result": _("The same seed gives the same result"),
    "beats_baseline": _("It beats today's method on the sample"),
    "progress_grows": _("Progress grows from 0 to 1"),
    "cancellable": _("It can be cancelled"),
    "writes_elements": _("What it writes keeps to the data element"),
    "readme": _("It has a bilingual description"),
}
