"""The licence fence: fails when a package of the environment is under a licence that Tujing cannot be shipped with.

GPL and AGPL are refused, in whatever place a package states them. LGPL is allowed: we import such a library unchanged.
"""

from __future__ import annotations

import re
import sys
from importlib.metadata import Distribution, distributions

STRONG_COPYLEFT = re.compile(r"\b(A?GPL|GNU (Affero )?General Public License)", re.IGNORECASE)
OFFERS_A_CHOICE = re.compile(r"\bOR\b")

READ_BY_HAND = {"sysmlpy": "MIT"}
"""Packages whose metadata state nothing, with what their licence file says. sysmlpy carries an LGPL model library."""


def stated(distribution: Distribution) -> list[str]:
    """What a package says of its licence: an SPDX expression where there is one, otherwise classifiers or free text."""
    metadata = distribution.metadata
    if expression := metadata.get("License-Expression"):
        return [expression]
    classifiers = [line for line in metadata.get_all("Classifier") or [] if line.startswith("License ::")]
    first_line = (metadata.get("License") or "").strip().splitlines()[:1]
    by_hand = [READ_BY_HAND[distribution.name]] if distribution.name in READ_BY_HAND else []
    return classifiers or first_line or by_hand


def refused(statements: list[str]) -> bool:
    """True when every licence on offer is strong copyleft ("MIT OR GPL-3.0" offers MIT), or when none is stated."""
    offers = [offer for statement in statements for offer in OFFERS_A_CHOICE.split(statement)]
    return all(STRONG_COPYLEFT.search(offer) for offer in offers)


def main() -> int:
    found = {each.name: stated(each) for each in distributions()}
    bad = {name: statements for name, statements in sorted(found.items()) if refused(statements)}
    for name, statements in bad.items():
        print(f"{name}: {'; '.join(statements)}", file=sys.stderr)
    print(f"licences: {len(found)} packages, {len(bad)} refused")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
