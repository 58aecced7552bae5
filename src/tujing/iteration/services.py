"""Once round the loop, and on to the next turn. This room alone sees the other four steps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pyarrow.compute as pc
from django.db import transaction
from django.utils import timezone

from tujing import __version__
from tujing.adoption.models import Adoption, Cycle, Stage
from tujing.adoption.services import adoptions, current_cycle
from tujing.atlas.loader import atlas
from tujing.dataspace import services as dataspace
from tujing.delivery import services as delivery
from tujing.delivery.reading_services import standing_milestones
from tujing.diagnosis import services as diagnosis
from tujing.diagnosis.instrument import instrument
from tujing.enterprise.models import Organisation
from tujing.evaluation import services as evaluation
from tujing.iteration.keeping import keep_forecasts
from tujing.iteration.review import review
from tujing.iteration.spiral import Spiral, Standing, spiral
from tujing.iteration.target import aim
from tujing.planning import services as planning
from tujing.planning.keep_services import keep
from tujing.planning.wishes import next_quarter
from tujing.problems import refuse
from tujing.runtime.contract import Budget
from tujing.runtime.models import Run
from tujing.runtime.registry import solution
from tujing.runtime.services import run_now, runs
from tujing.words import Text

CARRIED = (Stage.PLANNED, Stage.IMPLEMENTING, Stage.IN_USE, Stage.EVALUATED)

MONTHS = 12

Say = Callable[[Text], None]


def where(organisation: Organisation) -> Spiral:
    """Returns where the organisation stands in the loop."""
    cycle = current_cycle(organisation)
    mine = adoptions(organisation, cycle)
    steps = standing_milestones(organisation, mine)
    assessment = diagnosis.latest(organisation)
    plan = planning.latest_plan(organisation)
    return spiral(
        Standing(
            cycle=cycle.number,
            assessment_level=None if assessment is None else diagnosis.result(assessment).level,
            assessment_progress=_draft_progress(organisation),
            plan_projects=plan.projects.count() if plan is not None and plan.cycle_id == cycle.pk else None,
            milestones=steps.count(),
            milestones_passed=steps.filter(passed=True).count(),
            in_use=mine.filter(stage__in=[Stage.IN_USE, Stage.EVALUATED]).count(),
            evaluated=mine.filter(stage=Stage.EVALUATED).count(),
        )
    )


def _draft_progress(organisation: Organisation) -> float:
    draft = diagnosis.draft(organisation)
    if draft is None:
        return 0.0
    known = instrument(draft.instrument)
    questions = {one.id for one in (*known.indicators, *known.scenarios)}
    return len(questions & set(draft.answers)) / len(questions)


def levels_today(organisation: Organisation) -> dict[str, int]:
    """Returns each scenario's level today: what the newest assessment claims, or what an adoption has reached.

    A scenario that maps to several items of the instrument stands where the weakest of them stands. A pilot in part of
    the factory does not raise the level of the whole.
    """
    assessment = diagnosis.latest(organisation)
    claimed: Mapping[str, int] = {} if assessment is None else diagnosis.result(assessment).scenario_levels
    levels: dict[str, int] = {}
    for name, manifest in atlas().manifests.items():
        mapped = [claimed[item] for item in manifest.maps.sme_2024 if item in claimed]
        levels[name] = min(mapped, default=0)
    for adoption in adoptions(organisation):
        if not adoption.is_pilot and adoption.stage in (Stage.IN_USE, Stage.EVALUATED):
            levels[adoption.scenario] = max(levels.get(adoption.scenario, 0), adoption.level_today)
    return levels


def make_plan(
    organisation: Organisation,
    today: date | None = None,
    *,
    target_level: int | None = None,
    by: str | None = None,
    name: str = "",
    variant: bool = False,
    **wishes: Any,
) -> planning.Plan:
    """Plans the open cycle from the levels of today and keeps what it forecasts.

    `wishes` are those of `planning.services.work_out`; `today` is for an enterprise with a calendar of its own. With
    `target_level` or `by` (`2028Q4`) the plan reaches that level of the newest assessment's instrument by then. A
    variant stands beside the plan that holds until it is chosen; nothing is forecast of it yet.
    """
    proposal = work_out(organisation, today, target_level=target_level, by=by, **wishes)
    plan = keep(organisation, proposal, name=name, variant=variant)
    if not variant:
        keep_forecasts(organisation, plan, today or timezone.localdate())
    return plan


def work_out(
    organisation: Organisation,
    today: date | None = None,
    *,
    target_level: int | None = None,
    by: str | None = None,
    **wishes: Any,
) -> planning.Proposal:
    """Works out what `make_plan` would store; stores nothing."""
    levels = levels_today(organisation)
    if target_level is not None or by is not None:
        wishes["target"] = aim(organisation, target_level, by, levels)
    proposal = planning.work_out(organisation, levels=levels, **{**_begin(today), **wishes})
    return replace(proposal, asked=proposal.asked.model_copy(update={"target_level": target_level, "by": by}))


def _begin(today: date | None) -> dict[str, date]:
    """The first quarter of a plan made on a day of an enterprise's own calendar."""
    return {} if today is None else {"start": next_quarter(today)}


