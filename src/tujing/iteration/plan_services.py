"""Use-cases around a plan that was made: making it again with a change, asking more of it, choosing among variants."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, cast

from django.db import transaction
from django.utils import timezone

from tujing.atlas.loader import atlas
from tujing.atlas.manifest import SizeClass
from tujing.enterprise.models import Organisation, Profile
from tujing.enterprise.services import classification
from tujing.iteration.keeping import keep_forecasts
from tujing.iteration.services import levels_today, make_plan, work_out
from tujing.iteration.target import aim
from tujing.planning import wishes
from tujing.planning.asked import Asked
from tujing.planning.assumptions import assumptions
from tujing.planning.departments import departments
from tujing.planning.funding import loan_of, subsidy_of
from tujing.planning.keep_services import details_of
from tujing.planning.models import Plan, PlanPart
from tujing.planning.money_units import check_budget
from tujing.planning.own_figures import plan_figures
from tujing.planning.wishes import next_quarter
from tujing.problems import BadInput, Problem, refuse
from tujing.words import Text

if TYPE_CHECKING:
    from tujing.planning.solve import Depth

Question = Literal["pareto", "robustness", "limits", "why"]

POINTS = 8
DRAWS = 100
MOST_DRAWS = 1000
NAME_LENGTH = 80
FEW_DRAWS = 2000
"""Draws of the value when only a question is asked: the plan's own value is kept from when it was made."""

Say = Callable[[Text], None]
Watch = Callable[[float, float], None]


def asked_of(plan: Plan) -> Asked:
    """Returns what was asked of a plan; of one from before wishes were kept, what its parameters tell."""
    kept = plan.parameters.get("asked")
    if kept is not None:
        return Asked(**kept)
    known = plan.parameters
    loan = known.get("loan") or {}
    return Asked(
        budget=tuple(plan.budget),
        quarters=plan.quarters,
        capacity=next(iter(known.get("person_days", [])), None),
        parallel=known.get("parallel"),
        department_parallel=next(iter(known.get("departments", {}).values()), None),
        skills=known.get("skills", {}),
        loan=loan.get("amount"),
        loan_rate=loan.get("rate"),
        loan_quarters=loan.get("quarters"),
        subsidies=tuple(known.get("subsidies", ())),
        pinned=tuple(known.get("pinned", ())),
        forbidden=tuple(known.get("forbidden", ())),
        mandatory=tuple(known.get("mandatory", ())),
        seed=plan.seed,
    )


def changed(
    plan: Plan, pin: Sequence[str], forbid: Sequence[str], free: Sequence[str], starts: Mapping[str, int]
) -> Asked:
    """Returns what was asked of a plan with steps taken, left out, freed again or begun in a given quarter.

    Raises
    ------
    BadInput
        When nothing is changed.
    """
    if not (pin or forbid or free or starts):
        raise refuse(
            "no_change",
            "还没有任何改动。请先拖动、固定或剔除某个步骤，再重新规划。",
            "Nothing has been changed yet. Move, fix or leave out a step first, then plan again.",
        )
    return asked_of(plan).with_changes(pin, forbid, free, starts)


def check_wishes(organisation: Organisation, asked: Asked, today: date | None = None) -> list[Problem]:
    """Returns what is wrong with wishes as far as it can be told without solving; `key` names the wish."""
    problems: list[Problem] = []

    def held(check: Callable[[], object]) -> None:
        try:
            check()
        except BadInput as error:
            problems.extend(error.problems)

    size = cast(SizeClass, classification(organisation).size)
    profile = Profile.objects.get(organisation=organisation)
    held(lambda: wishes.check_quarters(asked.quarters))
    if not problems:
        held(
            lambda: check_budget(
                sum(wishes.spread_budget(asked.budget, asked.quarters)), float(profile.revenue), profile.staff
            )
        )
    held(lambda: loan_of(asked.loan, asked.loan_rate, asked.loan_quarters))
    held(lambda: wishes.check_capacity(asked.capacity, 0.0, 1))
    held(lambda: wishes.check_skills(asked.skills, departments().roles))
    for name in ("parallel", "department_parallel"):
        most = getattr(asked, name)
        if most is not None and most < 1:
            problems.append(
                Problem("bad_parallel", Text(zh="至少为 1，请改正。", en="It is at least 1; correct it."), key=name)
            )
    for rule in asked.subsidies:
        held(partial(subsidy_of, rule, [], {}, size))
    for wish in (*asked.pinned, *asked.forbidden, *asked.mandatory):
        held(partial(_known_step, wish))
    if asked.target_level is not None or asked.by is not None:
        first = next_quarter(today or timezone.localdate())
        held(lambda: aim(organisation, asked.target_level, asked.by, levels_today(organisation))(first, asked.quarters))
    return problems


def _known_step(wish: str) -> None:
    atlas().card(wishes.read_step(wish)[0])


def usual(organisation: Organisation) -> dict[str, float]:
    """Returns what holds where a wish leaves it open: `capacity`, `parallel`, `department_parallel`."""
    size, given = cast(SizeClass, classification(organisation).size), assumptions()
    profile = Profile.objects.get(organisation=organisation)
    return {
        "capacity": round(profile.staff * given.working_days.value * given.own_time_share.value, 1),
        "parallel": given.parallel_by_size.value[size],
        "department_parallel": departments().at_once.value[size],
    }


def way_out(organisation: Organisation, asked: Asked, stretch: Sequence[Mapping[str, Any]]) -> Asked:
    """Returns the wishes with a conflict's cheapest way out put into them."""
    figures = usual(organisation)
    written = asked.with_usual(figures["capacity"], round(figures["parallel"]), round(figures["department_parallel"]))
    return written.stretched({str(one["constraint"]): float(one["by"]) for one in stretch})


