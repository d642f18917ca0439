"""Pages of parcels explained: the same numbers in every form, nothing left unsaid, nothing run from a name."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from html import unescape
from importlib.resources import files
from pathlib import Path
from typing import Any

import geopandas as gpd
import jsonschema
import pandas as pd
import pytest

from landgis.domain.layer import SUBSTITUTE_EN, SUBSTITUTE_ZH
from landgis.domain.outcome import Outcome, Scope
from landgis.maps.card.fragment import document, fragment
from landgis.maps.card.pages import card_pages
from landgis.maps.card.plain import plain_page
from landgis.maps.card.told import told
from landgis.screening.judge import Rejected
from landgis.services.explaining.explain import MOST_PAGES, Explained, Explanation, explain_check
from landgis.services.explaining.explain_files import explained_json, write_explained
from tests.support import pdf
from tests.support.command import landgis
from tests.support.explain_case import (
    CLEAR,
    EIGHT,
    EVIL,
    FARMLAND,
    LARGE,
    LONG,
    NEEDLE,
    PACK,
    SHAPES,
    SPECK,
    SWALLOWED,
    catalogue,
    checked,
    explained,
    layers,
)
from tests.support.ground import AS_OF, at, clear_layers, layer

SCHEMA = json.loads(files("landgis.screening").joinpath("explain.schema.json").read_text(encoding="utf-8"))
SAMPLE = Path(__file__).resolve().parents[2] / "data" / "sample"
DRAWN = date(2026, 7, 1)


@pytest.fixture(scope="module")
def whole() -> Explanation:
    return explained(SHAPES, layers(), Rejected("broken", "图形自相交", "self-crossing"), dispute=None, **LONG)


@pytest.fixture(scope="module")
def pages(whole: Explanation) -> dict[str, Explained]:
    return {each.page["parcel_id"]: each for each in whole.pages}


def form_texts(each: Explained, lang: str) -> dict[str, str]:
    """The page in three forms, without blanks and markup."""
    html = re.sub(r"<[^>]+>", " ", fragment(each.page, each.drawings, lang))
    forms = {
        "text": plain_page(each.page, lang),
        "html": unescape(html),
        "pdf": pdf.text(card_pages([(each.page, each.drawings)], DRAWN, "landgis", lang)),
    }
    return {form: "".join(text.split()) for form, text in forms.items()}


def printed(value: Any, lang: str) -> Iterator[str]:
    """Every printed number of a page's JSON in one language."""
    if isinstance(value, dict):
        if "printed" in value:
            spelled = value["printed"]
            yield from spelled.values() if isinstance(spelled, dict) else [spelled]
        for key, each in value.items():
            if key == lang and isinstance(each, str):
                yield from re.findall(r"\d[\d,]*\.?\d*", each)
            elif key not in ("printed", "zh", "en"):
                yield from printed(each, lang)
    elif isinstance(value, list):
        for each in value:
            yield from printed(each, lang)


def shown(page: dict[str, Any]) -> dict[str, Any]:
    """A page without what only the JSON holds: beyond four features, causes or edits, and areas beside a sentence."""
    cards = [
        card
        | {
            "overlaps": [row | {"features": row["features"][:4]} for row in card["overlaps"]],
            "slivers": card["slivers"][:4],
        }
        | {"measured": None if card["overlaps"] else card["measured"]}
        for card in page["cards"]
    ]
    cures = page["cures"] and page["cures"] | {
        "cures": [{name: cure[name] for name in ("zh", "en")} for cure in page["cures"]["cures"]], "effort": None
    }  # fmt: skip
    overlaps = [row for card in cards for row in card["overlaps"]]
    for row in overlaps:
        row["ellipsoidal"] = row["ellipsoidal"] and {"printed": [row["ellipsoidal"]["printed"]["m2"]]}
    clear = [row | {"measured": None, "layer": None} for row in page["clear"]]
    return page | {"cards": cards, "cures": cures, "clear": clear}


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("parcel_id", [SPECK, NEEDLE, LARGE, CLEAR, EIGHT, SWALLOWED, "broken"])
def test_the_same_numbers_stand_in_all_four_forms(pages: dict[str, Explained], parcel_id: str, lang: str) -> None:
    each = pages[parcel_id]
    forms = form_texts(each, lang)
    numbers = {number for number in printed_flat(shown(each.page), lang) if number}
    assert numbers or parcel_id == "broken"
    for form, text in forms.items():
        assert not [number for number in numbers if number not in text], form


