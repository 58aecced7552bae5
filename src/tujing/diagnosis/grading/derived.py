"""Forms whose numbers another room keeps: the size classes and the quality-SME ladder of `enterprise`."""

from __future__ import annotations

from datetime import date
from functools import cache

from tujing.diagnosis.grading.form import Form, Group, Item, LevelName
from tujing.diagnosis.grading.rules import ByConditions, Condition, Standing
from tujing.diagnosis.instrument import Provenance
from tujing.enterprise import rules
from tujing.words import Text

WORDING = Text(
    zh="只判断数字能回答的条件；另有需人工认定的条件，见办法原文。",
    en="Only tests that a figure answers are judged; the document asks for more that people decide.",
)
SIZE_FROM = date(2011, 6, 18)


@cache
def derived_forms() -> dict[str, Form]:
    """Returns the forms of the enterprise's rules by id: `enterprise_size`, and one for each regime of the ladder."""
    return {"enterprise_size": _size(), **{f"quality_sme_{one.id}": _ladder(one) for one in rules.ladder().regimes}}


def _size() -> Form:
    rule = rules.size_rule()
    rising = tuple(reversed(rule.classes))
    provenance = Provenance(source="document", status=rule.provenance.status)
    staff, revenue = Text(zh="从业人员", en="Staff"), Text(zh="年营业收入", en="Yearly revenue")
    return Form(
        id="enterprise_size",
        version="2011",
        title=Text(zh="中小企业划型（工业）", en="Size class of an industrial enterprise"),
        document=rule.document,
        valid_from=SIZE_FROM,
        valid_to=None,
        wording=WORDING,
        sources={"document": rule.provenance.source},
        groups=(Group(id="size", label=Text(zh="规模", en="Size")),),
        items=(
            Item(id="staff", label=staff, group="size", unit="1", provenance=provenance),
            Item(id="revenue", label=revenue, group="size", unit="CNY", provenance=provenance),
        ),
        levels=tuple(LevelName(level=level, name=one.label) for level, one in enumerate(rising, 1)),
        provenance=provenance,
        rule=ByConditions(
            method="conditions",
            classes=tuple(
                Standing(
                    level=level,
                    all=(
                        Condition(any=(f"staff >= {one.staff}",), words=staff),
                        Condition(any=(f"revenue >= {one.revenue:.0f}",), words=revenue),
                    ),
                )
                for level, one in enumerate(rising, 1)
            ),
        ),
    )


def _ladder(regime: rules.Regime) -> Form:
    facts, honours = rules.ladder().facts, rules.honours()
    asked = {threshold.fact for rung in regime.rungs for test in rung.tests for threshold in test.any}
    provenance = Provenance(source="document", status=regime.provenance.status)
    return Form(
        id=f"quality_sme_{regime.id}",
        version=str(regime.valid_from.year),
        title=Text(zh=f"优质中小企业梯度培育（{regime.document}）", en=f"Quality-SME ladder ({regime.document})"),
        document=regime.document,
        valid_from=regime.valid_from,
        valid_to=regime.valid_to,
        wording=WORDING,
        sources={"document": regime.provenance.source},
        groups=(Group(id="figures", label=Text(zh="指标", en="Figures")),),
        items=tuple(
            Item(id=id, label=fact.label, group="figures", unit=fact.unit, provenance=provenance)
            for id, fact in facts.items()
            if id in asked
        ),
        levels=(
            LevelName(level=0, name=Text(zh="未在梯度内", en="not on the ladder")),
            *(LevelName(level=level, name=honours[one.honour].label) for level, one in enumerate(regime.rungs, 1)),
        ),
        provenance=provenance,
        rule=ByConditions(
            method="conditions",
            classes=tuple(
                Standing(level=level, all=tuple(_condition(test, facts) for test in rung.tests))
                for level, rung in enumerate(regime.rungs, 1)
            ),
        ),
    )


def _condition(test: rules.Test, facts: dict[str, rules.Fact]) -> Condition:
    named = [facts[threshold.fact].label for threshold in test.any]
    return Condition(
        any=tuple(_comparison(threshold) for threshold in test.any),
        words=Text(zh=" 或 ".join(one.zh for one in named), en=" or ".join(one.en for one in named)),
    )


def _comparison(threshold: rules.Threshold) -> str:
    if threshold.at_least is not None:
        return f"{threshold.fact} >= {threshold.at_least}"
    return f"{threshold.fact} <= {threshold.at_most}"
