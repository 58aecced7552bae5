"""Several scenarios on one driver: what they bring together, the overlap taken off, and each one's fair share.

Together effects improve a driver by f(S) = 1 − Π(1 − e), which is less than their sum. A fair share of it is the
Shapley value. By Owen's multilinear extension (1972) that is

    φ_i = e_i · ∫₀¹ Π_{j≠i} (1 − t·e_j) dt

The integrand is a polynomial of degree n − 1, so Gauss-Legendre quadrature on ⌈n ÷ 2⌉ points gives it exactly, for any
number of scenarios and without going through their orders. Shares sum to f.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tujing.atlas.manifest import Driver
from tujing.planning.cashflow import Portfolio
from tujing.planning.uncertainty import Floats


@dataclass(frozen=True)
class Part:
    """One effect's part in a driver's benefit, yuan a year at full effect."""

    effect: int
    """Its number in `Portfolio.effects`."""
    gross: float
    """What it would bring alone."""
    net: float
    """Its fair share of what all bring together."""


@dataclass(frozen=True)
class DriverSplit:
    """A driver's benefit, yuan a year at full effect and at the means."""

    driver: Driver
    gross: float
    """What the effects would bring if each stood alone."""
    overlap: float
    """What is counted more than once in that; gross − overlap = net."""
    net: float
    parts: tuple[Part, ...]


def shapley(shares: Floats) -> Floats:
    """Returns each effect's fair share of 1 − Π(1 − e), shape as given: (effects,) or (effects, quarters).

    `shares`: improvements, at most 1; a worsening is negative.
    """
    count = len(shares)
    if not count:
        return np.zeros_like(shares)
    nodes, masses = np.polynomial.legendre.leggauss((count + 1) // 2)
    at, masses = (nodes + 1) / 2, masses / 2  # from −1 … 1 to 0 … 1
    found = np.zeros_like(shares)
    for point, mass in zip(at, masses, strict=True):
        left = 1 - point * shares  # above nought: the points are below 1 and no share is above it
        found += mass * np.prod(left, axis=0) / left
    fair: Floats = shares * found
    return fair


def split(portfolio: Portfolio) -> tuple[DriverSplit, ...]:
    """Returns every driver's benefit at full effect, split among the effects that move it."""
    splits = []
    for driver, numbers in portfolio.by_driver.items():
        shares = _improvements(portfolio, numbers)
        worth = portfolio.worth[driver]
        fair = shapley(shares)
        parts = tuple(
            Part(number, worth * float(share), worth * float(net))
            for number, share, net in zip(numbers, shares, fair, strict=True)
        )
        gross, net = worth * float(shares.sum()), worth * float(1 - np.prod(1 - shares))
        splits.append(DriverSplit(driver, gross, gross - net, net, parts))
    return tuple(splits)


def benefit_shares(portfolio: Portfolio) -> Floats:
    """Returns each effect's fair share of the benefit, yuan a quarter at the means, shape (effects, length).

    Over all effects it sums to `Portfolio.benefit` of the expected figures.
    """
    shares = np.zeros((len(portfolio.effects), portfolio.horizon.length))
    for driver, numbers in portfolio.by_driver.items():
        ramps = np.array([portfolio.ramp(portfolio.effects[number][0]) for number in numbers])
        fair = shapley(_improvements(portfolio, numbers)[:, None] * ramps)
        shares[numbers] = portfolio.worth[driver] / 4 * fair
    return shares


def npv_shares(portfolio: Portfolio) -> Floats:
    """Returns each project's share of the plan's expected net present value, yuan, shape (projects,); Σ = the plan."""
    discount = portfolio.horizon.discount()
    present = benefit_shares(portfolio) @ discount
    shares = np.zeros(len(portfolio.projects))
    for number, (place, _) in enumerate(portfolio.effects):
        shares[place] += present[number]
    for place, (one, start) in enumerate(portfolio.projects):
        live = start + one.quarters
        shares[place] -= one.one_off.mean * float(portfolio.horizon.outlay(start, one.quarters, one.owned) @ discount)
        shares[place] -= one.yearly.mean * float(portfolio.horizon.in_use(live) @ discount)
    return shares


def _improvements(portfolio: Portfolio, numbers: list[int]) -> Floats:
    return np.array([min(portfolio.effects[number][1].improvement.mean, 1.0) for number in numbers])
