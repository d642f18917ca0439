"""The plan's sheet by command: it checks itself, shows what was supplied by its day, and lies on a stored orthophoto."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pypdf
import pytest
import rasterio

from landgis.domain.district import BEIJING
from tests.support.command import landgis
from tests.support.office import installation
from tests.support.rasters import write

PAPER = ("--document", "沪松府〔2027〕1号")
STATED = ("--document-no", "沪测〔2024〕1号", "--in-force-from", "2024-01-01", "--substitute", "--name", "2024")


def data(*arguments: object) -> Any:
    result = landgis(*arguments, "--json")
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


@pytest.fixture(scope="module", autouse=True)
def office(stocked_home: Path) -> Iterator[None]:
    """Songjiang screened and pooled, its plan published, one of its parcels supplied."""
    with installation("图纸", like=stocked_home):
        assert landgis("person", "add", "shenhe", "审核员乙", "--role", "district_reviewer").returncode == 0
        assert landgis("screen", "--rules", "songjiang", "--as-of", "2026-06-30").returncode in (0, 1, 3)
        assert landgis("pool", "build").returncode == 0
        plan = data("plan", "draft", "--year", 2027)["plan_id"]
        for step in (("submit", plan), ("submit", plan), ("approve", plan, *PAPER, "--as", "shenhe")):
            data("plan", *step)
        data("plan", "publish", plan, *PAPER, "--on", "2026-06-30")
        parcel = data("plan", "show", plan)["lines"][0]["parcel_id"]
        for standing, reason in (("under_way", "procedure_started"), ("supplied", "deal_closed")):
            assert landgis("pool", "move", parcel, standing, "--reason", reason).returncode == 0
        yield


def words(path: Path) -> str:
    return "".join("".join(page.extract_text().split()) for page in pypdf.PdfReader(path).pages)


def test_a_sheet_is_written_with_the_record_of_its_check(tmp_path: Path) -> None:
    out = tmp_path / "计划图.pdf"
    told = landgis("map", "sheet", "--out", out)
    assert told.returncode == 0, told.stderr
    assert "自检通过" in told.stdout
    record = json.loads((tmp_path / "计划图-图面自检.json").read_text(encoding="utf-8"))
    assert (record["sound"], record["faults"]) == (True, [])
    assert record["pdf_sha256"] == sha256(out.read_bytes()).hexdigest()


def test_what_was_supplied_by_the_day_of_drawing_is_pale(tmp_path: Path) -> None:
    for name, day, pale in (("今", datetime.now(BEIJING).date(), True), ("昔", date(2026, 7, 1), False)):
        assert landgis("map", "sheet", "--out", tmp_path / f"{name}.pdf", "--drawn-on", day).returncode == 0
        assert ("已供地块" in words(tmp_path / f"{name}.pdf")) == pale


def test_a_sheet_lies_on_a_stored_orthophoto_and_says_what_it_made_of_it(tmp_path: Path) -> None:
    out = tmp_path / "影像图.pdf"
    lacking = landgis("map", "sheet", "--out", out, "--backdrop", "orthophoto")
    assert lacking.returncode == 2
    assert "orthophoto" in lacking.stderr
    assert not out.exists()
    y, x = np.mgrid[:900, :900]
    cells = np.stack([120 + x // 9, 150 + y // 18, np.full_like(x, 130)]).astype("uint8")
    placed = rasterio.Affine(50, 0, 580_000, 0, -50, 3_445_000)
    photo = write(tmp_path / "DOM.tif", cells, nodata=None, transform=placed, photometric="RGB")
    answers = ("--as-layer", "orthophoto", "--meaning", "rgb", "--nodata", "none", "--publish")
    taken = landgis("layer", "import", photo, *answers, *STATED)
    assert taken.returncode == 0, taken.stderr
    told = landgis("map", "sheet", "--out", out, "--backdrop", "orthophoto")
    assert told.returncode == 0, told.stderr
    assert "原像元 50 m" in told.stderr
    assert "取均值" in told.stderr
    text = words(out)
    assert "原像元50m" in text
    assert "正射影像（2024" in text
    images = pypdf.PdfReader(out).pages[0]["/Resources"]["/XObject"]
    assert any(image["/Subtype"] == "/Image" for image in (each.get_object() for each in images.values()))
    assert landgis("map", "sheet", "--out", out, "--backdrop", "road").returncode == 2


def test_an_adjustment_is_drawn_beside_the_plan_that_it_adjusts(tmp_path: Path) -> None:
    out = tmp_path / "调整.pdf"
    refused = landgis("map", "adjustment", "--out", out)
    assert refused.returncode == 2
    assert "adjusts no other" in refused.stderr
    lines = data("plan", "show")["lines"]
    gone, later = lines[2]["parcel_id"], lines[4]["parcel_id"]
    (tmp_path / "调整.yaml").write_text(
        f"changes:\n- {{parcel_id: {gone}, change: out, reason: 退出}}\n"
        f"- {{parcel_id: {later}, change: changed, reason: 推迟, quarter: 4}}\n",
        encoding="utf-8",
    )
    made = data("plan", "revise", "L1", "--changes", tmp_path / "调整.yaml", "--purpose", "年中调整")
    told = data("map", "adjustment", "--out", out, "--drawn-on", "2027-07-01")
    assert (told["plan_id"], told["adjusts"], told["changes"]) == (made["plan_id"], "L000001", 2)
    record = json.loads((tmp_path / "调整-图面自检.json").read_text(encoding="utf-8"))
    assert (record["sound"], record["faults"]) == (True, [])
    assert record["read_back"]["maps"] == 2
    text = words(out)
    off = Decimal(made["after_ha"]) - Decimal(made["before_ha"])
    sums = f"{Decimal(made['before_ha']):.4f}{Decimal(made['after_ha']):.4f}{off:+.4f}"
    assert text.count(f"全年计划Wholeplan{len(lines)}→{len(lines) - 1}宗{sums}") == 2
    for said in (gone, later, "退出", "推迟", "年中调整对照图", "L000001→L000002", "替代数据，非法定成果"):
        assert said in text
