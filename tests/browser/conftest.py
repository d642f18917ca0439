"""One served desk for all browser tests of a module, in the system's chromium, the network off."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from landgis.db.cluster import PrivateCluster
from tests.support.browser_stage import WAIT_MS, Stage, chromium, guarded_page, staged

expect.set_options(timeout=WAIT_MS)


@pytest.fixture(scope="module")
def stage(cluster: PrivateCluster) -> Iterator[Stage]:
    with staged(cluster) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture
def page(browser: Browser, stage: Stage) -> Iterator[Page]:
    with guarded_page(browser, stage) as found:
        yield found