def plan_as_asked(
    organisation: Organisation,
    asked: Asked,
    *,
    before: Plan | None = None,
    name: str = "",
    variant: bool = False,
    today: date | None = None,
    depth: Depth | None = None,
    say: Say | None = None,
    watch: Watch | None = None,
) -> Plan:
    """Makes a plan from wishes; with `before` it begins from that plan and keeps its calendar while that lies ahead.

    Raises
    ------
    BadInput
        When a wish makes no sense.
    PlanConflict
        When the wishes cannot be met together.
    """
    return make_plan(
        organisation,
        today,
        name=name.strip()[:NAME_LENGTH],
        variant=variant,
        depth=depth,
        before=before,
        say=say,
        watch=watch,
        **_wishes(asked, before, today),
    )


def _wishes(asked: Asked, before: Plan | None, today: date | None) -> dict[str, Any]:
    """The wishes as keywords; quarters that were counted from an earlier first day are counted from the new one."""
    first = next_quarter(today or timezone.localdate())
    begin = max(first, before.start) if before else first
    gone = 0
    if before:
        gone = (begin.year - before.start.year) * 4 + (begin.month - 1) // 3 - (before.start.month - 1) // 3
    starts = {step: when - gone for step, when in asked.starts.items() if when >= gone}
    return {
        **asked.wishes(),
        "starts": starts,
        "start": begin,
        "figures": plan_figures(asked.figures) if asked.figures else None,
    }


def ask(
    organisation: Organisation,
    plan: Plan,
    question: Question,
    about: str = "",
    draws: int = DRAWS,
    say: Say | None = None,
) -> PlanPart:
    """Asks more of a plan and keeps the answer beside it: the front, its robustness, its limits, or why a step is out.

    The plan is worked out again from its wishes, beginning from itself.

    Parameters
    ----------
    about
        Of `why`: the step, `scenario@level`.
    draws
        Of `robustness`: how often the plan is made anew, 10 to 1,000.

    Raises
    ------
    BadInput
        When data, diagnosis or map have changed so that the same wishes no longer make the same plan.
    """
    proposal = work_out(
        organisation,
        depth=_depth(question, about, draws),
        before=plan,
        say=say,
        **(_wishes(asked_of(plan), plan, None) | {"start": plan.start, "starts": asked_of(plan).starts}),
    )
    _check_same(plan, {one.candidate.id: one.start for one in proposal.solved.projects})
    if question == "why":
        content: Any = next(
            (
                {
                    "kind": reason.kind,
                    "why_not": reason.why.as_dict(),
                    "loss": reason.loss,
                    "exact": reason.exact,
                    **details_of(reason),
                }
                for reason in proposal.solved.rejected
                if reason.step == about
            ),
            None,
        )
        if content is None:
            raise refuse(
                "nothing_to_ask",
                f"“{about}”不在这份规划的未列入步骤之中。",
                f"{about} is not among the steps that this plan left out.",
                value=about,
            )
    else:
        content = proposal.solved.document[question]
    part, _ = PlanPart.objects.update_or_create(
        plan=plan, kind=question, about=about, defaults={"organisation": organisation, "content": content}
    )
    return part


def _depth(question: Question, about: str, draws: int) -> Depth:
    from tujing.planning.solve import Depth

    if question == "pareto":
        return Depth(points=POINTS, reasons=False, risk_draws=FEW_DRAWS)
    if question == "robustness":
        if not 10 <= draws <= MOST_DRAWS:
            raise refuse(
                "bad_draws",
                f"抽样次数应为 10 到 {MOST_DRAWS}，请改正。",
                f"Draws are 10 to {MOST_DRAWS}; correct the number.",
                key="draws",
                value=str(draws),
            )
        return Depth(robust_draws=draws, reasons=False, risk_draws=FEW_DRAWS)
    if question == "limits":
        return Depth(limits=True, reasons=False, risk_draws=FEW_DRAWS)
    return Depth(what_if=True, about=frozenset({about}), risk_draws=FEW_DRAWS)


def _check_same(plan: Plan, found: dict[str, int]) -> None:
    mine = {f"{row.scenario}@{row.level}": row.start_quarter for row in plan.projects.all()}
    if mine != found:
        raise refuse(
            "plan_is_stale",
            "数据、诊断或图谱已经变化，同样的要求得出的规划与这一份不同；请先按原要求重新规划，再提问。",
            "Data, diagnosis or map have changed: the same wishes now make another plan. Plan again, then ask.",
        )


@transaction.atomic
def choose(organisation: Organisation, plan: Plan, today: date | None = None) -> None:
    """Takes a plan as the enterprise's: it is what the pages, the forecasts and the delivery go by from now on.

    Raises
    ------
    BadInput
        When it belongs to a turn that is closed.
    """
    if plan.cycle.closed is not None:
        raise refuse(
            "cycle_closed",
            "这份规划属于已结束的一轮，不能再采用；请在本轮重新规划。",
            "This plan belongs to a turn that is closed; plan again in the open one.",
        )
    now = timezone.now()
    Plan.objects.filter(organisation=organisation, pk=plan.pk).update(chosen=now)
    plan.chosen = now
    keep_forecasts(organisation, plan, today or timezone.localdate())


def rename(organisation: Organisation, plan: Plan, name: str) -> None:
    """Gives a plan a name of its own; empty takes it away."""
    Plan.objects.filter(organisation=organisation, pk=plan.pk).update(name=name.strip()[:NAME_LENGTH])
