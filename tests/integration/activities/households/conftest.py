"""A household with one visit of which the payer left 150 dollars to the patient."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.integration.activities.conftest import Desk
from tests.support.household_life import Life


@pytest.fixture
def life(new_desk: Callable[..., Desk]) -> Life:
    return Life.owing(new_desk())
