"""A value opened down to its leaves: which formula, which baseline column, which months, which range of effect.

The tree is a set of nodes that name each other, so that a figure that many values rest on stands in it once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from tujing.atlas.manifest import Driver
from tujing.elements.definition import element
from tujing.planning.candidates import EffectOn
from tujing.planning.cashflow import Portfolio
from tujing.planning.expression import Expression
from tujing.planning.uncertainty import Triangular, Uncertain
from tujing.planning.value import DRIVERS, STOCKS, Baseline
from tujing.planning.value_model import EFFECT, ValueModel, value_model
from tujing.planning.value_split import DriverSplit, split
from tujing.words import Text

PROFIT = "profit"
CASH_ONCE = "cash_once"
NINTH_DECILE = 1.2815515655446004
YEARLY = "CNY/a"


@dataclass(frozen=True)
class Node:
    """One figure of the tree: at the means in `value`, at the ends of the effect's range in `low` and `high`.

    `value` is None where it is withheld; `withheld` then says why.
    """

    label: Text
    unit: str
    value: float | None
    low: float | None = None
    high: float | None = None
    formula: str = ""
    inputs: tuple[str, ...] = ()
    source: str = ""
    status: str = ""
    column: str = ""
    """Column of `financial_baseline` that the figure is."""
    months: tuple[str, ...] = ()
    """The months that it comes from, as YYYY-MM."""
    withheld: Text | None = None


@dataclass
class Tree:
    """Nodes by name, with the name of the one that all lead to."""

    root: str
    nodes: dict[str, Node] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Returns plain JSON, without what is empty."""
        return {
            "root": self.root,
            "nodes": {
                name: {
                    key: list(value) if isinstance(value, tuple) else value
                    for key, value in asdict(node).items()
                    if value not in ("", ()) and not (key in ("low", "high", "withheld") and value is None)
                }
                | {"label": node.label.as_dict()}
                | ({"withheld": node.withheld.as_dict()} if node.withheld else {})
                for name, node in self.nodes.items()
            },
        }


def open_value(
    step: str,
    effect: EffectOn,
    baseline: Baseline,
    given: Mapping[str, float | None],
    model: ValueModel | None = None,
) -> Tree:
    """Opens what one effect of a step (`scenario@level`) brings alone, yuan a year at full effect.

    Parameters
    ----------
    given
        Figures from outside the baseline by name: `cost_of_capital`, `staff`, `days_a_year`; one left out is not known.
    """
    model = model or value_model()
    key = f"{step}.{effect.driver}.{effect.kpi}"
    tree = Tree(f"money.{key}")
    known = model.with_nodes({**_annual(baseline), **given})
    path = model.path(effect.driver, effect.kpi)
    low, high = _ends(effect.improvement)
    ends = [min(share, 1.0) for share in (low, effect.improvement.mean, high)]
    figures: list[dict[str, float | None]] = [{**known, EFFECT: share} for share in ends]
    names = {EFFECT: f"effect.{key}"}
    tree.nodes[names[EFFECT]] = Node(
        Text(zh="效果（对成本动因的改善）", en="Effect, as an improvement of the driver"),
        "1",
        ends[1],
        ends[0],
        ends[2],
        source=effect.source,
        status=effect.status,
    )
    for step_ in path.steps:
        worked = [Expression(step_.formula).value(figure) for figure in figures]
        for figure, value in zip(figures, worked, strict=True):
            figure[step_.id] = value
        names[step_.id] = f"step.{key}.{step_.id}"
        tree.nodes[names[step_.id]] = Node(
            step_.label,
            step_.unit,
            worked[1],
            worked[0],
            worked[2],
            step_.formula,
            _inputs(tree, step_.formula, names, known, baseline, model),
            withheld=None if worked[1] is not None else _missing(step_.formula, path.steps, known, model),
        )
    formula = path.money
    if Expression(formula).value(figures[1]) is None:  # the path's own figures are not all known; the driver's may be
        formula = model.drivers[effect.driver].money
    money = [Expression(formula).value(figure) for figure in figures]
    tree.nodes[tree.root] = Node(
        path.label,
        YEARLY,
        money[1],
        money[0],
        money[2],
        formula,
        _inputs(tree, formula, names, known, baseline, model),
        model.drivers[effect.driver].source,
        model.drivers[effect.driver].status,
        withheld=None if money[1] is not None else _missing(formula, (), known, model),
    )
    return tree


