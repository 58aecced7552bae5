"""The steps that people name in their wishes, held against the candidates: taken, left out, begun in a quarter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from tujing.atlas.loader import atlas
from tujing.planning import wishes
from tujing.planning.candidates import Candidate, KeptOut
from tujing.problems import refuse
from tujing.words import Text

NO_COST = Text(zh="清单没有给出这一等级的费用。", en="Its manifest gives no cost of that level.")


def asked_steps(
    wanted: Iterable[str], candidates: Sequence[Candidate], kept_out: Sequence[KeptOut], levels: Mapping[str, int]
) -> tuple[str, ...]:
    """Returns the steps to take as `scenario@level` or, in one way, `scenario@level:option`.

    Raises
    ------
    BadInput
        When a step is reached already, or is no candidate, with the reason.
    """
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


def unwanted_steps(unwanted: Iterable[str], candidates: Sequence[Candidate]) -> tuple[str, ...]:
    """Returns every step and way to leave out; without a level, all of the scenario's."""
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


def starts_of(starts: Mapping[str, int], candidates: Sequence[Candidate], quarters: int) -> dict[str, int]:
    """Checks the quarters in which steps are to start."""
    least: dict[str, int] = {}
    for one in candidates:
        least[one.id] = min(one.quarters, least.get(one.id, quarters + 1))
    for step, start in starts.items():
        if step not in least:
            raise refuse(
                "cannot_start",
                f"“{step}”不在候选之列，不能指定开始季度。",
                f"{step} is no candidate, so it cannot be given a quarter to start in.",
                key="starts",
                value=step,
            )
        if not 0 <= start <= quarters - least[step]:
            raise refuse(
                "starts_too_late",
                f"“{step}”至少要 {least[step]} 个季度，从第 {start + 1} 个季度开始在规划期内做不完，请提前。",
                f"{step} takes {least[step]} quarters at least; begun in quarter {start + 1} it is not finished within "
                "the plan. Begin it earlier.",
                key="starts",
                value=f"{step}={start}",
            )
    return dict(starts)


def other_ways(duties: Sequence[str], candidates: Sequence[Candidate]) -> list[str]:
    """A duty to be done in one way leaves out the others."""
    fixed = {one.partition(":")[0]: one for one in duties if ":" in one}
    return [one.key for one in candidates if one.id in fixed and one.key != fixed[one.id]]
