"""One served bureau for all tests of the open services in a module."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from landgis.db.cluster import PrivateCluster
from tests.support.open_case import Client, OpenCase, open_case


@pytest.fixture(scope="module")
def case(cluster: PrivateCluster) -> Iterator[OpenCase]:
    """The bureau."""
    with open_case(cluster) as made:
        yield made


@pytest.fixture(scope="module")
def client(case: OpenCase) -> Client:
    """The municipal platform."""
    return case.client()
