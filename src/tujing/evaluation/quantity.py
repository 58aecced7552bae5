"""Units as a factor and powers of what is measured: enough to see that a formula yields what it claims."""

from __future__ import annotations

import re
from dataclasses import dataclass

# Symbol → (dimension, how many of the dimension's base unit).
KNOWN: dict[str, tuple[str, float]] = {
    "CNY": ("money", 1.0),
    "元": ("money", 1.0),
    "万元": ("money", 10_000.0),
    "s": ("time", 1.0 / 60.0),
    "min": ("time", 1.0),
    "h": ("time", 60.0),
    "d": ("time", 1440.0),
    "g": ("mass", 0.001),
    "kg": ("mass", 1.0),
    "t": ("mass", 1000.0),
    "Wh": ("energy", 0.001),
    "kWh": ("energy", 1.0),
    "MWh": ("energy", 1000.0),
    "mm": ("length", 0.001),
    "m": ("length", 1.0),
    "km": ("length", 1000.0),
}
PLAIN = {"": 1.0, "1": 1.0, "%": 0.01}


@dataclass(frozen=True)
class Quantity:
    """A unit: `factor` base units of the product of `powers`."""

    factor: float = 1.0
    powers: tuple[tuple[str, int], ...] = ()

    def times(self, other: Quantity, sign: int = 1) -> Quantity:
        powers = dict(self.powers)
        for name, power in other.powers:
            powers[name] = powers.get(name, 0) + sign * power
        kept = tuple(sorted((name, power) for name, power in powers.items() if power))
        return Quantity(self.factor * other.factor**sign, kept)

    def like(self, other: Quantity) -> bool:
        """Whether the two measure the same thing, in whatever unit."""
        return self.powers == other.powers

    def words(self) -> str:
        return "·".join(name if power == 1 else f"{name}^{power}" for name, power in self.powers) or "1"


def quantity(symbol: str) -> Quantity:
    """Reads a unit symbol such as `CNY/h` or `kWh`; what is not known is a dimension of its own."""
    found = Quantity()
    for place, part in enumerate(symbol.replace("·", "*").split("/")):
        for name in re.split(r"\*", part):
            found = found.times(_single(name.strip()), 1 if place == 0 else -1)
    return found


def _single(name: str) -> Quantity:
    if name in PLAIN:
        return Quantity(PLAIN[name])
    dimension, factor = KNOWN.get(name, (name, 1.0))
    return Quantity(factor, ((dimension, 1),))
