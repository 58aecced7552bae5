"""Making and reading plans."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, cast

from django.db.models import QuerySet
from django.utils import timezone

from tujing.adoption.models import Cycle
from tujing.adoption.readiness import readiness
from tujing.adoption.services import beliefs, overrun
from tujing.atlas.loader import atlas
from tujing.atlas.manifest import SizeClass
from tujing.dataspace import services as dataspace
from tujing.enterprise.models import Organisation, Profile
from tujing.enterprise.services import classification
from tujing.planning import wishes
from tujing.planning.asked import Asked
from tujing.planning.assumptions import Assumptions, assumptions
from tujing.planning.models import Plan
from tujing.planning.money_units import check_baseline, check_budget
from tujing.planning.tracks import prefer, track_document
from tujing.planning.uncertainty import Normal
from tujing.planning.value import DRIVERS, Baseline, read_baseline
from tujing.problems import refuse
from tujing.words import Text

if TYPE_CHECKING:
    from tujing.planning.candidates import Candidate, Circumstances, KeptOut
    from tujing.planning.optimise import Limits, Watch
    from tujing.planning.own_figures import PlanFigures
    from tujing.planning.solve import Depth, Solved
    from tujing.planning.target import Wanted

BASELINE = "financial_baseline"


@dataclass(frozen=True)
class Wishes:
    """What was asked of a plan, checked."""

    budget: tuple[float, ...]
    quarters: int
    start: date
    seed: int
    pinned: tuple[str, ...]
    forbidden: tuple[str, ...]
    mandatory: tuple[str, ...] = ()


@dataclass(frozen=True)
class Proposal:
    """A plan that is worked out and not stored yet."""

    wanted: Wishes
    limits: Limits
    known: Circumstances
    given: Assumptions
    solved: Solved
    kept_out: Sequence[KeptOut]
    asked: Asked
    before: Plan | None = None


def work_out(
    organisation: Organisation,
    *,
    budget: float | Sequence[float],
    levels: Mapping[str, int],
    quarters: int = 12,
    start: date | None = None,
    capacity: float | None = None,
    parallel: int | None = None,
    seed: int = 0,
    pinned: Iterable[str] = (),
    forbidden: Iterable[str] = (),
    mandatory: Iterable[str] = (),
    loan: float | None = None,
    loan_rate: float | None = None,
    loan_quarters: int | None = None,
    subsidies: Iterable[str] = (),
    skills: Mapping[str, float] | None = None,
    department_parallel: int | None = None,
    most_loss: float | None = None,
    maturity: int | None = None,
    target: Callable[[date, int], Wanted] | None = None,
    starts: Mapping[str, int] | None = None,
    depth: Depth | None = None,
    before: Plan | None = None,
    figures: PlanFigures | None = None,
    say: Callable[[Text], None] | None = None,
    watch: Watch | None = None,
) -> Proposal:
    """Chooses what to do and when; stores nothing, so that no transaction is open while the solver works.

    Parameters
    ----------
    budget
        Yuan: a total, spread evenly, or one amount for each quarter. What is unspent carries over.
    levels
        Scenario id → level today, 0–4; a scenario left out is at level 0.
    start
        First day of the first quarter (default: the next calendar quarter).
    capacity
        Own people's days at hand in each quarter (default: a share of all working time, see `assumptions.yaml`).
    parallel
        Most projects under way at once (default: by size class).
    pinned, forbidden
        `scenario@level` to take or leave out, in any way, or `scenario@level:subscribe`, in that way; without a level:
        the next level pinned, all levels forbidden.
    mandatory
        Like pinned, but a duty: it stays when a wish would have to give way.
    loan, loan_rate, loan_quarters
        Most yuan to borrow, interest a year and term; usual terms where none are given.
    subsidies
        Ids of the rules in `funding.yaml` to count on.
    skills
        Role → days at hand in each quarter; a role left out is limited by all people's days only.
    department_parallel
        Most projects under way at once in one department (default: by size class).
    most_loss
        Most yuan that the worst tenth of the cases may lose on average; negative: they must earn.
    maturity
        Fewest levels to raise.
    target
        Builds a maturity level by a date, from the plan's first day and its quarters.
    starts
        `scenario@level` → the only quarter, from 0, in which it may start.
    before
        A plan to begin from.
    figures
        The enterprise's own assumptions, options and risks in place of those shipped.
    say
        Is told how far it has come.
    watch
        Is told the best plan so far and the bound, yuan.

    Raises
    ------
    BadInput
        When a wish makes no sense, or there is no profile or financial baseline.
    PlanConflict
        When what is asked cannot be done together.
    """
    from tujing.planning import departments, funding
    from tujing.planning.asked_steps import asked_steps, other_ways, starts_of, unwanted_steps
    from tujing.planning.candidates import draw_up
    from tujing.planning.optimise import Limits
    from tujing.planning.own_figures import PlanFigures
    from tujing.planning.risk_register import Surroundings
    from tujing.planning.solve import Depth, solve

    quarters = wishes.check_quarters(quarters)
    money = wishes.spread_budget(budget, quarters)
    own = figures or PlanFigures()
    given, profile = own.assumptions, Profile.objects.filter(organisation=organisation).first()
    size = cast(SizeClass, classification(organisation).size)
    assert profile is not None  # classification refuses an organisation without one
    check_budget(sum(money), float(profile.revenue), profile.staff)
    usual = profile.staff * given.working_days.value * given.own_time_share.value
    days = wishes.check_capacity(capacity, usual, quarters)
    most = given.parallel_by_size.value[size] if parallel is None else wishes.check_parallel(parallel)

    known = circumstances(organisation, profile, size, levels, given)
    candidates, kept_out = draw_up(atlas().manifests.values(), known, given, own.options)
    classed = classification(organisation)
    candidates = prefer(candidates, classed)
    first = wishes.quarter_start(start, 0) if start else wishes.next_quarter(timezone.localdate())
    duties = asked_steps(mandatory, candidates, kept_out, levels)
    wanted = Wishes(
        budget=money,
        quarters=quarters,
        start=first,
        seed=seed,
        pinned=asked_steps(pinned, candidates, kept_out, levels),
        forbidden=unwanted_steps(forbidden, candidates),
        mandatory=duties,
    )
    wings = {name: card.wing for name, card in atlas().manifests.items()}
    usual_department = departments.departments().at_once.value[size]
    in_department = usual_department if department_parallel is None else wishes.check_parallel(department_parallel)
    limits = Limits(
        money,
        days,
        most,
        departments=dict.fromkeys(departments.departments().departments, in_department),
        skills=wishes.check_skills(skills or {}, departments.departments().roles),
        loan=funding.loan_of(loan, loan_rate, loan_quarters),
        subsidies=tuple(funding.subsidy_of(name, candidates, wings, size) for name in dict.fromkeys(subsidies)),
        mandatory={one.partition(":")[0]: None for one in duties},
        starts=starts_of(starts or {}, candidates, quarters),
    )
    aimed = target(first, quarters) if target else None
    unready = draw_up(atlas().manifests.values(), replace(known, readiness={}), given, own.options)[0] if aimed else []
    solved = solve(
        candidates,
        known.baseline,
        limits,
        given,
        wanted.pinned,
        (*wanted.forbidden, *other_ways(duties, candidates)),
        seed,
        depth=depth or Depth(),
        wanted=aimed,
        most_loss=most_loss,
        levels=maturity,
        unready=unready,
        around=Surroundings(
            atlas().manifests,
            known.readiness,
            size,
            float(profile.revenue or 0) or None,
            days,
            most,
            profile.staff,
            own,
        ),
        before=_starts(before, candidates) if before else None,
        say=say,
        watch=watch,
    )
    taken = {one.candidate.id for one in solved.projects}
    solved.document["track"] = track_document(classed, candidates, taken)
    asked = Asked(
        budget=float(budget) if isinstance(budget, (int, float)) else tuple(budget),
        quarters=quarters,
        capacity=capacity,
        parallel=parallel,
        department_parallel=department_parallel,
        skills=dict(skills or {}),
        loan=loan,
        loan_rate=loan_rate,
        loan_quarters=loan_quarters,
        subsidies=tuple(subsidies),
        most_loss=most_loss,
        maturity=maturity,
        pinned=wanted.pinned,
        forbidden=wanted.forbidden,
        mandatory=duties,
        starts=dict(limits.starts),
        seed=seed,
        figures=dict(own.own),
    )
    return Proposal(wanted, limits, known, given, solved, kept_out, asked, before)


def _starts(before: Plan, candidates: Sequence[Candidate]) -> dict[str, int]:
    """Returns an earlier plan's steps that are still candidates, with their starts."""
    known = {one.key for one in candidates}
    rows = {f"{row.scenario}@{row.level}:{row.option}": row.start_quarter for row in before.projects.all()}
    return {step: start for step, start in rows.items() if step in known}


