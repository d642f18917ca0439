"""Thousands of requests made up from the desk's own description, by every role: none makes it fail."""

from __future__ import annotations

import pytest

from landgis.access.roles import Role
from landgis.db.cluster import PrivateCluster
from tests.support.made_up_case import made_up_case

pytestmark = pytest.mark.deep


def test_no_request_makes_the_desk_fail(cluster: PrivateCluster) -> None:
    with made_up_case(cluster, tuple(Role)) as desk:
        asked = desk.ask(2, 1)
        assert desk.faults == []
        served = desk.served(Role.DISTRICT_PLANNER.value)
    assert asked > 2_000
    assert served >= 0.4
