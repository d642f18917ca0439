"""Numbers of parcels in PDFs are found by searching and copied whole: nothing hidden stands between their characters."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from pypdf import PdfReader

from landgis.domain.outcome import Scope
from landgis.maps.card.pages import card_pages
from landgis.maps.compositor import typeset
from landgis.rules.reading.load import load_pack
from landgis.services.checking.batch import Batch
from landgis.services.checking.by_law import by_law
from landgis.services.checking.check import Candidates
from landgis.services.checking.check_summary import summary_of
from landgis.services.checking.joint import AtHand, check_jointly
from landgis.services.checking.summary_files import write_summary
from tests.support.explain_case import PACK, SHAPES, catalogue, explained, layers
from tests.support.ground import AS_OF, at, parcels

DRAWN = date(2026, 7, 1)
UNITS = [f"310117109906JB000{number}0F0001000{number}" for number in range(1, 5)]
"""Numbers of the longest form: 不动产单元代码, 28 characters."""


def by_pypdf(pdf: bytes) -> str:
    return "\n".join(page.extract_text() or "" for page in PdfReader(io.BytesIO(pdf)).pages)


def by_pdftotext(pdf: bytes) -> str:
    return subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode("utf-8")


READERS: list[Callable[[bytes], str]] = [by_pypdf, *([by_pdftotext] if shutil.which("pdftotext") else [])]
"""A second program beside pypdf where it is installed."""
PARTS = Path(__file__).resolve().parents[2] / "landgis" / "maps" / "long_words.typ"


def lacking(pdf: bytes, numbers: list[str], read: Callable[[bytes], str]) -> list[str]:
    text = read(pdf)
    assert "\u200b" not in text
    return [number for number in numbers if number not in text]


@pytest.mark.parametrize("read", READERS)
def test_every_number_of_a_summary_is_found(tmp_path: Path, read: Callable[[bytes], str]) -> None:
    shapes = {number: at(100 * place, 0, 50, 40) for place, number in enumerate([*SHAPES, *UNITS])}
    found = Candidates(parcels(shapes), (), (), "")
    judged_by = {key: data for key, data in layers().items() if key in PACK.layers(Scope.FULL)}
    checked = check_jointly(
        Batch.of_one(found, "镇.gpkg"),
        by_law(found, PACK, load_pack),
        lambda _group: AtHand(judged_by),
        AS_OF,
        Scope.FULL,
    )
    pdf = write_summary(summary_of(checked, catalogue(), DRAWN), tmp_path)[1].read_bytes()
    assert lacking(pdf, list(shapes), read) == []


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_number_of_explained_parcels_is_found(read: Callable[[bytes], str], lang: str) -> None:
    shapes = SHAPES | {number: at(60 * place, 700, 50, 40) for place, number in enumerate(UNITS)}
    pages = explained(shapes, layers(), dispute=None).pages
    pdf = card_pages([(each.page, each.drawings) for each in pages], DRAWN, "landgis", lang)
    assert lacking(pdf, list(shapes), read) == []
    features = [
        feature["feature_id"] for each in pages for card in each.page["cards"] for overlap in card["overlaps"]
        for feature in overlap["features"][:4]
    ]  # fmt: skip
    assert lacking(pdf, features, read) == []


@pytest.mark.parametrize("read", READERS)
def test_a_long_word_is_whole_where_a_line_holds_it_and_else_is_broken(
    tmp_path: Path, read: Callable[[bytes], str]
) -> None:
    number, endless = "310117109906JB00010", "x" * 90
    shutil.copy(PARTS, tmp_path)
    template = tmp_path / "page.typ"
    template.write_text(
        '#import "long_words.typ": long-words\n#set page(width: 60mm, height: 80mm, margin: 4mm)\n#show: long-words\n'
        f"land parcel of the village {number} and {endless}\n",
        encoding="utf-8",
    )
    drawn, _ = typeset(template, {}, compiled={"format": "pdf"})
    text = read(drawn)
    assert number in text
    lines = [line.strip() for line in text.split("\n") if set(line.strip()) == {"x"}]
    assert "".join(lines) == endless
    assert len(lines) > 1
