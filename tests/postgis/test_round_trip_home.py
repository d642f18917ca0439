"""What landgis exports it takes back, and nothing differs: a few formats here, all of them in the deep run."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from landgis.bootstrap import build
from landgis.services.handing_over.build_delivery import Wanted, bring
from tests.support.command import landgis
from tests.support.delivered import profiles
from tests.support.homecoming import come_home, sent
from tests.support.planned_office import planned_office

CASES = (
    ("plain", "geopackage", "pool_members"), ("plain", "shapefile", "plan_lines"), ("plain", "geojson", "plan_lines"),
    ("plain", "txt", "plan_lines"), ("inventory", "filegdb", "JYXJSYD"), ("supply", "geopackage", "TDGY_ZDDK"),
)  # fmt: skip


@pytest.fixture(scope="module")
def opened(planned_home: Path) -> Iterator[Any]:
    with planned_office("回家", planned_home):
        app = build(None, lambda _zh, _en: None)
        yield app
        app.close()


@pytest.mark.parametrize(("profile_id", "form", "layer"), CASES)
def test_what_went_out_comes_home_and_nothing_differs(
    opened: Any, tmp_path: Path, profile_id: str, form: str, layer: str
) -> None:
    profile = replace(profiles()[profile_id], formats=(form,), default_format=form)
    brought = bring(opened.database, opened.person, profile, Wanted("songjiang", date(2026, 6, 30)))
    files = sent(brought, profile, tmp_path / "包")
    [file] = [each for each in files if layer in each.layers]
    home = come_home(tmp_path / "包", file, layer, profile.crs)
    assert home.inspected == 0
    counted = {name: home.counted[name] for name in ("created", "changed", "unchanged", "rejected")}
    assert counted == {"created": 0, "changed": 0, "unchanged": len(brought.delivery.layers[layer]), "rejected": 0}


def test_the_files_of_the_plan_come_home(opened: Any, tmp_path: Path) -> None:
    ran = landgis("export", "package", "--out", tmp_path / "计划", "--why", "内部使用")
    assert ran.returncode == 0, ran.stderr
    [lines] = (tmp_path / "计划").glob("*.zip")
    [layers] = (tmp_path / "计划").glob("*.gpkg")
    for path, answers in ((lines, ()), (layers, ("--layer", "筛查地块"))):
        assert landgis("inspect", path, *answers).returncode == 0
        ran = landgis("parcel", "import", path, *answers, "--district", "songjiang", "--json")
        assert ran.returncode == 0, ran.stderr
        counted = json.loads(ran.stdout)
        assert [counted[name] for name in ("created", "changed", "rejected")] == [0, 0, 0], counted["issues"]


def test_a_layer_comes_home_and_a_diff_shows_nothing(opened: Any, tmp_path: Path) -> None:
    assert opened.person
    out = tmp_path / "出" / "宅基地.gpkg"
    out.parent.mkdir()
    made = json.loads(landgis("export", "layer", "homestead", "--out", out, "--why", "内部使用", "--json").stdout)
    name = made["release"].partition("@")[2]
    told = out.with_suffix(".yaml").read_text(encoding="utf-8")
    out.with_suffix(".yaml").unlink()
    (out.parent / "layers.yaml").write_text(told.replace(f"name: {name}", "name: 回家"), encoding="utf-8")
    assert landgis("inspect", out).returncode == 0
    ran = landgis("layer", "import", out.parent, "--json")
    assert ran.returncode == 0, ran.stderr
    diff = json.loads(landgis("layer", "diff", made["release"], "homestead@回家", "--json").stdout)
    assert set(diff["features"].values()) == {0}
    assert diff["area_m2"] == {"added": 0, "removed": 0}
