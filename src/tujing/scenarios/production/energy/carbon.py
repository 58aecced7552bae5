"""A greenhouse-gas account by the industry method: activity × factor, in the order of GB/T 32150.

E = fuel burnt (scope 1) + bought electricity + bought heat and steam (scope 2). Compressed air made on site is in the
electricity already, and water has no factor here: both are listed with nothing counted, so that nothing drops silently.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tujing.problems import read_yaml
from tujing.scenarios.production.energy.loads import Site
from tujing.words import Text


@dataclass(frozen=True)
class Emission:
    """One line of the account. `tonnes` is None where the carrier is not counted."""

    carrier: str
    scope: int
    activity: float
    unit: str
    factor: float
    factor_unit: str
    tonnes: float | None
    year: int
    source: str
    status: str
    note: Text


SCOPES = {
    1: Text(zh="范围一：化石燃料燃烧", en="scope 1: fuel burnt"),
    2: Text(zh="范围二：外购", en="scope 2: bought"),
}
INSIDE = Text(zh="厂内转换或无因子，不重复计", en="converted on site or without a factor: not counted again")


def account(site: Site, own_factor: float | None = None, green_share: float = 0.0) -> tuple[Emission, ...]:
    """Returns the account of all metered days, one line a carrier.

    `own_factor` (kgCO2/kWh) replaces the national factor of electricity. `green_share` of it is bought with
    certificates; it is reckoned apart, at zero (market-based), and the line says so.
    """
    sums: dict[tuple[str, str], float] = {}
    for load in site.loads:
        sums[load.carrier, load.unit] = sums.get((load.carrier, load.unit), 0.0) + load.total
    year = max(load.end.year for load in site.loads)
    lines = []
    for (carrier, unit), amount in sorted(sums.items()):
        if carrier == "electricity":
            lines += _electricity(amount, year, site.country, own_factor, green_share)
        else:
            lines.append(_other(carrier, unit, amount))
    return tuple(lines)


def total(lines: tuple[Emission, ...]) -> float:
    """Returns the sum in t CO2."""
    return sum(line.tonnes or 0.0 for line in lines)


def by_product(lines: tuple[Emission, ...], hours: dict[str, float], output: dict[str, float]) -> list[dict[str, Any]]:
    """Shares the account among products by their machine hours; per good unit where some came out."""
    whole, every = total(lines), sum(hours.values())
    return [
        {
            "product": product,
            "machine_hours": spent,
            "good_quantity": output.get(product, 0.0),
            "t_co2": whole * spent / every,
            "kg_co2_per_unit": 1000 * whole * spent / every / output[product] if output.get(product) else None,
        }
        for product, spent in sorted(hours.items())
        if every > 0
    ]


def grid_factor(country: str, year: int) -> dict[str, Any]:
    """Returns the factor of the year, or of the nearest year that is known; China's where the country has none."""
    known = factors()["electricity"].get(country) or factors()["electricity"]["CN"]
    return dict(min(known, key=lambda entry: abs(entry["year"] - year)))


def _electricity(amount: float, year: int, country: str, own: float | None, green: float) -> list[Emission]:
    entry = grid_factor(country, year)
    if own is not None:
        entry = {
            "year": year,
            "value": own,
            "unit": "kgCO2/kWh",
            "source": "参数 grid_factor · parameter",
            "status": "found",
        }
    bought = amount * (1 - green)
    lines = [_line("electricity", 2, bought, "kWh", entry, SCOPES[2])]
    if green:
        zero = {
            **entry,
            "value": 0.0,
            "source": "绿证或绿电（参数） · certificates (parameter)",
            "status": "constructed",
        }
        note = Text(zh="范围二：绿电（基于市场）", en="scope 2: certified green (market-based)")
        lines.append(_line("electricity", 2, amount * green, "kWh", zero, note))
    return lines


def _other(carrier: str, unit: str, amount: float) -> Emission:
    if carrier in factors()["fuel"] and unit == "m3":
        return _line(carrier, 1, amount, unit, factors()["fuel"][carrier], SCOPES[1])
    if carrier in factors()["heat"] and unit in ("GJ", "t"):
        entry = factors()["heat"][carrier]
        joules = amount if unit == "GJ" else amount * float(factors()["steam_gj_per_t"]["value"])
        return _line(carrier, 2, joules, "GJ", entry, SCOPES[2])
    return Emission(carrier, 0, amount, unit, 0.0, "", None, 0, "", "constructed", INSIDE)


def _line(carrier: str, scope: int, amount: float, unit: str, entry: dict[str, Any], note: Text) -> Emission:
    return Emission(
        carrier=carrier,
        scope=scope,
        activity=amount,
        unit=unit,
        factor=float(entry["value"]),
        factor_unit=entry["unit"],
        tonnes=amount * float(entry["value"]) / 1000,
        year=int(entry["year"]),
        source=entry["source"],
        status=entry["status"],
        note=note,
    )


@cache
def factors() -> dict[str, Any]:
    return dict(read_yaml(Path(__file__).parent / "emission_factors.yaml"))