def take_up_plan(organisation: Organisation, plan: planning.Plan) -> list[Adoption]:
    """Makes the plan's projects adoptions with milestones."""
    return delivery.adopt_plan(
        organisation,
        [
            delivery.Project(
                row.scenario,
                row.level,
                row.start,
                row.end,
                option=getattr(row, "option", "buy"),
                department=getattr(row, "department", ""),
                cost=row.cost,
                person_days=row.person_days,
            )
            for row in plan.projects.filter(organisation=organisation)
        ],
    )


def next_cycle(organisation: Organisation, today: date | None = None, after: Cycle | None = None) -> Cycle:
    """Closes the open cycle and opens the next one; adoptions that are planned, under way or in use carry over.

    Their projects and milestones go with them.

    Raises
    ------
    BadInput
        When nothing was planned or evaluated yet, so that there is nothing to iterate on, or the open cycle is no
        longer `after`, because somebody else has opened the next one meanwhile.
    """
    day = today or timezone.localdate()
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=organisation.pk)  # one iterates at a time
        cycle = current_cycle(organisation)
        if after is not None and cycle != after:
            raise refuse(
                "iterated_meanwhile",
                f"下一轮已由他人开启（现为第 {cycle.number} 轮），请刷新后查看。",
                f"Somebody else has opened the next cycle meanwhile (it is {cycle.number} now); look again.",
            )
        _check_carried(organisation, cycle)
        mine = adoptions(organisation, cycle)
        cycle.closed = day
        cycle.save(update_fields=["closed"])
        opened = Cycle.objects.create(organisation=organisation, number=cycle.number + 1, opened=day)
        for old in mine.filter(stage__in=CARRIED):
            new = Adoption.objects.create(
                organisation=organisation,
                cycle=opened,
                scenario=old.scenario,
                scenario_version=old.scenario_version,
                # What was evaluated is in use, and will be evaluated again.
                stage=Stage.IN_USE if old.stage == Stage.EVALUATED else old.stage,
                level_today=old.level_today,
                level_target=old.level_target,
                level_before=old.level_before,
                start=old.start,
                go_live=old.go_live,
                scope=old.scope,
                is_pilot=old.is_pilot,
                carried_from=old,
            )
            delivery.carry_over(old, new)
        return opened


def run_all(organisation: Organisation, budget: Budget, say: Say, never_run_only: bool = False) -> list[Run]:
    """Runs every runnable scenario that the organisation has adopted and has the data for.

    A scenario whose data have not changed since its last run, by the same code, is not run again: that run stands. With
    `never_run_only` any earlier run stands.
    """
    done: list[Run] = []
    ready = diagnosis.readiness_by_scenario(organisation)
    adopted = adoptions(organisation).exclude(stage=Stage.STOPPED).values_list("scenario", flat=True)
    for scenario in dict.fromkeys(adopted):  # a pilot and its roll-out are one scenario
        entry = ready.get(scenario)
        if solution(scenario) is None or entry is None or not entry.ready:
            continue
        name = atlas().card(scenario).manifest.name
        standing = _standing_run(organisation, scenario, never_run_only)
        if standing is not None:
            say(Text(zh=f"数据未变，沿用上次运行：{name.zh}", en=f"Same data, so the last run stands: {name.en}"))
            done.append(standing)
            continue
        say(Text(zh=f"运行场景：{name.zh}", en=f"Running scenario: {name.en}"))
        done.append(run_now(organisation, scenario, budget=budget))
    return done


