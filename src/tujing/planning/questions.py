"""Several questions asked of one model at once. Pure.

HiGHS works on one thread (see `docs/decisions/one-solver-thread.md`) and lets Python go on meanwhile, so two questions
fill two cores. Each has a solver of its own: the answers do not depend on who is first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")

AT_ONCE = 2

Said = Callable[[int, int], None]
"""Told how many questions are answered, of how many."""


def answers(ask: Callable[[Asked], Answer], questions: Sequence[Asked], said: Said | None = None) -> list[Answer]:
    """Returns the answers in the order of the questions."""
    found: list[Answer] = []
    with ThreadPoolExecutor(AT_ONCE) as threads:
        for answer in threads.map(ask, questions):
            found.append(answer)
            if said:
                said(len(found), len(questions))
    return found
