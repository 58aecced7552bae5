"""What is asked of a plan, as plain data: kept with the plan, so that it can be asked again with a change. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Self

from pydantic import BaseModel, ConfigDict

from tujing.planning.wishes import read_step

ONLY_TARGET = frozenset({"target_level", "by"})
"""Wishes that rest on the diagnosis; the room of the plan does not know them."""


class Asked(BaseModel):
    """The wishes of `services.work_out` and of `iteration.make_plan`, each under its own name."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    budget: float | tuple[float, ...]
    """Yuan: the whole, or quarter by quarter."""
    quarters: int = 12
    capacity: float | None = None
    parallel: int | None = None
    department_parallel: int | None = None
    skills: dict[str, float] = {}
    loan: float | None = None
    loan_rate: float | None = None
    loan_quarters: int | None = None
    subsidies: tuple[str, ...] = ()
    most_loss: float | None = None
    maturity: int | None = None
    target_level: int | None = None
    by: str | None = None
    pinned: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()
    mandatory: tuple[str, ...] = ()
    starts: dict[str, int] = {}
    """`scenario@level` → the only quarter, from 0, in which it may start."""
    seed: int = 0
    figures: dict[str, Any] = {}
    """The enterprise's own figures, as given."""

    def wishes(self) -> dict[str, Any]:
        """Returns the keywords of `iteration.services.make_plan`, without the figures."""
        return self.model_dump(exclude={"figures"})

    def with_changes(
        self,
        pin: Iterable[str] = (),
        forbid: Iterable[str] = (),
        free: Iterable[str] = (),
        starts: Mapping[str, int] | None = None,
    ) -> Self:
        """Returns the wishes with steps taken, left out, freed again or begun in a given quarter.

        A step that is begun in a quarter is also taken. What was asked of it before gives way.
        """
        starts = dict(starts or {})
        pin = [*pin, *(step for step in starts if step not in {_step(one) for one in pin})]
        forbid = list(forbid)
        touched = {_step(one) for one in (*pin, *forbid, *free)}

        def rest(wishes: Iterable[str]) -> list[str]:
            return [one for one in wishes if _step(one) not in touched]

        return self.model_copy(
            update={
                "pinned": (*rest(self.pinned), *pin),
                "forbidden": (*rest(self.forbidden), *forbid),
                "starts": {
                    **{step: when for step, when in self.starts.items() if step not in touched},
                    **{_step(step): when for step, when in starts.items()},
                },
            }
        )

    def stretched(self, stretch: Mapping[str, float]) -> Self:
        """Returns the wishes with limits stretched as a conflict's way out or a relaxation says.

        What the wishes left to the usual figures is not known here and stays: see `with_usual`.
        """
        update: dict[str, Any] = {}
        for name, by in stretch.items():
            kind, _, which = name.partition(":")
            if kind == "budget":
                update["budget"] = (
                    (self.budget[0] + by, *self.budget[1:])
                    if isinstance(self.budget, tuple)
                    else (self.budget / self.quarters + by, *[self.budget / self.quarters] * (self.quarters - 1))
                )
            elif kind == "people" and self.capacity is not None:
                update["capacity"] = self.capacity + by
            elif kind == "parallel" and self.parallel is not None:
                update["parallel"] = self.parallel + round(by)
            elif kind == "department" and self.department_parallel is not None:
                most = max(update.get("department_parallel", 0), self.department_parallel + round(by))
                update["department_parallel"] = most
            elif kind == "skill" and which in self.skills:
                update["skills"] = {**update.get("skills", self.skills), which: self.skills[which] + by}
            elif kind == "loan" and self.loan is not None:
                update["loan"] = self.loan + by
            elif kind == "risk" and self.most_loss is not None:
                update["most_loss"] = self.most_loss + by
            elif kind == "mandatory":
                for key in ("mandatory", "pinned"):
                    kept = update.get(key, getattr(self, key))
                    update[key] = tuple(one for one in kept if _step(one) != which)
                starts = update.get("starts", self.starts)
                update["starts"] = {step: when for step, when in starts.items() if step != which}
            elif kind == "target" and which == "score":
                update |= {"target_level": None, "by": None}
        return self.model_copy(update=update)

    def with_usual(self, capacity: float, parallel: int, department_parallel: int) -> Self:
        """Returns the wishes with the usual figures written out where none were given."""
        usual = {"capacity": capacity, "parallel": parallel, "department_parallel": department_parallel}
        return self.model_copy(update={key: value for key, value in usual.items() if getattr(self, key) is None})


def _step(wish: str) -> str:
    scenario, level, _ = read_step(wish)
    return scenario if level is None else f"{scenario}@{level}"
