"""The SME 2024 instrument for every test of the room."""

from __future__ import annotations

import pytest
from tests.diagnosis.drawn import SME

from tujing.diagnosis.instrument import Instrument


@pytest.fixture(scope="session")
def sme() -> Instrument:
    return SME
