"""Making and reading plans."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, cast

from django.db import transaction
from django.utils import timezone

from tujing.adoption.readiness import readiness
from tujing.adoption.services import beliefs, current_cycle, overrun
from tujing.atlas.loader import atlas
from tujing.atlas.manifest import SizeClass
from tujing.dataspace import services as dataspace
from tujing.enterprise.models import Organisation, Profile
from tujing.enterprise.services import classification
from tujing.planning import wishes
from tujing.planning.assumptions import Assumptions, assumptions
from tujing.planning.models import Plan, PlannedProject, Rejection
from tujing.planning.money_units import check_baseline, check_budget
from tujing.planning.tracks import prefer, track_document
from tujing.planning.uncertainty import Normal
from tujing.planning.value import DRIVERS, Baseline, read_baseline, worth
from tujing.problems import refuse
from tujing.words import Text

if TYPE_CHECKING:
    from tujing.planning.candidates import Candidate, Circumstances, KeptOut
    from tujing.planning.optimise import Limits
    from tujing.planning.own_figures import PlanFigures
    from tujing.planning.reasons import Rejected
    from tujing.planning.solve import Depth, Solved
    from tujing.planning.target import Wanted

BASELINE = "financial_baseline"
WAITING: dict[str, dict[str, Any]] = {
    kind: {
        "relaxation": {
            "stretch": [{"constraint": f"blocked:{kind}", "by": 1}],
            "price": None,
            "objective": None,
            "words": words.as_dict(),
        }
    }
    for kind, words in (
        ("readiness", Text(zh="补齐上述数据后可列入候选。", en="It becomes a candidate once these data are ready.")),
        (
            "missing_baseline",
            Text(zh="补填基线后可列入候选。", en="It becomes a candidate once the baseline is filled in."),
        ),
        (
            "prerequisite",
            Text(zh="前置步骤能列入后可列入候选。", en="It becomes a candidate once that step can be planned."),
        ),
    )
}
"""What lets a step in that is no candidate; nothing is solved for it, so no price is told."""
NO_COST = Text(zh="清单没有给出这一等级的费用。", en="Its manifest gives no cost of that level.")


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
    depth: Depth | None = None,
    before: Plan | None = None,
    figures: PlanFigures | None = None,
    say: Callable[[Text], None] | None = None,
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
    before
        A plan to begin from.
    figures
        The enterprise's own assumptions, options and risks in place of those shipped.
    say
        Is told how far it has come.

    Raises
    ------
    BadInput
        When a wish makes no sense, or there is no profile or financial baseline.
    PlanConflict
        When what is asked cannot be done together.
    """
    from tujing.planning import departments, funding
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
    duties = _pins(mandatory, candidates, kept_out, levels)
    wanted = Wishes(
        budget=money,
        quarters=quarters,
        start=first,
        seed=seed,
        pinned=_pins(pinned, candidates, kept_out, levels),
        forbidden=_bans(forbidden, candidates),
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
    )
    aimed = target(first, quarters) if target else None
    unready = draw_up(atlas().manifests.values(), replace(known, readiness={}), given, own.options)[0] if aimed else []
    solved = solve(
        candidates,
        known.baseline,
        limits,
        given,
        wanted.pinned,
        (*wanted.forbidden, *_other_ways(duties, candidates)),
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
    )
    taken = {one.candidate.id for one in solved.projects}
    solved.document["track"] = track_document(classed, candidates, taken)
    return Proposal(wanted, limits, known, given, solved, kept_out)


def _other_ways(duties: Sequence[str], candidates: Sequence[Candidate]) -> list[str]:
    """A duty to be done in one way leaves out the others."""
    fixed = {one.partition(":")[0]: one for one in duties if ":" in one}
    return [one.key for one in candidates if one.id in fixed and one.key != fixed[one.id]]


def _starts(before: Plan, candidates: Sequence[Candidate]) -> dict[str, int]:
    """Returns an earlier plan's steps that are still candidates, with their starts."""
    known = {one.key for one in candidates}
    rows = {f"{row.scenario}@{row.level}:{row.option}": row.start_quarter for row in before.projects.all()}
    return {step: start for step, start in rows.items() if step in known}


def make_plan(organisation: Organisation, **wishes: Any) -> Plan:
    """Works a plan out and stores it in the open cycle; `wishes` and refusals are those of `work_out`."""
    return keep(organisation, work_out(organisation, **wishes))