def _standing_run(organisation: Organisation, scenario: str, any_run: bool) -> Run | None:
    """Returns the scenario's last run when what it read has not changed since; its own output is not counted."""
    last: Run | None = runs(organisation, scenario).first()
    if last is None or any_run:
        return last
    if last.code_version != __version__:
        return None
    needs = atlas().card(scenario).manifest.data_elements
    written = {need.element for need in needs.writes}
    now = {
        need.element: found[0].number
        for need in needs.reads
        if need.element not in written and (found := dataspace.versions(organisation, need.element))
    }
    before = {name: number for name, number in last.input_versions.items() if name not in written}
    return last if now == before else None


def usual_budget(organisation: Organisation, quarters: int) -> float:
    """Returns the whole budget in yuan to plan with when none is given: that of the last plan, scaled to its length, or
    else what the enterprise spent on digital projects over its last twelve months.

    Raises
    ------
    BadInput
        When neither is known.
    """
    last = planning.latest_plan(organisation)
    if last is not None:
        return float(sum(last.budget)) / last.quarters * quarters
    table = dataspace.arrow(organisation, "financial_baseline", ["month", "digital_spend"])
    if table is not None and table.num_rows:
        year = table.sort_by([("month", "descending")]).slice(0, MONTHS)
        spent = pc.sum(year["digital_spend"]).as_py()
        if spent:
            return float(spent) / year.num_rows * 3 * quarters
    raise refuse(
        "no_budget",
        "请用 --budget 给出规划期的总预算（元），例如 --budget 1500000。",
        "Give the whole budget in yuan with --budget, e.g. --budget 1500000.",
    )


def iterate(
    organisation: Organisation,
    budget: float | None = None,
    quarters: int = 12,
    seed: int = 0,
    today: date | None = None,
    told: Callable[[float, Text], None] | None = None,
) -> tuple[Cycle, planning.Plan]:
    """Evaluates what is in use, opens the next cycle and plans it with what was measured.

    Without a budget the usual one is taken. `told` hears how far it is, 0–1, and what is being done.

    Raises
    ------
    BadInput
        When there is nothing to iterate on, or no budget is known.
    """
    cycle = current_cycle(organisation)
    _check_carried(organisation, cycle)
    wanted = usual_budget(organisation, quarters) if budget is None else budget
    tell = told or (lambda _share, _words: None)
    tell(0.05, Text(zh="正在评估在用的场景", en="Evaluating what is in use"))
    evaluation.evaluate(organisation)
    tell(0.4, Text(zh="正在总结本轮：预测与实测、经验", en="Reviewing the turn: forecasts, measurements, lessons"))
    day = today or timezone.localdate()
    cycle.review = review(organisation, cycle, day)
    cycle.save(update_fields=["review"])
    levels = levels_today(organisation)
    tell(0.55, Text(zh="正在规划下一轮", en="Planning the next turn"))
    # The solver works before the transaction begins: nobody waits for it, and a refused plan opens no cycle.
    proposal = planning.work_out(
        organisation,
        budget=wanted,
        levels=levels,
        quarters=quarters,
        seed=seed,
        pinned=_under_way(organisation, cycle, levels),
        **_begin(today),
    )
    with transaction.atomic():
        opened = next_cycle(organisation, today, after=cycle)
        plan = keep(organisation, proposal)
        keep_forecasts(organisation, plan, day)
        return opened, plan


def _check_carried(organisation: Organisation, cycle: Cycle) -> None:
    if not adoptions(organisation, cycle).filter(stage__in=CARRIED).exists():
        raise refuse(
            "nothing_to_iterate",
            "本轮还没有规划或投用的场景，请先完成规划。",
            "Nothing is planned or in use in this cycle yet; make a plan first.",
        )


def _under_way(organisation: Organisation, cycle: Cycle, levels: Mapping[str, int]) -> list[str]:
    """Steps that are half-done: the next plan must finish them, unless the level is reached already."""
    under_way = adoptions(organisation, cycle).filter(stage=Stage.IMPLEMENTING, is_pilot=False)
    steps = [(adoption.scenario, adoption.level_today + 1) for adoption in under_way]
    return [f"{scenario}@{level}" for scenario, level in steps if level > levels.get(scenario, 0)]
