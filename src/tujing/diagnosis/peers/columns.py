"""Many assessments as columns, and the instrument compiled to one expression over them. Pure; equals `scoring.score`.

Every column is a row of bits, and each bit is worth a fixed number of points, so that a score is a few counts of bits:

- a single choice: bit k says that the option taken lies above option k, and is worth the points from k to k + 1;
- a multiple choice: one bit an option taken ("none of these" is no bit);
- `reached_1`, `reached_2` …: one bit a scenario at that level or above;
- `answered`: one bit a question, in the instrument's order; not read by the scoring, as what is open counts nothing.

The expression runs in the engine where the columns are (`dataspace/engine.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from itertools import pairwise
from operator import add
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from tujing.diagnosis.instrument import Indicator, Instrument, milli
from tujing.diagnosis.scoring import Answers, picked

if TYPE_CHECKING:
    import ibis

ANSWERED = "answered"


def schema(one: Instrument) -> pa.Schema:
    """Returns the columns of an instrument's assessments, each as narrow as its bits allow."""
    widths = {each.id: len(_worths(each)) for each in one.indicators}
    widths |= {f"reached_{level}": len(one.scenarios) for level in _levels(one)}
    widths[ANSWERED] = len(one.question_ids())
    return pa.schema([(name, _narrowest(bits)) for name, bits in widths.items()])


def columns(one: Instrument, population: Iterable[Answers]) -> pa.Table:
    """Turns checked answers into columns."""
    return pa.Table.from_pylist([row(one, answers) for answers in population], schema=schema(one))


def row(one: Instrument, answers: Answers) -> dict[str, int]:
    """Returns one assessment's bits by column."""
    found = {each.id: _bits(each, answers.get(each.id, {})) for each in one.indicators}
    for level in _levels(one):
        at = [answers.get(each.id, {}).get("level", 0) >= level for each in one.scenarios]
        found[f"reached_{level}"] = _packed(at)
    found[ANSWERED] = _packed(id in answers for id in one.question_ids())
    return found


def scored(one: Instrument, table: ibis.Table) -> ibis.Table:
    """Returns `score` (thousandths of a point) and `level` of every row, lazily, beside the table's other columns."""
    import ibis

    count = _bit_count()
    by_worth: dict[int, list[Any]] = {}
    for each in one.indicators:
        worths = _worths(each)
        for worth in sorted({worth for worth in worths if worth}):
            alike = [own == worth for own in worths]
            bits = (
                table[each.id] if all(alike) else table[each.id] & ibis.literal(_packed(alike), table[each.id].type())
            )
            by_worth.setdefault(worth, []).append(count(bits))
    # Counts of equal worth are added first: one multiplication for all of them.
    score = reduce(add, (reduce(add, counts).cast("int32") * worth for worth, counts in by_worth.items()))
    starred = _packed(each.mandatory for each in one.scenarios)
    found = table.mutate(score=score)
    level: Any = ibis.cases(
        *(
            (
                (found.score >= milli(test.score))
                & (count(found[f"reached_{test.level}"]) >= test.scenarios)
                & (count(found[f"reached_{test.level}"] & starred) >= test.mandatory),
                test.level,
            )
            for test in reversed(one.level_rule.levels)
        ),
        else_=0,
    )
    own = set(schema(one).names)
    return found.mutate(level=level).select(*(name for name in table.columns if name not in own), "score", "level")


def _bit_count() -> Any:
    import ibis

    # A declaration: Ibis takes name and types, and calls the engine's function; its decorator is untyped.
    @ibis.udf.scalar.builtin  # type: ignore[untyped-decorator]
    def bit_count(bits: int) -> int:  # type: ignore[empty-body]
        """The engine's own count of the bits that are set."""

    return bit_count


def _worths(indicator: Indicator) -> list[int]:
    """Returns the thousandths of a point that each bit is worth."""
    if indicator.kind == "multi":
        return [milli(option.points) for option in indicator.options if not option.exclusive]
    points = [milli(option.points) for option in indicator.options]
    if points[0]:
        return [points[0], *(after - before for before, after in pairwise(points))]
    return [after - before for before, after in pairwise(points)]


def _bits(indicator: Indicator, answer: Mapping[str, Any]) -> int:
    held = set(picked(indicator, answer))
    if indicator.kind == "multi":
        return _packed(option.id in held for option in indicator.options if not option.exclusive)
    ids = [option.id for option in indicator.options]
    above = ids.index(next(iter(held))) + bool(indicator.options[0].points) if held else 0
    return (1 << above) - 1


def _levels(one: Instrument) -> range:
    return range(1, len(one.level_rule.levels) + 1)


def _packed(flags: Iterable[bool]) -> int:
    return sum(1 << place for place, flag in enumerate(flags) if flag)


def _narrowest(bits: int) -> pa.DataType:
    """The sign bit stays free, so that no engine takes a full row of bits for a negative number."""
    kinds: Sequence[tuple[int, pa.DataType]] = ((7, pa.int8()), (15, pa.int16()), (31, pa.int32()), (63, pa.int64()))
    return next(kind for width, kind in kinds if bits <= width)