def make_plan(organisation: Organisation, **wishes: Any) -> Plan:
    """Works a plan out and stores it in the open cycle; `wishes` and refusals are those of `work_out`."""
    from tujing.planning.keep_services import keep

    return keep(organisation, work_out(organisation, **wishes))


def latest_plan(organisation: Organisation) -> Plan | None:
    """Returns the plan that holds, the one chosen last, or None."""
    return _chosen_last(Plan.objects.filter(organisation=organisation))


def plan_of(cycle: Cycle) -> Plan | None:
    """Returns the plan of a cycle that was chosen last, or None."""
    return _chosen_last(Plan.objects.filter(cycle=cycle))


def _chosen_last(plans: QuerySet[Plan]) -> Plan | None:
    return plans.filter(chosen__isnull=False).order_by("-chosen", "-id").first()


def baseline(organisation: Organisation) -> Baseline:
    """Returns the organisation's last twelve months.

    Raises
    ------
    BadInput
        When no financial baseline has been imported.
    """
    table = dataspace.arrow(organisation, BASELINE)
    if table is None or table.num_rows == 0:
        raise refuse(
            "no_baseline",
            "还没有财务基线，效益无从测算。请先导入 financial_baseline（每月一行的收入、成本、库存与应收）。",
            "There is no financial baseline yet, so no benefit can be worked out. Import financial_baseline first "
            "(revenue, costs, inventory and receivables, one row a month).",
        )
    columns = [name for name in ("month", *DRIVERS) if name in table.column_names]
    return read_baseline(table.select(columns).to_pydict(), assumptions().minimum_months.value)


def circumstances(
    organisation: Organisation, profile: Profile, size: SizeClass, levels: Mapping[str, int], given: Assumptions
) -> Circumstances:
    """Returns what is known of the enterprise when its candidates are drawn up; refuses as `baseline` does."""
    from tujing.planning.candidates import Circumstances

    facts = dataspace.facts(organisation)
    manifests = atlas().manifests
    known = baseline(organisation)
    check_baseline(known.annual, float(profile.revenue), profile.staff)
    return Circumstances(
        levels=levels,
        size=size,
        production_type=profile.production_type,
        industry=profile.industry,
        baseline=known,
        readiness={name: readiness(manifest, facts) for name, manifest in manifests.items()},
        beliefs={key: Normal(belief.mean, belief.standard_deviation) for key, belief in beliefs(organisation).items()},
        cost_factor=overrun(organisation).factor,
    )
