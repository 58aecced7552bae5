"""What a plan is worth, costs and risks: its distribution, cash, money by source, classes, and the risk register."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import accumulate
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tujing.enterprise.models import Organisation
from tujing.iteration.plan_services import DRAWS
from tujing.planning.models import Plan, RiskResponse
from tujing.planning.risk_services import answer_risk, answers_to_risks
from tujing.web.access import member, requires
from tujing.web.exports import as_csv, as_xlsx
from tujing.web.paging import page_of
from tujing.web.views.plan import frame, own_plan
from tujing.web.views.plan_gantt import quarter_name, step_name
from tujing.web.words import column_name, label, percent, say, scenario_name

TORNADO_SHOWN = 10
RISKS_A_PAGE = 12
BASELINE = "financial_baseline"


@require_GET
@member
def page(request: HttpRequest, plan: int) -> HttpResponse:
    found = own_plan(request.organisation, plan)
    result = found.result
    robust = found.parts.filter(kind="robustness").first()
    limits = found.parts.filter(kind="limits").first()
    context = frame(request, found, "appraisal") | {
        "npv": result["npv"],
        "risk": result["risk"],
        "loss": percent(result["risk"]["loss_probability"], 1),
        "draws_wish": DRAWS,
        "limits": limits.content if limits else None,
        "robust": robust.content if robust else None,
        "robust_rows": _robust_rows(found, robust.content) if robust else [],
        **_charts(found),
        **appraisal_context(result),
    }
    if "risks" in result:
        context |= _register(request, found)
    return render(request, "plan/appraisal_page.html", context)


@require_POST
@requires("plan")
def respond(request: HttpRequest, plan: int) -> HttpResponse:
    """Keeps who answers for a risk and what is done about it."""
    found = own_plan(request.organisation, plan)
    key = request.POST.get("key", "")
    row = next((one for one in found.result.get("risks", ()) if _key(one) == key), None)
    if row is None:
        raise Http404
    answer_risk(
        request.organisation,
        row["scenario"],
        row["level"],
        row["id"],
        owner=request.POST.get("owner", ""),
        response=request.POST.get("response", ""),
        state=request.POST.get("state", ""),
        by=request.user,
    )
    if request.htmx:
        context = {"row": _risk(row, answers_to_risks(request.organisation)), "plan": found, "saved": True}
        return render(request, "plan/risk_row.html", context | {"may_plan": True, "states": _states()})
    return redirect(f"{reverse('plan_appraisal', args=[found.pk])}#risks")


@require_GET
@member
def export_risks(request: HttpRequest, plan: int, ending: str) -> HttpResponse:
    if ending not in ("csv", "xlsx"):
        raise Http404
    return risks_file(request.organisation, own_plan(request.organisation, plan), ending)


def risks_file(organisation: Organisation, found: Plan, ending: str) -> HttpResponse:
    """The risk register as CSV or XLSX, in the reader's language."""
    known = answers_to_risks(organisation)
    heads = [
        _("Scenario"), _("Level"), _("Risk"), _("Why"), _("Probability"), _("Loss if it happens"), _("Expected loss"),
        _("What to do"), _("Its gain"), _("In charge"), _("Response"), _("State"),
    ]  # fmt: skip
    rows = [
        [
            scenario_name(row["scenario"]), row["level"], row["name"], row["why"], row["probability"],
            row["loss"], row["expected_loss"], row["action"], row["gain"], row["owner"], row["response"],
            row["state_name"],
        ]
        for row in (_risk(one, known) for one in found.result.get("risks", ()))
    ]  # fmt: skip
    name = f"tujing-risks-{found.pk}.{ending}"
    return as_csv(heads, rows, name) if ending == "csv" else as_xlsx({_("Risk register"): (heads, rows)}, name)


def _key(row: Mapping[str, Any]) -> str:
    return f"{row['scenario']}@{row['level']}:{row['id']}"


def _states() -> list[tuple[str, str]]:
    return [(value, label(f"risk_{value}")) for value in RiskResponse.State.values]


def _risk(row: Mapping[str, Any], known: Mapping[tuple[str, int, str], RiskResponse]) -> dict[str, Any]:
    """One risk with what people said to it; before they say anything, what the rule proposes."""
    said = known.get((row["scenario"], row["level"], row["id"]))
    return {
        "key": _key(row),
        "place": _key(row).replace("/", "-").replace("@", "-").replace(":", "-"),
        "scenario": row["scenario"],
        "level": row["level"],
        "name": say(row["name"]),
        "why": say(row["why"]),
        "probability": row["probability"],
        "loss": row["loss"]["mean"],
        "expected_loss": row["expected_loss"],
        "action": say(row["mitigation"]["action"]),
        "gain": row["mitigation"]["gain"],
        "source": row.get("source", ""),
        "owner": said.owner if said and said.owner else say(row["owner"]),
        "response": said.response if said else "",
        "state": said.state if said else RiskResponse.State.OPEN.value,
        "state_name": label(f"risk_{said.state if said else RiskResponse.State.OPEN.value}"),
        "said": said,
    }


