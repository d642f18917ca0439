"""Requests made up from the desk's own description: none makes it fail, and every refusal is in its own words."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from landgis.access.roles import Role
from landgis.db.cluster import PrivateCluster
from tests.support.made_up import Desk
from tests.support.made_up_case import made_up_case


@pytest.fixture(scope="module")
def desk(cluster: PrivateCluster) -> Iterator[Desk]:
    with made_up_case(cluster, (Role.DISTRICT_PLANNER,)) as found:
        yield found


def test_no_request_makes_the_desk_fail(desk: Desk) -> None:
    """A slice of the long test: every route by the planner, as declared and otherwise."""
    assert 100 < desk.ask(1) <= 200
    assert desk.faults == []
    assert desk.asked == {operation.label for operation in desk.operations()}
    assert {200, 400, 403, 404} <= {state for _, _, state in desk.counts}
    assert desk.served(Role.DISTRICT_PLANNER.value) > 0.35  # the long test asks for more