def open_plan(
    portfolio: Portfolio, baseline: Baseline, given: Mapping[str, float | None], model: ValueModel | None = None
) -> Tree:
    """Opens a plan's yearly profit at full effect: by driver, with the overlap taken off, down to every effect.

    A driver whose baseline is missing stands in the tree without a value, with the reason.
    """
    model = model or value_model()
    tree = Tree(PROFIT)
    known = model.with_nodes({**_annual(baseline), **given})
    found = {one.driver: one for one in split(portfolio)}
    drivers, net = [], 0.0
    for driver in DRIVERS:
        label = model.drivers[driver].label
        if driver in found:
            _open_driver(tree, portfolio, found[driver], label, baseline, given, model)
            net += found[driver].net
        elif model.money(driver, known) is None:
            why = _missing(model.drivers[driver].money, (), known, model)
            tree.nodes[f"driver.{driver}"] = Node(label, YEARLY, None, withheld=why)
        else:
            continue
        drivers.append(f"driver.{driver}")
    withheld = [name for name in drivers if tree.nodes[name].value is None]
    why = Text(
        zh="不含：" + "、".join(tree.nodes[name].label.zh for name in withheld) + "（财务基线缺数，未按零计）。",
        en="Without " + ", ".join(tree.nodes[name].label.en.lower() for name in withheld) + ": the financial baseline "
        "lacks their figures, which do not count as nought.",
    )
    tree.nodes[PROFIT] = Node(
        Text(zh="全部见效后每年增加的利润", en="Added profit a year at full effect"),
        YEARLY,
        net,
        formula=" + ".join(name for name in drivers if name not in withheld) or "0",
        inputs=tuple(drivers),
        withheld=why if withheld else None,
    )
    stocks = [name for name in STOCKS if name in portfolio.by_driver]
    balances = {name: baseline.annual[name] or 0.0 for name in stocks}
    tree.nodes[CASH_ONCE] = Node(
        Text(zh="一次性释放的资金", en="Money set free once"),
        "CNY",
        portfolio.freed_cash(balances),
        formula=" + ".join(f"{name} * (1 - Π(1 - effect))" for name in stocks) or "0",
        inputs=tuple(
            [f"baseline.{name}" for name in stocks]
            + [f"gross.{name}" for name in stocks if f"gross.{name}" in tree.nodes]
        ),
    )
    return tree


def _open_driver(
    tree: Tree,
    portfolio: Portfolio,
    found: DriverSplit,
    label: Text,
    baseline: Baseline,
    given: Mapping[str, float | None],
    model: ValueModel,
) -> None:
    """Adds a driver's net benefit = gross − overlap, its effects, and each one's fair share."""
    name, parts = found.driver, []
    for part in found.parts:
        place, effect = portfolio.effects[part.effect]
        opened = open_value(portfolio.projects[place][0].id, effect, baseline, given, model)
        tree.nodes.update(opened.nodes)
        share = opened.root.replace("money.", "share.", 1)
        tree.nodes[share] = Node(
            Text(zh="扣除重叠后的份额", en="Share after overlap"),
            YEARLY,
            part.net,
            formula="Shapley value of 1 - Π(1 - effect)",
            inputs=(opened.root,),
            source="Owen 1972",
            status="recalled",
        )
        parts.append(share)
    gross, overlap = f"gross.{name}", f"overlap.{name}"
    alone = tuple(share.replace("share.", "money.", 1) for share in parts)
    tree.nodes[gross] = Node(
        Text(zh="各场景单独效益之和", en="Sum of what each brings alone"),
        YEARLY,
        found.gross,
        formula="Σ",
        inputs=alone,
    )
    tree.nodes[overlap] = Node(
        Text(zh="重复计算、予以扣除", en="Counted more than once, taken off"),
        YEARLY,
        found.overlap,
        formula="gross - net, net = driver * (1 - Π(1 - effect))",
        inputs=(gross,),
    )
    tree.nodes[f"driver.{name}"] = Node(
        label, YEARLY, found.net, formula="gross - overlap = Σ shares", inputs=(gross, overlap, *parts)
    )