def printed_flat(page: dict[str, Any], lang: str) -> Iterator[str]:
    for number in printed(page, lang):
        yield from [number] if isinstance(number, str) else number


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_line_is_printed_in_every_form(pages: dict[str, Explained], lang: str) -> None:
    for each in pages.values():
        said = told(each.page, lang)
        lines = [
            *said.facts,
            *said.cures,
            *said.clear,
            *said.not_asked,
            *(line for card in said.cards for line in card.lines),
        ]
        wanted = [part for line in lines for part in (line.text, line.quote) if part]
        wanted += [card.message for card in said.cards] + [card.map_caption for card in said.cards]
        for form, text in form_texts(each, lang).items():
            missing = [part for part in wanted if "".join(part.split()) not in text]
            assert not missing, form


def test_every_page_keeps_the_published_schema(whole: Explanation) -> None:
    validator = jsonschema.Draft202012Validator(SCHEMA, format_checker=jsonschema.FormatChecker())
    for page in explained_json(whole.pages)["pages"]:
        assert list(validator.iter_errors(json.loads(json.dumps(page, allow_nan=False)))) == []
    assert not validator.is_valid(whole.pages[0].page | {"surprise": 1})


def test_the_worst_parcel_and_the_worst_finding_come_first(whole: Explanation) -> None:
    verdicts = [Outcome(each.page["verdict"]).severity for each in whole.pages]
    assert verdicts == sorted(verdicts, reverse=True)
    for each in whole.pages:
        cards = each.page["cards"]
        assert [card["number"] for card in cards] == list(range(1, len(cards) + 1))
        severities = [Outcome(card["outcome"]).severity for card in cards]
        assert severities == sorted(severities, reverse=True)


def test_a_speck_is_told_with_all_it_rests_on(pages: dict[str, Explained]) -> None:
    card = pages[SPECK].page["cards"][0]
    (overlap,) = card["overlaps"]
    assert overlap["area"]["m2"] == pytest.approx(0.02)
    assert overlap["area"]["printed"] == {"m2": "0.02", "ha": "0.000002", "mu": "0.000030"}
    assert overlap["share_of_parcel"]["printed"] == "<0.01%"
    assert overlap["features"][0]["share_of_feature"]["value"] == pytest.approx(0.02 / 400)
    assert card["clauses"][0]["number"] == "沪松府〔2023〕84号"
    assert card["clauses"][0]["quote_zh"]
    assert len(card["clauses"]) > 1
    assert (card["layer"]["document_no"], card["layer"]["coverage"]["state"]) == ("沪规〔2020〕1号", "complete")
    assert card["slivers"][0]["place"][0] == pytest.approx(615_049.9, abs=0.1)
    assert card["map"]["scale"] == 5
    assert pages[SPECK].page["stability"]["zh"].startswith("在 0–0.05 米内结论不变")


def test_a_clear_parcel_lists_what_was_checked_with_release_and_no_hits() -> None:
    (each,) = explained({"p": at(0, 0, 50, 40)}, clear_layers()).pages
    assert each.page["cards"] == []
    assert each.page["cures"] is None
    rows = {row["rule_id"]: row for row in each.page["clear"]}
    assert rows["homestead"]["hits"] == rows["survey-class"]["hits"] == 0
    assert rows["homestead"]["layer"]["release"] == "test"
    text = plain_page(each.page)
    assert "农村宅基地（test）；重叠图斑 0 个" in text
    assert "国土调查地类图斑（test）；不利图斑 0 个" in text
    assert "集体土地所有权宗地（test）；所在图斑 1 个" in text
    assert "没有问题" in text


