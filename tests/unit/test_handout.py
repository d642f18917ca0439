from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
import shapely

import landgis
from landgis.domain.layer import SUBSTITUTE_ZH
from landgis.errors import ConfigError, ContractBroken, CrsMissing, InputError, ToolMissing
from landgis.maps.handout import MAX_BYTES, MAX_FEATURES, Handout, handout
from landgis.maps.inline import sealed
from tests.support import plan_case

ASSETS = Path(landgis.__file__).parent / "web/static/vendor/folium"
VERDICTS = ["clear", "flagged", "excluded", "unknown"]


def request(count: int = 40, **columns) -> Handout:
    lines = plan_case.lines(count, 5_000, 4_800, **columns)
    lines["verdict"] = np.resize(VERDICTS, count)
    return Handout(
        title_zh="松江区浦南片区筛查结果",
        title_en="Screening results, Songjiang",
        as_of=date(2025, 11, 15),
        drawn_on=date(2025, 11, 20),
        parcels=lines,
        findings=plan_case.findings(lines),
        context=plan_case.context(lines),
        sources=plan_case.sources(),
        substitute=True,
    )


def text(given: Handout) -> str:
    return handout(given, ASSETS).decode("utf-8")


def test_nothing_in_the_page_points_outside():
    page = text(request())
    assert re.findall(r"""(?:src|href|action)\s*=\s*["']?\s*(?:https?:)?//""", page) == []
    assert re.findall(r"""url\(\s*["']?(?!data:|#)""", page) == []
    assert "@import" not in page
    assert "<link" not in page
    assert "default-src 'none'" in page


def test_the_page_says_what_it_is():
    page = text(request())
    for words in (
        "松江区浦南片区筛查结果",
        SUBSTITUTE_ZH,
        "不得用于量算",
        "EPSG:4490",
        "2025-11-15",
        "沪府〔2025〕××号",
        "并非法定图式",
    ):
        assert words in page
    assert SUBSTITUTE_ZH not in text(replace(request(), substitute=False))
    assert "<strong>内部使用</strong> for internal use" in page
    assert f"制图 drawn &lt;甲&gt; {request().drawn_on}" in text(replace(request(), drawn_by="<甲>"))


def test_coordinates_are_degrees():
    page = text(request(1))
    west, south, east, north = request(1).parcels.to_crs(4490).total_bounds
    pairs = np.array(re.findall(r"\[(12[01]\.\d+), (3[01]\.\d+)\]", page), dtype=float)
    assert len(pairs) > 4
    assert pairs[:, 0].min() <= west + 1e-6
    assert pairs[:, 1].max() >= north - 1e-6
    assert np.abs(pairs - [(west + east) / 2, (south + north) / 2]).max() < 0.1


def test_equal_requests_give_equal_bytes():
    assert handout(request(), ASSETS) == handout(request(), ASSETS)


def test_the_legend_names_only_verdicts_that_occur():
    page = re.sub(r"\\u([0-9a-f]{4})", lambda code: chr(int(code[1], 16)), text(request(3)))
    assert re.findall(r"<span>(\w+)（(\d+) 宗）", page) == [("符合", "1"), ("待核", "1"), ("不符合", "1")]


def test_too_many_outlines_are_refused_with_a_way_out():
    given = request()
    many = given.context[1].features.iloc[np.zeros(MAX_FEATURES, dtype=int)]
    with pytest.raises(InputError, match=str(MAX_FEATURES)) as caught:
        handout(replace(given, context=(replace(given.context[1], features=many),)), ASSETS)
    assert "permanent_basic_farmland" in caught.value.en
    assert "--layer" in caught.value.next_en


def test_a_page_too_heavy_to_pass_on_is_refused_and_says_what_takes_the_room():
    given = request()
    turn = np.linspace(0, 2 * np.pi, 600_000, endpoint=False)
    around = shapely.Polygon(np.column_stack([598_000 + 3_000 * np.cos(turn), 3_424_000 + 3_000 * np.sin(turn)]))
    heavy = given.context[2].features.iloc[:1].set_geometry([around], crs=4549)
    with pytest.raises(InputError, match=f"{MAX_BYTES / 1e6:.0f} MB") as caught:
        handout(replace(given, context=(given.context[0], replace(given.context[2], features=heavy))), ASSETS)
    first = caught.value.zh.split("占用：")[1].split("；")[0]
    assert first.startswith("生态保护红线（2025-06）* 1 个轮廓、600001 个顶点，")
    assert float(first.rsplit("，")[-1].removesuffix(" MB")) > 10
    assert "--layer" in caught.value.next_zh


def test_no_parcels_and_missing_coordinates_are_refused():
    given = request()
    with pytest.raises(InputError, match="no parcels"):
        handout(replace(given, parcels=given.parcels.iloc[:0]), ASSETS)
    bare = given.context[0].features.set_crs(None, allow_override=True)
    with pytest.raises(CrsMissing):
        handout(replace(given, context=(replace(given.context[0], features=bare),)), ASSETS)
    with pytest.raises(ContractBroken):
        handout(replace(given, parcels=given.parcels.drop(columns="verdict")), ASSETS)


def test_missing_assets_are_named(tmp_path):
    with pytest.raises(ToolMissing) as caught:
        handout(request(), tmp_path)
    assert "leaflet" in caught.value.en
    assert "make setup" in caught.value.next_en


@pytest.mark.parametrize(
    "inside",
    [
        '<img src="https://example.org/x.png">',
        "<style>@import 'x.css';</style>",
        "<style>a{background:url(//x/y)}</style>",
    ],
)
def test_a_page_that_would_fetch_something_is_not_sealed(inside):
    with pytest.raises(ConfigError, match="fetch"):
        sealed(f"<html><head></head><body>{inside}</body></html>")


def test_hostile_text_stays_text_in_the_file():
    evil = "</script><img src=x onerror=alert(1)>{{7*7}}{% endraw %}"
    page = text(replace(request(village_name=evil), title_zh=evil))
    assert "<img" not in re.sub(r"<script>.*?</script>", "", page, flags=re.DOTALL)
    assert "&lt;/script&gt;&lt;img src=x" in page
    assert "\\u003c/script>\\u003cimg" in page
    assert "{{7*7}}" in page
