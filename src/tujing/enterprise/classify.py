"""Size class, ladder tier and the guide's track of an enterprise, each with its reason. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from tujing.enterprise import rules
from tujing.enterprise.rules import Regime, Rung, SizeClass, Threshold, Track
from tujing.problems import refuse
from tujing.words import Text


@dataclass(frozen=True)
class ProfileFacts:
    """What decides the classes. Revenue in yuan a year; `facts` by the keys of `rules/ladder.yaml`."""

    industry: str
    staff: int
    revenue: float
    chain_role: Literal["leader", "member"] = "member"
    honours: tuple[str, ...] = ()
    facts: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class RungTest:
    """One test of the next rung; `met` is None when the figure is not known."""

    words: Text
    met: bool | None


@dataclass(frozen=True)
class NextRung:
    """The next recognition on the ladder and how the known figures stand against its tests."""

    honour: str
    label: Text
    document: str
    tests: tuple[RungTest, ...]
    besides: Text


@dataclass(frozen=True)
class Classification:
    """`size` large|medium|small|micro; `tier` an honour's id or "none"; `track` chain|whole|stepwise with a `step`."""

    size: str
    size_label: Text
    above_scale: bool
    """规上: counted by industrial statistics."""
    tier: str
    tier_label: Text
    track: str
    step: str
    track_label: Text
    clause: str
    focus: Text
    reasons: tuple[Text, ...]
    next_rung: NextRung | None


OFF_LADDER = Text(zh="未在梯度培育名单", en="not on the ladder")


def classify(facts: ProfileFacts, on: date) -> Classification:
    """Classes an enterprise by the rules in force on a day.

    Raises
    ------
    BadInput
        When the industry is none of the size rule's, a figure is negative, or an honour is not known.
    """
    _check(facts)
    size = size_class(facts.staff, facts.revenue)
    above_scale = facts.revenue >= rules.size_rule().above_scale.revenue
    tier = _tier(facts, size)
    track = _track(facts, size.id, above_scale)
    regime = rules.ladder().regime(on)
    return Classification(
        size=size.id,
        size_label=size.label,
        above_scale=above_scale,
        tier=tier,
        tier_label=rules.honours()[tier].label if tier != "none" else OFF_LADDER,
        track=track.id,
        step=track.step,
        track_label=track.label,
        clause=track.clause,
        focus=track.focus,
        reasons=(
            _size_reason(facts, size),
            _scale_reason(facts.revenue, above_scale),
            _tier_reason(tier, size, regime, on),
            _track_reason(track),
        ),
        next_rung=_next_rung(facts, size, tier, regime),
    )


def size_class(staff: int, revenue: float) -> SizeClass:
    """Returns the largest class whose two thresholds are both met."""
    return next(one for one in rules.size_rule().classes if staff >= one.staff and revenue >= one.revenue)


def _check(facts: ProfileFacts) -> None:
    if facts.industry[:1] not in rules.size_rule().industries:
        raise refuse(
            "not_industry",
            f"行业代码 {facts.industry} 不属于工业，划型规则只适用于采矿、制造、电热气水（B、C、D）。",
            f"Industry {facts.industry} is not industrial; the size rule covers sections B, C and D only.",
            key="industry",
            value=facts.industry,
        )
    for name, value in (("staff", facts.staff), ("revenue", facts.revenue)):
        if not value >= 0:
            raise refuse(
                "negative", "不能为负数，请改正。", "Cannot be negative; correct it.", key=name, value=str(value)
            )
    for honour in facts.honours:
        if honour not in rules.honours():
            raise refuse(
                "unknown_honour",
                f"不认识荣誉 {honour}，可用的有：{'、'.join(rules.honours())}。",
                f"The honour {honour} is not known; there are: {', '.join(rules.honours())}.",
                key="honours",
                value=honour,
            )


def _tier(facts: ProfileFacts, size: SizeClass) -> str:
    """The highest rung held. The ladder is for small and medium enterprises; a champion may be large."""
    held = [rules.honours()[id] for id in facts.honours if rules.honours()[id].ladder]
    if size.id == "large":
        held = [one for one in held if one.id == "manufacturing_champion"]
    return max(held, key=lambda one: one.ladder).id if held else "none"


def _track(facts: ProfileFacts, size: str, above_scale: bool) -> Track:
    known: dict[str, tuple[str | bool, ...]] = {
        "chain_role": (facts.chain_role,),
        "size": (size,),
        "above_scale": (above_scale,),
        "honours": facts.honours,
    }
    return next(
        track
        for track in rules.tracks().tracks
        if all(set(known[name]) & set(wanted) for name, wanted in track.when.items())
    )