def test_rules_that_were_not_asked_are_listed_with_the_reason() -> None:
    (each,) = explained({"p": at(0, 0, 50, 40)}, clear_layers(), scope=Scope.CONTROL_LINES).pages
    assert "registration" in {row["rule_id"] for row in each.page["not_asked"]}
    assert "只核对控制线" in plain_page(each.page)


def test_a_missing_layer_says_who_supplies_it_and_claims_no_measurement() -> None:
    at_hand = clear_layers()
    del at_hand["ecological_redline"]
    (each,) = explained({"p": at(0, 0, 50, 40)}, at_hand).pages
    (card,) = each.page["cards"]
    assert (card["outcome"], card["layer"]["coverage"]["state"]) == ("unknown", "absent")
    assert card["measured"] is None
    assert card["map"] is None
    assert card["supply"]["zh"] == PACK.rule("ecological-redline").supply.zh
    assert each.page["cures"]["curable"]


def test_ground_outside_of_a_release_is_drawn_and_counted() -> None:
    partial = layer("ecological_redline", {"far": at(2000, 2000, 9, 9)}, coverage=at(-100, -100, 120, 300))
    (each,) = explained({"p": at(0, 0, 50, 40)}, clear_layers() | {"ecological_redline": partial}).pages
    (card,) = each.page["cards"]
    assert card["layer"]["coverage"]["uncovered"]["m2"] == pytest.approx(1_200.0)
    assert card["map"]["depth_m"] == pytest.approx(30.0, rel=0.03)


def test_ground_that_several_releases_leave_out_has_one_map() -> None:
    half = at(-100, -100, 120, 300)
    partial = {
        key: layer(key, {"f": at(-90, -90, 110, 200)}, coverage=half) for key in ("ownership_parcel", "unit_plan")
    }
    (each,) = explained({"p": at(0, 0, 50, 40)}, clear_layers() | partial).pages
    first, second = each.page["cards"]
    assert (first["map_of"], second["map_of"], second["map"]) == (None, 1, None)
    assert first["map"]["depth_m"] == pytest.approx(30.0, rel=0.03)
    assert "附图：范围同附图 1" in plain_page(each.page)
    assert set(each.drawings.conflicts) == {1}
    # What such a rule measures is ground that no feature covers; ground without a release counts among it.
    assert (first["measured"], second["measured"]) == (None, None)
    jsonschema.validate(each.page, SCHEMA)


def test_a_parcel_that_a_release_leaves_out_altogether_is_not_said_to_be_measured() -> None:
    away = layer("ecological_redline", {"far": at(2000, 2000, 9, 9)}, coverage=at(1000, 1000, 2000, 2000))
    (each,) = explained({"p": at(0, 0, 50, 40)}, clear_layers() | {"ecological_redline": away}).pages
    (card,) = each.page["cards"]
    assert (card["measured"], card["map"], card["map_of"]) == (None, None, None)
    assert (card["layer"]["coverage"]["zh"], card["layer"]["coverage"]["state"]) == ("全部未覆盖", "partial")
    legend = [zh for _, zh, _ in each.drawings.legend]
    assert "图层未覆盖" in legend
    assert catalogue().require("ecological_redline").style.legend_zh not in legend
    assert "问题范围" not in legend


def test_a_layer_is_called_by_its_own_name() -> None:
    half = layer("ownership_parcel", {"f": at(-90, -90, 110, 200)}, coverage=at(-100, -100, 120, 300))
    found = checked({"p": at(0, 0, 50, 40)}, clear_layers() | {"ownership_parcel": half})
    (page,) = (each.page for each in explain_check(found, PACK, found.layers, catalogue()).pages)
    (card,) = page["cards"]
    assert card["message_zh"].startswith("图层“集体土地所有权宗地”（test）未覆盖")
    assert card["message_en"].startswith("The layer “Collective ownership parcel”")
    (said,) = found.findings.loc[found.findings["rule_id"] == "ownership-cover", "message_zh"]
    assert said.startswith("图层“所有权覆盖”"), "what is recorded stays as it is"


