"""Every format: the same bytes from the same state in another process, and home again with nothing that differs."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from landgis.bootstrap import build
from landgis.exchange.writing.formats import FORMATS
from landgis.services.handing_over.build_delivery import Wanted, bring
from tests.support.delivered import profiles
from tests.support.homecoming import come_home, sent
from tests.support.planned_office import planned_office

pytestmark = pytest.mark.deep

_WRITE = """
import sys
from pathlib import Path
from tests.support.packaged import written
written(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
"""
PROJECT = Path(__file__).resolve().parents[2]
OF_PARCELS = {
    "plain": ("plan_lines", "pool_members"), "inventory": ("JYXJSYD",), "one-map": ("RSJH", "RSCBK"), "cadastre": ("ZDJBXX",),
    "supply": ("TDGY_ZDDK",),
}  # fmt: skip
"""Profiles whose layers name parcels of the register."""


@pytest.mark.parametrize("profile_id", ["plain", "inventory"])
@pytest.mark.parametrize("form", FORMATS)
def test_the_same_state_gives_the_same_bytes(tmp_path: Path, form: str, profile_id: str) -> None:
    for name, seed in (("甲", "1"), ("乙", "2")):
        place = {"PYTHONPATH": str(PROJECT), "PYTHONHASHSEED": seed}
        command = [sys.executable, "-c", _WRITE, tmp_path / name, profile_id, form]
        subprocess.run(command, check=True, env=os.environ | place)
        time.sleep(1.1)
    one, other = ({path.name: path.read_bytes() for path in (tmp_path / name).iterdir()} for name in ("甲", "乙"))
    assert {name for name in one if one[name] != other.get(name)} == set()
    assert set(one) == set(other)


@pytest.fixture(scope="module")
def opened(planned_home: Path) -> Iterator[Any]:
    with planned_office("全部回家", planned_home):
        app = build(None, lambda _zh, _en: None)
        yield app
        app.close()


@pytest.mark.parametrize("profile_id", OF_PARCELS)
@pytest.mark.parametrize("form", [key for key in FORMATS if key != "xlsx"])
def test_what_went_out_comes_home_and_nothing_differs(opened: Any, tmp_path: Path, form: str, profile_id: str) -> None:
    profile = replace(profiles()[profile_id], formats=(form,), default_format=form)
    if form in ("txt", "dxf") and profile.crs == "EPSG:4490":
        profile = replace(profile, crs="EPSG:4549")
    if form in ("txt", "dxf"):
        profile = replace(
            profile, layers=tuple(layer for layer in profile.layers if layer.name in OF_PARCELS[profile_id])
        )
    brought = bring(opened.database, opened.person, profile, Wanted("songjiang", date(2026, 6, 30)))
    files = sent(brought, profile, tmp_path / "包")
    for layer in OF_PARCELS[profile_id]:
        [file] = [each for each in files if layer in each.layers]
        home = come_home(tmp_path / "包", file, layer, profile.crs)
        assert home.inspected == 0, layer
        assert (home.counted["created"], home.counted["changed"], home.counted["rejected"]) == (0, 0, 0), layer
        assert home.counted["unchanged"] == len(brought.delivery.layers[layer]), layer