def _next_rung(facts: ProfileFacts, size: SizeClass, tier: str, regime: Regime | None) -> NextRung | None:
    if regime is None or size.id == "large":
        return None
    height = rules.honours()[tier].ladder if tier != "none" else 0
    rung = next((one for one in regime.rungs if rules.honours()[one.honour].ladder == height + 1), None)
    if rung is None:
        return None
    return NextRung(
        honour=rung.honour,
        label=rules.honours()[rung.honour].label,
        document=regime.document,
        tests=_rung_tests(rung, {"revenue": facts.revenue, **facts.facts}),
        besides=rung.besides,
    )


def _rung_tests(rung: Rung, known: Mapping[str, float]) -> tuple[RungTest, ...]:
    tests = []
    for test in rung.tests:
        answers = [one.holds(known[one.fact]) if one.fact in known else None for one in test.any]
        met = True if True in answers else None if None in answers else False
        words = Text(
            zh=" 或 ".join(_threshold_words(one)["zh"] for one in test.any),
            en=" or ".join(_threshold_words(one)["en"] for one in test.any),
        )
        tests.append(RungTest(words, met))
    return tuple(tests)


def _threshold_words(threshold: Threshold) -> Text:
    fact = rules.ladder().facts[threshold.fact]
    limit = threshold.at_least if threshold.at_least is not None else threshold.at_most
    assert limit is not None
    share = fact.unit == "1" and limit < 1
    zh, en = (f"{limit:.0%}",) * 2 if share else _amount(limit, fact.unit)
    sign = "≥" if threshold.at_least is not None else "≤"
    return Text(zh=f"{fact.label.zh} {sign} {zh}", en=f"{fact.label.en} {sign} {en}")


def _amount(value: float, unit: str) -> tuple[str, str]:
    if unit == "CNY":
        return _yuan(value)
    if unit == "a":
        return f"{value:g} 年", f"{value:g} years"
    return f"{value:g}", f"{value:g}"


def _yuan(value: float) -> tuple[str, str]:
    return f"{value / 1e4:,.0f} 万元", f"{value / 1e6:,.2f} million yuan"


def _size_reason(facts: ProfileFacts, size: SizeClass) -> Text:
    rule = rules.size_rule()
    zh, en = _yuan(facts.revenue)
    zh_limit, en_limit = _yuan(size.revenue)
    if size.id == "micro":
        above = rule.classes[-2]
        zh_above, en_above = _yuan(above.revenue)
        return Text(
            zh=f"从业人员 {facts.staff} 人、营业收入 {zh}，未同时达到小型的 {above.staff} 人和 {zh_above}，"
            f"为微型（{rule.document}）。",
            en=f"{facts.staff} staff and {en} of revenue do not both reach the small class "
            f"({above.staff} staff, {en_above}): micro ({rule.document}).",
        )
    return Text(
        zh=f"从业人员 {facts.staff} 人 ≥ {size.staff} 人，营业收入 {zh} ≥ {zh_limit}，"
        f"为{size.label.zh}（{rule.document}）。",
        en=f"{facts.staff} staff ≥ {size.staff} and revenue {en} ≥ {en_limit}: {size.label.en} ({rule.document}).",
    )


def _scale_reason(revenue: float, above_scale: bool) -> Text:
    rule = rules.size_rule().above_scale
    zh, en = _yuan(rule.revenue)
    if above_scale:
        return Text(
            zh=f"年主营业务收入达到 {zh}，为规上工业企业（{rule.clause.zh}）。",
            en=f"Yearly revenue reaches {en}: an industrial enterprise above designated size ({rule.clause.en}).",
        )
    return Text(
        zh=f"年主营业务收入不足 {zh}，为规下工业企业（{rule.clause.zh}）。",
        en=f"Yearly revenue is below {en}: below designated size ({rule.clause.en}).",
    )


def _tier_reason(tier: str, size: SizeClass, regime: Regime | None, on: date) -> Text:
    document = f"{regime.document}" if regime else ""
    zh_rule = f"（{on.isoformat()} 适用 {document}）" if regime else f"（{on.isoformat()} 尚无梯度培育办法）"
    en_rule = f" ({document} applies on {on.isoformat()})" if regime else f" (no ladder rule yet on {on.isoformat()})"
    if tier != "none":
        label = rules.honours()[tier].label
        return Text(zh=f"持有“{label.zh}”认定{zh_rule}。", en=f"Holds the recognition {label.en}{en_rule}.")
    if size.id == "large":
        return Text(
            zh=f"梯度培育面向中小企业，大型企业不在其列{zh_rule}。",
            en=f"The ladder is for small and medium enterprises; a large one is not on it{en_rule}.",
        )
    return Text(zh=f"未登记梯度培育认定{zh_rule}。", en=f"No recognition of the ladder is on record{en_rule}.")


def _track_reason(track: Track) -> Text:
    return Text(
        zh=f"适用指南{track.clause}{track.label.zh}：{track.focus.zh}",
        en=f"The guide's part {track.clause} applies, {track.label.en}: {track.focus.en}",
    )