def _register(request: HttpRequest, plan: Plan) -> dict[str, Any]:
    known = answers_to_risks(request.organisation)
    page = page_of(request, plan.result["risks"], RISKS_A_PAGE)
    return {
        "page": page,
        "risks": [_risk(row, known) for row in page],
        "expected_losses": sum(row["expected_loss"] for row in plan.result["risks"]),
        "states": _states(),
    }


def _robust_rows(plan: Plan, content: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every step that is in the plan or in some draw's best plan, the most often first."""
    mine = {f"{one.scenario}@{one.level}" for one in plan.projects.all()}
    steps = {**dict.fromkeys(mine, 0.0), **content["share"]}
    rows = []
    for step, share in steps.items():
        scenario, _at, level = step.rpartition("@")
        if step.startswith("measure:"):
            continue
        rows.append({"name": step_name(scenario, int(level)), "share": share, "in": step in mine})
    return sorted(rows, key=lambda row: (not row["in"], -row["share"]))


def _charts(plan: Plan) -> dict[str, Any]:
    result = plan.result
    cash = list(accumulate(result.get("cash", ())))
    return {
        "histogram": {
            "kind": "histogram",
            "edges": result["risk"]["histogram"]["edges"],
            "counts": result["risk"]["histogram"]["counts"],
            "unit": _("draws"),
            "marks": [{"name": name.upper(), "value": result["npv"][name]} for name in ("p10", "p50", "p90")],
        },
        "tornado": {
            "kind": "tornado",
            "base": result["npv"]["expected"],
            "items": [
                {"name": say(bar["label"]), "low": bar["low"], "high": bar["high"]}
                for bar in result["tornado"][:TORNADO_SHOWN]
            ],
        },
        "cash_curve": {
            "kind": "line",
            "x": [quarter_name(plan, place) for place in range(len(cash))],
            "series": [{"name": _("Cumulative cash"), "values": [round(amount) for amount in cash]}],
            "unit": _("yuan"),
        },
        "cash_rows": [
            {"quarter": quarter_name(plan, place), "cash": amount, "total": total}
            for place, (amount, total) in enumerate(zip(result.get("cash", ()), cash, strict=True))
        ],
        "money_by_quarter": {
            "kind": "bar",
            "categories": [quarter_name(plan, row["quarter"]) for row in result["by_quarter"]],
            "series": [
                {"name": _("Spent"), "values": [round(row["spent"]) for row in result["by_quarter"]]},
                {"name": _("Left over"), "values": [round(row["left"]) for row in result["by_quarter"]], "line": True},
            ],
            "unit": _("yuan"),
        },
        "funding": _funding(result),
        "left_over": result.get("left_over"),
    }


def _funding(result: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The plan's money by source."""
    known = result.get("funding")
    if not known:
        return []
    rows = [{"name": _("Own funds"), "amount": known["own"], "note": ""}]
    for one in known["subsidies"]:
        note = _("at most %(cap)s") % {"cap": f"{one['cap']:,.0f}"}
        rows.append({"name": say(one["label"]) or one["id"], "amount": one["received"], "note": note})
    loan = known.get("loan")
    if loan:
        rows.append({"name": _("Loan"), "amount": loan.get("drawn"), "note": percent(loan.get("rate"), 2)})
    return rows


def appraisal_context(result: Mapping[str, Any]) -> dict[str, Any]:
    """Returns what `plan/appraisal.html` shows; nothing for a plan from before there was an appraisal."""
    if "value_tree" not in result:
        return {}
    nodes, risk = result["value_tree"]["nodes"], result["risk"]
    return {
        "appraised": True,
        "risk_figures": risk,
        "trough_quarter": risk["trough"]["quarter"] + 1,
        "profit": nodes["profit"],
        "drivers": [
            _driver(name.partition(".")[2], node, nodes) for name, node in nodes.items() if name.startswith("driver.")
        ],
        "value_classes": [row for row in result.get("value_classes", ()) if row["yearly"]],
        "costs": result.get("costs", ()),
    }


def _driver(name: str, node: Mapping[str, Any], nodes: Mapping[str, Any]) -> dict[str, Any]:
    """Returns one driver with its effects, the largest share first."""
    shares = [one for one in node.get("inputs", ()) if one.startswith("share.")]
    effects = [_effect(one.partition(".")[2], nodes) for one in shares]
    overlap = nodes.get(f"overlap.{name}", {}).get("value")
    return {
        "name": column_name(name, BASELINE),
        "gross": nodes.get(f"gross.{name}", {}).get("value"),
        "taken_off": None if overlap is None else -round(overlap),
        "net": node["value"],
        "withheld": say(node["withheld"]) if "withheld" in node else "",
        "effects": sorted(effects, key=lambda effect: -(effect["share"] or 0.0)),
        "baseline": nodes.get(f"baseline.{name}"),
    }


def _effect(key: str, nodes: Mapping[str, Any]) -> dict[str, Any]:
    step, _, _ = key.rsplit(".", 2)
    scenario, _, level = step.partition("@")
    money, effect = nodes[f"money.{key}"], nodes[f"effect.{key}"]
    return {
        "scenario": scenario_name(scenario),
        "level": level,
        "path": say(money["label"]),
        "formula": money["formula"],
        "low": effect.get("low"),
        "mean": effect["value"],
        "high": effect.get("high"),
        "alone": money["value"],
        "share": nodes[f"share.{key}"]["value"],
    }