def _inputs(
    tree: Tree,
    formula: str,
    names: Mapping[str, str],
    known: Mapping[str, float | None],
    baseline: Baseline,
    model: ValueModel,
) -> tuple[str, ...]:
    """Adds the nodes that a formula names, with theirs, and returns their names."""
    found = []
    for name in Expression(formula).names:
        if name in names:
            found.append(names[name])
        elif name in model.nodes:
            worked = model.nodes[name]
            inputs = _inputs(tree, worked.formula, {}, known, baseline, model)
            why = None if known[name] is not None else _missing(worked.formula, (), known, model)
            tree.nodes[f"node.{name}"] = Node(
                worked.label,
                worked.unit,
                known[name],
                formula=worked.formula,
                inputs=inputs,
                source=worked.source,
                status=worked.status,
                withheld=why,
            )
            found.append(f"node.{name}")
        elif name in model.figures:
            one = model.figures[name]
            tree.nodes[f"given.{name}"] = Node(
                one.label, one.unit, known.get(name), source=one.source, status=one.status
            )
            found.append(f"given.{name}")
        else:
            tree.nodes[f"baseline.{name}"] = _column(name, baseline, model)
            found.append(f"baseline.{name}")
    return tuple(found)


def _column(name: str, baseline: Baseline, model: ValueModel) -> Node:
    driver: Driver = next(driver for driver in DRIVERS if driver == name)
    amount = baseline.annual[driver]
    stock = driver in STOCKS
    return Node(
        element("financial_baseline").columns[name].label,
        "CNY" if stock else YEARLY,
        amount,
        formula="mean(months)" if stock else "12 * mean(months)",
        source="financial_baseline",
        status="measured",
        column=name,
        months=tuple(f"{month:%Y-%m}" for month in baseline.filled.get(driver, ())),
        withheld=None if amount is not None else _fill_in([name], model),
    )


def _missing(formula: str, steps: tuple[Any, ...], known: Mapping[str, float | None], model: ValueModel) -> Text:
    """Says which figures a formula lacks."""
    own = {step.id: step.formula for step in steps}
    waiting, lacking = [formula], []
    while waiting:
        for name in Expression(waiting.pop()).names:
            if name in own:
                waiting.append(own.pop(name))
            elif name in model.nodes:
                waiting.append(model.nodes[name].formula)
            elif name != EFFECT and known.get(name) is None:
                lacking.append(name)
    lacking = lacking or [name for name in model.leaves(formula) if not known.get(name)]
    return _fill_in(list(dict.fromkeys(lacking)), model)


def _fill_in(names: list[str], model: ValueModel) -> Text:
    columns = element("financial_baseline").columns
    labels = [columns[name].label if name in columns else model.figures[name].label for name in names]
    return Text(
        zh=f"缺“{'、'.join(label.zh for label in labels)}”，无法测算，不按零计；请补填（确实没有就填 0）。",
        en=f"{', '.join(label.en for label in labels)} is missing, so this cannot be worked out and does not count as "
        "nought; fill it in (0 where there is truly none).",
    )


def _annual(baseline: Baseline) -> dict[str, float | None]:
    return {str(driver): amount for driver, amount in baseline.annual.items()}


def _ends(improvement: Uncertain) -> tuple[float, float]:
    """Returns the ends of a declared range, or the first and ninth decile of a measured figure."""
    if isinstance(improvement, Triangular):
        return improvement.low, improvement.high
    reach = NINTH_DECILE * improvement.standard_deviation
    return improvement.mean - reach, improvement.mean + reach