@transaction.atomic
def keep(organisation: Organisation, proposal: Proposal) -> Plan:
    """Stores a proposal as the newest plan of the open cycle."""
    wanted, limits, known, solved = proposal.wanted, proposal.limits, proposal.known, proposal.solved
    plan = Plan.objects.create(
        organisation=organisation,
        cycle=current_cycle(organisation),
        start=wanted.start,
        quarters=wanted.quarters,
        budget=list(wanted.budget),
        status=solved.choice.status,
        objective=solved.choice.objective,
        bound=solved.choice.bound,
        seed=wanted.seed,
        parameters={
            "assumptions": proposal.given.values(),
            "overlap": solved.factors,
            "person_days": list(limits.person_days),
            "parallel": limits.parallel,
            "departments": dict(limits.departments),
            "skills": dict(limits.skills),
            "loan": asdict(limits.loan) if limits.loan else None,
            "subsidies": [rule.id for rule in limits.subsidies],
            "pinned": list(wanted.pinned),
            "forbidden": list(wanted.forbidden),
            "mandatory": list(wanted.mandatory),
            "size": known.size,
            "levels": dict(known.levels),
            "cost_factor": known.cost_factor,
            "baseline": _baseline_document(known.baseline, proposal.given),
        },
        result=solved.document,
    )
    PlannedProject.objects.bulk_create(
        PlannedProject(
            plan=plan,
            organisation=organisation,
            scenario=project.candidate.scenario,
            level=project.candidate.level,
            option=project.candidate.option or "buy",
            department=project.candidate.department,
            sources=dict(project.sources),
            start_quarter=project.start,
            quarters=project.candidate.quarters,
            start=wishes.quarter_start(wanted.start, project.start),
            end=wishes.quarter_end(wanted.start, project.start + project.candidate.quarters),
            cost=project.candidate.one_off.mean,
            yearly_cost=project.candidate.yearly.mean,
            person_days=project.candidate.person_days,
            npv=project.npv,
            reason=project.why.as_dict(),
        )
        for project in solved.projects
    )
    left_out = [
        Rejection(
            plan=plan,
            organisation=organisation,
            scenario=reason.step.rpartition("@")[0],
            level=int(reason.step.rpartition("@")[2]),
            kind=reason.kind,
            reason=reason.why.as_dict(),
            loss=reason.loss,
            exact=reason.exact,
            details=details_of(reason),
        )
        for reason in solved.rejected
    ]
    never_in = [
        Rejection(
            plan=plan,
            organisation=organisation,
            scenario=one.scenario,
            level=one.level,
            kind=one.kind,
            reason=one.why.as_dict(),
            details=WAITING.get(one.kind, {}),
        )
        for one in proposal.kept_out
    ]
    Rejection.objects.bulk_create(left_out + never_in)
    return plan


def details_of(reason: Rejected) -> dict[str, Any]:
    """Returns what stands beside the words of a rejection, as plain JSON."""
    relaxed, even = reason.relaxation, reason.break_even
    return {
        "binding": list(reason.binding),
        "displaced": list(reason.displaced),
        "relaxation": relaxed
        and {
            "stretch": [{"constraint": name, "by": by} for name, by in relaxed.stretch],
            "price": relaxed.price,
            "objective": relaxed.objective,
            "words": relaxed.words.as_dict(),
        },
        "break_even": even
        and {"effect": even.effect, "cheaper": even.cheaper, "exact": even.exact, "words": even.words.as_dict()},
    }


def latest_plan(organisation: Organisation) -> Plan | None:
    """Returns the organisation's newest plan, or None."""
    return Plan.objects.filter(organisation=organisation).first()


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


def _pins(
    wanted: Iterable[str], candidates: Sequence[Candidate], kept_out: Sequence[KeptOut], levels: Mapping[str, int]
) -> tuple[str, ...]:
    known = {name for one in candidates for name in (one.id, one.key)}
    reasons = {one.id: one.why for one in kept_out}
    pinned = []
    for wish in wanted:
        scenario, level, option = wishes.read_step(wish)
        card = atlas().card(scenario).manifest
        if level is None:
            level = min((cost.level for cost in card.costs if cost.level > levels.get(scenario, 0)), default=4)
        step = f"{scenario}@{level}"
        if level <= levels.get(scenario, 0):
            raise refuse(
                "already_there",
                f"“{card.name.zh}”今天已在 {levels.get(scenario, 0)} 级，不必再列入；请选更高的等级或去掉这一项。",
                f"{card.name.en} is at level {levels.get(scenario, 0)} already; choose a higher level or drop it.",
                value=wish,
            )
        if step not in known:
            why = reasons.get(step, NO_COST)
            raise refuse(
                "cannot_pin",
                f"“{card.name.zh}”{level} 级不能列入规划：{why.zh}",
                f"{card.name.en} level {level} cannot be planned. {why.en}",
                value=wish,
            )
        named = f"{step}:{option}" if option else step
        if named not in known:
            ways = ", ".join(one.option for one in candidates if one.id == step)
            raise refuse(
                "unknown_option",
                f"“{card.name.zh}”{level} 级没有 {option} 这种方式，可选：{ways}。",
                f"{card.name.en} level {level} cannot be had by {option}; there are: {ways}.",
                value=wish,
            )
        pinned.append(named)
    return tuple(dict.fromkeys(pinned))


def _bans(unwanted: Iterable[str], candidates: Sequence[Candidate]) -> tuple[str, ...]:
    banned: list[str] = []
    for wish in unwanted:
        scenario, level, option = wishes.read_step(wish)
        atlas().card(scenario)
        banned += [
            one.key if option else one.id
            for one in candidates
            if one.scenario == scenario and level in (None, one.level) and option in ("", one.option)
        ]
    return tuple(dict.fromkeys(banned))


def _baseline_document(known: Baseline, given: Assumptions) -> dict[str, Any]:
    """Returns the baseline with what each driver is worth, so that every benefit opens to its figures."""
    return {
        "months": known.months,
        "first": known.first.isoformat() if known.first else None,
        "last": known.last.isoformat() if known.last else None,
        "margin": known.margin,
        "annual": dict(known.annual),
        "worth": {driver: worth(driver, known, given.cost_of_capital.value) for driver in DRIVERS},
    }