def test_facts_that_stand_in_nobodys_way_are_told_by_what_they_mean() -> None:
    (each,) = explained({CLEAR: at(0, 0, 50, 40)}, clear_layers()).pages
    text, english = plain_page(each.page), plain_page(each.page, "en")
    assert "权属争议：无权属争议" in text
    assert "Dispute: No dispute" in english
    assert "地籍为集体建设用地（宗地特征码 JB，权利类型 7 集体建设用地使用权），不是宅基地" in text
    assert "number lettered JB, right of type 7" in english
    assert "QLLX" not in text + english


def test_the_day_that_ends_sooner_is_told_beside_the_other() -> None:
    home = clear_layers()["homestead"]
    speck = layer("homestead", {"h": at(45, 35, 20, 20)}).features
    dated = replace(home.release, expires_on=date(2027, 12, 31), state_of_data_on=date(2026, 1, 1), cycle_months=12)
    (each,) = explained(
        {"p": at(0, 0, 50, 40)}, clear_layers() | {"homestead": replace(home, release=dated, features=speck)}
    ).pages
    (card,) = each.page["cards"]
    assert card["layer"]["usable_to"] == "2027-01-01"
    assert "有效期至 2027-12-31；按更新周期可用至 2027-01-01" in plain_page(each.page)


def test_a_gap_in_the_survey_is_shown_as_ground_and_not_as_an_overlap() -> None:
    survey = layer("survey_land_use", {"all": at(-900, -900, 940, 3800)}, "construction")
    (each,) = explained({"p": at(0, 0, 50, 40)}, clear_layers() | {"survey_land_use": survey}).pages
    card = next(card for card in each.page["cards"] if card["rule_id"] == "survey-class")
    assert card["overlaps"][0]["category"] == "gap"
    assert card["overlaps"][0]["area"]["m2"] == pytest.approx(400.0)
    assert card["map"]["pieces"] == 1
    assert "所涉范围：400.00 ㎡" in plain_page(each.page)


def test_every_class_that_counts_is_told_not_only_the_worst() -> None:
    fields = layer("survey_land_use", {"field": at(0, 0, 10, 40)}, "agricultural")
    unused = layer("survey_land_use", {"waste": at(10, 0, 10, 40)}, "unused")
    rest = layer("survey_land_use", {"rest": at(20, -10, 100, 90)}, "construction")
    both = [fields.features, unused.features, rest.features]
    survey = replace(fields, features=gpd.GeoDataFrame(pd.concat(both, ignore_index=True), crs=4549))
    (each,) = explained({"p": at(0, 0, 50, 40)}, clear_layers() | {"survey_land_use": survey}).pages
    card = next(card for card in each.page["cards"] if card["rule_id"] == "survey-class")
    told_of = {row["category"]: (row["outcome"], round(row["area"]["m2"])) for row in card["overlaps"]}
    assert told_of == {"agricultural": ("excluded", 400), "unused": ("flagged", 400)}
    assert card["map"]["depth_m"] == pytest.approx(10.0, rel=0.03)


def test_the_first_reason_is_what_the_finding_says() -> None:
    found = checked(SHAPES, layers(), dispute=None)
    pages = explain_check(found, PACK, layers(), catalogue()).pages
    for each in pages:
        for card in each.page["cards"]:
            if card["overlaps"] and card["layer"]["coverage"]["state"] == "complete":
                assert card["overlaps"][0]["outcome"] == card["outcome"]
                assert card["overlaps"][0]["area"]["m2"] == card["measured"]["value"]


def test_eight_conflicts_are_one_finding_with_the_rest_in_the_json(pages: dict[str, Explained]) -> None:
    card = pages[EIGHT].page["cards"][0]
    assert (card["overlaps"][0]["hits"], card["map"]["pieces"], len(card["slivers"])) == (8, 8, 8)
    assert "另有 4 处，见 JSON" in plain_page(pages[EIGHT].page)


