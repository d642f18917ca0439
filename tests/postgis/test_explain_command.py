"""``landgis explain`` and ``landgis screen --curable`` on the sample district."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.support import pdf
from tests.support.command import landgis
from tests.support.office import installation

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "sample"
DAY = ("--as-of", "2026-06-30")


@pytest.fixture(scope="module", autouse=True)
def home(stocked_home: Path) -> Iterator[Path]:
    """An installation of its own: the sample stored, Songjiang screened."""
    with installation("说明", stocked_home) as home:
        assert landgis("screen", *DAY).returncode in (1, 3)
        yield home


@pytest.fixture(scope="module")
def planted() -> pd.Series:
    rows = pd.read_csv(SAMPLE / "planted.csv", encoding="utf-8-sig", dtype=str)
    return rows[rows["district"] == "songjiang"].drop_duplicates("kind").set_index("kind")["parcel_id"]


def pages(*parcels: str) -> list[dict[str, Any]]:
    ran = landgis("explain", *parcels, "--format", "json")
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)["pages"]


def test_the_pages_tell_the_planted_cases(planted: pd.Series) -> None:
    chosen = planted[["farmland_conflict", "survey_gap", "partly_uncovered", "clear"]]
    found = {page["parcel_id"]: page for page in pages(*chosen)}
    assert list(found) == sorted(found, key=lambda key: ("excluded", "unknown", "clear").index(found[key]["verdict"]))
    card = found[chosen["farmland_conflict"]]["cards"][0]
    assert card["rule_id"] == "permanent-basic-farmland"
    assert card["overlaps"][0]["area"]["printed"] == {"m2": "480.00", "ha": "0.048000", "mu": "0.720000"}
    gap = next(card for card in found[chosen["survey_gap"]]["cards"] if card["rule_id"] == "survey-class")
    assert gap["overlaps"][0]["area"]["m2"] == pytest.approx(40.0, abs=0.01)
    bare = next(c for c in found[chosen["partly_uncovered"]]["cards"] if c["rule_id"] == "ecological-redline")
    assert bare["layer"]["coverage"]["uncovered"]["printed"]["m2"] == "1,200.00"


def test_files_hold_what_the_terminal_shows(planted: pd.Series, tmp_path: Path) -> None:
    parcel = planted["border_noise"]
    shown = landgis("explain", parcel).stdout
    for form in ("text", "json", "html", "pdf"):
        ran = landgis("explain", parcel, "--format", form, "--out", tmp_path, "--drawn-on", "2026-07-01")
        assert ran.returncode == 0, ran.stderr
    assert (tmp_path / "explain.txt").read_text(encoding="utf-8") == shown
    assert json.loads((tmp_path / "explain.json").read_text(encoding="utf-8"))["pages"] == pages(parcel)
    assert parcel in pdf.text((tmp_path / "explain.pdf").read_bytes())
    assert "excluded" in landgis("explain", parcel, "--lang", "en").stdout


def test_wrong_use_is_told() -> None:
    assert "--out" in landgis("explain", "X", "--format", "pdf").stderr
    assert landgis("explain", "X").returncode == 2
    beside = landgis("screen", "--curable", "--changed")
    assert (beside.returncode, "--changed" in beside.stderr) == (2, True)


def test_near_misses_are_ranked_and_agree_with_the_pages(planted: pd.Series) -> None:
    found = json.loads(landgis("screen", "--curable", "--json").stdout)
    rows = {row["parcel_id"]: row for row in found["parcels"]}
    assert found["blocked"] == len(rows)
    curable = [row["curable"] for row in found["parcels"]]
    assert curable == sorted(curable, reverse=True)
    counts = [row["effort"]["count"] for row in found["parcels"] if row["curable"]]
    assert counts == sorted(counts)
    noise, missing = rows[planted["border_noise"]], rows[planted["dispute_missing"]]
    assert noise["curable"]
    assert noise["effort"]["m2"] < 1.0
    assert "document" in {cure["effort"] for cure in missing["cures"]}
    (page,) = pages(planted["border_noise"])
    assert page["cures"] == {name: noise[name] for name in page["cures"]}


def test_near_misses_are_shown_to_people() -> None:
    shown = landgis("screen", "--curable").stdout
    assert "可补正" in shown
    assert "替代数据，非法定成果" in shown
