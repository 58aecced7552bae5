"""Ten thousand times too much or too little: amounts in 万元 where yuan are meant, or the other way round, caught.

What is known of the enterprise from another place says what to expect: the revenue and the number of staff of its
profile. An amount that fits ten thousand times better in the other unit is refused, with the amount that was meant.
"""

from __future__ import annotations

from collections.abc import Mapping

from tujing.atlas.manifest import Driver
from tujing.problems import BadInput, Problem
from tujing.words import Text

TEN_THOUSAND = 10_000.0
SLACK = 10.0
"""A ratio within this factor of 10 000 counts as the wrong unit."""
LABOUR_A_HEAD = 100_000.0
"""Yuan of labour cost a head and year in manufacturing, to an order of magnitude."""
MOST_OF_REVENUE = 20.0
"""No plan's budget is more years' revenue than this."""
LEAST_A_HEAD = 10.0
"""Yuan a head under which a whole plan's budget is no budget."""


def check_baseline(annual: Mapping[Driver, float | None], revenue: float, staff: int) -> None:
    """Refuses a baseline that is about 10 000 times off the profile.

    Parameters
    ----------
    annual
        Yuan a year by driver, as in `Baseline.annual`.
    revenue, staff
        Of the enterprise's profile; nought or less is not known.

    Raises
    ------
    BadInput
        With the column, what it comes to, and what was likely meant.
    """
    found = annual.get("revenue"), annual.get("labour_cost")
    if revenue > 0 and found[0] and (off := _off(found[0], revenue)):
        raise BadInput(_baseline("revenue", found[0], off, _words(revenue)))
    if staff > 0 and found[1] and (off := _off(found[1], staff * LABOUR_A_HEAD)):
        raise BadInput(_baseline("labour_cost", found[1], off, _words(staff * LABOUR_A_HEAD, staff)))


def check_budget(total: float, revenue: float, staff: int) -> None:
    """Refuses a total budget in yuan that only makes sense in 万元, or was multiplied once too often.

    Raises
    ------
    BadInput
        With the amount that was likely meant.
    """
    if staff > 0 and total > 0 and total < LEAST_A_HEAD * staff:
        meant = total * TEN_THOUSAND
        if revenue <= 0 or meant <= MOST_OF_REVENUE * revenue:
            raise BadInput(
                Problem(
                    "budget_unit",
                    Text(
                        zh=f"预算 {total:,.0f} 元，摊到 {staff} 名员工每人不足 {LEAST_A_HEAD:.0f} 元。单位是元："
                        f"若指 {total:,.0f} 万元，请填 {meant:.0f}。",
                        en=f"A budget of {total:,.0f} yuan is under {LEAST_A_HEAD:.0f} yuan a head for {staff} people. "
                        f"The unit is yuan: for {total:,.0f} times ten thousand (万元) give {meant:.0f}.",
                    ),
                    key="budget",
                    value=f"{total:g}",
                )
            )
    if revenue > 0 and total > MOST_OF_REVENUE * revenue:
        meant = total / TEN_THOUSAND
        raise BadInput(
            Problem(
                "budget_unit",
                Text(
                    zh=f"预算 {_figure(total)} 元，是企业档案中年营业收入 {_figure(revenue)} 元的 "
                    f"{_figure(total / revenue)} 倍。单位是元，请不要再乘一万；"
                    f"若指 {_figure(meant)} 元，请填 {_figure(meant, '.0f')}。",
                    en=f"A budget of {_figure(total)} yuan is {_figure(total / revenue)} times the yearly revenue of "
                    f"{_figure(revenue)} yuan in the profile. The unit is yuan; for {_figure(meant)} yuan give "
                    f"{_figure(meant, '.0f')}.",
                ),
                key="budget",
                value=f"{total:g}",
            )
        )


def _off(found: float, expected: float) -> float:
    """Returns what to multiply by to mend the unit: 10 000, 1/10 000, or 0 where it is right."""
    ratio = found / expected
    if TEN_THOUSAND / SLACK <= ratio <= TEN_THOUSAND * SLACK:
        return 1 / TEN_THOUSAND
    return TEN_THOUSAND if 1 / (TEN_THOUSAND * SLACK) <= ratio <= SLACK / TEN_THOUSAND else 0.0


def _words(expected: float, staff: int | None = None) -> Text:
    if staff is None:
        return Text(
            zh=f"企业档案的年营业收入是 {expected:,.0f} 元", en=f"the profile gives a revenue of {expected:,.0f} yuan"
        )
    return Text(
        zh=f"按企业档案的 {staff} 人估算约为 {expected:,.0f} 元",
        en=f"about {expected:,.0f} yuan would be expected of the profile's {staff} people",
    )


def _baseline(column: Driver, found: float, off: float, expected: Text) -> Problem:
    label = {"revenue": ("营业收入", "revenue"), "labour_cost": ("人工成本", "labour cost")}[column]
    unit = ("万元", "万元 (ten thousand yuan)") if off > 1 else ("元的一万分之一", "a ten-thousandth of a yuan")
    way = (
        ("乘以 10000 换算成元", "multiply it by 10 000 to make it yuan")
        if off > 1
        else ("除以 10000", "divide it by 10 000")
    )
    return Problem(
        "baseline_unit",
        Text(
            zh=f"财务基线的{label[0]}折合每年 {found:,.0f} 元，而{expected.zh}，相差约一万倍，像是以{unit[0]}填的。"
            f"单位是元，请把整张表{way[0]}后重新导入；若档案有误，请改企业档案。",
            en=f"The baseline's {label[1]} comes to {found:,.0f} yuan a year, yet {expected.en}: about ten thousand "
            f"times off, as if given in {unit[1]}. The unit is yuan: {way[1]} throughout the table and import it "
            "again; if the profile is wrong, correct the profile.",
        ),
        file="financial_baseline",
        column=column,
        value=f"{found:.0f}",
    )


def _figure(value: float, form: str = ",.0f") -> str:
    """A figure as it is written out; one of more digits than anybody counts as a power of ten."""
    return format(value, form if value < 1e15 else ".2g")