def test_stand_in_data_are_named_in_every_form(whole: Explanation, pages: dict[str, Explained]) -> None:
    for lang, words in (("zh", SUBSTITUTE_ZH), ("en", SUBSTITUTE_EN)):
        for form, text in form_texts(pages[SPECK], lang).items():
            assert "".join(words.split()) in text, form
    book = card_pages([(each.page, each.drawings) for each in whole.pages if each.page["substitute"]], DRAWN, "landgis")
    assert all(SUBSTITUTE_ZH in pdf.page_text(book, page) for page in range(len(pdf.pages(book))))
    (real,) = explained({"p": at(0, 0, 50, 40)}, clear_layers()).pages
    assert SUBSTITUTE_ZH not in plain_page(real.page)


def test_a_parcel_that_cannot_be_measured_has_a_page_without_a_map(pages: dict[str, Explained]) -> None:
    page = pages["broken"].page
    assert page["context_map"] is None
    assert "图形自相交" in plain_page(page)
    assert "没有核对任何规则" in plain_page(page)


def test_names_run_nothing_and_fetch_nothing() -> None:
    (each,) = explained({EVIL: at(0, 0, 50, 40)}, layers(), village_name=EVIL, owner_name=EVIL).pages
    html = document([(each.page, each.drawings)], "说明")
    assert "<img src=x" not in html
    assert "<script" not in html
    assert "default-src 'none'" in html
    sources = re.findall(r'(?:src|href)="([^"]*)"', html)
    assert sources
    assert all(source.startswith(("data:image/svg+xml;base64,", "#")) for source in sources)
    assert "style=" not in fragment(each.page, each.drawings)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_glyph_is_missing(whole: Explanation, lang: str) -> None:
    book = card_pages([(each.page, each.drawings) for each in whole.pages], DRAWN, "landgis", lang)
    assert sum(code == 0 for page in pdf.pages(book) for code in pdf.drawing(page).codes) == 0


def test_equal_pages_give_equal_bytes(pages: dict[str, Explained], tmp_path: Path) -> None:
    once, again = (write_explained([pages[SPECK]], tmp_path / name, DRAWN) for name in ("one", "two"))
    assert [file.name for file in once] == ["explain.txt", "explain.json", "explain.html", "explain.pdf"]
    assert [file.read_bytes() for file in once] == [file.read_bytes() for file in again]


def test_conflict_maps_are_true_to_scale_on_the_page(pages: dict[str, Explained]) -> None:
    each = pages[SWALLOWED]
    page = pdf.pages(card_pages([(each.page, each.drawings)], DRAWN, "landgis"))[0]
    scale = each.page["cards"][0]["map"]["scale"]
    wide = [
        points[:, 0].max() - points[:, 0].min()
        for colour, points in pdf.drawing(page).paths
        if colour and colour[0] == pytest.approx(0x8A / 255, abs=0.01)
    ]
    assert min(abs(each - 12_000 / scale) for each in wide) < 0.02


def test_more_parcels_than_pages_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("landgis.services.explaining.explain.MOST_PAGES", 2)
    found = explained(SHAPES, layers())
    assert (len(found.pages), found.left_out) == (2, len(SHAPES) - 2)
    assert MOST_PAGES == 200


def test_a_check_writes_the_pages_beside_its_answer(tmp_path: Path) -> None:
    one = "POLYGON ((613100 3424500, 613160 3424500, 613160 3424540, 613100 3424540, 613100 3424500))"
    ran = landgis(
        "check", "--wkt", one, "--crs", "EPSG:4549", "--layers", SAMPLE / "layers", "--as-of", AS_OF, "--explain", tmp_path,
        "--json",
    )  # fmt: skip
    plain = landgis(
        "check", "--wkt", one, "--crs", "EPSG:4549", "--layers", SAMPLE / "layers", "--as-of", AS_OF, "--json"
    )
    assert ran.returncode == plain.returncode
    assert json.loads(ran.stdout) == json.loads(plain.stdout)
    pages = json.loads((tmp_path / "explain.json").read_text(encoding="utf-8"))["pages"]
    assert [page["verdict"] for page in pages] == [row["verdict"] for row in json.loads(ran.stdout)["parcels"]]
    assert {file.suffix for file in tmp_path.iterdir()} == {".txt", ".json", ".html", ".pdf"}
    assert FARMLAND in {row["layer"]["key"] for row in pages[0]["clear"] + pages[0]["cards"] if row["layer"]}
