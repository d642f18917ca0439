"""Fifty attacks in every text column: nothing that the desk gives out for any of them would run."""

from __future__ import annotations

import pytest

from landgis.db.cluster import PrivateCluster
from tests.support.all_answers import answers
from tests.support.payloads import PAYLOADS
from tests.support.planted_texts import planted
from tests.support.would_run import would_run

pytestmark = pytest.mark.deep


def test_none_of_fifty_would_run(cluster: PrivateCluster) -> None:
    assert len(set(PAYLOADS)) == 50
    found = []
    with planted(cluster, PAYLOADS) as desk:
        for label, answer in answers(desk, desk.parcels):
            assert answer.status_code < 500, label
            kind = answer.headers.get("content-type", "").partition(";")[0]
            found += [f"{label}: {what}" for what in would_run(kind, answer.content)]
    assert found == []
