"""What a delivery says of a release: read once, in one form, and what may not be said is refused."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from landgis.cli.days import parse_day, parse_moment
from landgis.domain.district import BEIJING
from landgis.domain.layer import Coverage, LegalState, Release, Secrecy
from landgis.errors import ConfigError, InputError, UsageError
from landgis.exchange.catalogue import load_catalogue
from landgis.exchange.delivery.folder import read_layer_folder
from landgis.exchange.delivery.layers_file import CoverageEntry, LayersFile, layers_text, read_layers_file
from landgis.services.checking.check import layers_from_folder
from tests.support.foreign import frame, gpkg, square

CATALOGUE = load_catalogue(Path(__file__).parents[2] / "layers")
STATED = """
layers:
  ecological_redline:
    file: hx.gpkg
    name: '2026'
    district: chongming
    legal_state: {state}
    document_no: 沪府〔2026〕1号
    approved_on: 2026-01-05
    state_of_data_on: 2025-12-31
    accuracy_m: 0.5
    scale_denominator: 2000
    secrecy: {secrecy}
    cycle_months: 6
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    gpkg(tmp_path / "hx.gpkg", {"STBHHX": frame({"BSM": ["1"]}, [square()])})
    return tmp_path


def say(folder: Path, state: str = "in_force", secrecy: str = "公开") -> None:
    (folder / "layers.yaml").write_text(STATED.format(state=state, secrecy=secrecy), encoding="utf-8")


def test_everything_stated_arrives_in_the_release(folder: Path) -> None:
    say(folder)
    release = read_layer_folder(folder, CATALOGUE)["ecological_redline"].release
    assert (release.district, release.legal_state, release.secrecy) == (
        "chongming",
        LegalState.IN_FORCE,
        Secrecy.PUBLIC,
    )
    assert (release.approved_on, release.state_of_data_on) == (date(2026, 1, 5), date(2025, 12, 31))
    assert (release.accuracy_m, release.scale_denominator, release.cycle_months) == (0.5, 2000, 6)
    assert release.usable_to == date(2026, 6, 30)
    assert release.state_on(date(2026, 7, 1)) is Coverage.STALE
    assert (release.source_name, release.source_layer, release.answers) == ("hx.gpkg", "STBHHX", ())


def test_the_cycle_comes_from_the_catalogue_unless_stated(tmp_path: Path) -> None:
    gpkg(tmp_path / "t.gpkg", {"YJJBNT": frame({"BSM": ["1"]}, [square()])})
    assert read_layer_folder(tmp_path, CATALOGUE)["permanent_basic_farmland"].release.cycle_months == 12


@pytest.mark.parametrize("state", ["drafting", "public_notice", "approved_pending"])
def test_a_check_uses_only_what_is_in_force(folder: Path, state: str) -> None:
    say(folder, state)
    layers, issues = layers_from_folder(folder, CATALOGUE)
    assert layers == {}
    told = next(issue for issue in issues if issue.code == "layer_not_in_force")
    assert LegalState(state).zh in told.message_zh
    assert state in told.message_en


def test_classified_data_stop_the_whole_folder(folder: Path) -> None:
    say(folder, secrecy="机密★20年")
    with pytest.raises(InputError, match="state secrets") as raised:
        read_layer_folder(folder, CATALOGUE)
    assert "国家秘密" in raised.value.zh


@pytest.mark.parametrize(
    ("wrong", "right"),
    [("accuracy_m: 0.5", "accuracy_m: 0"), ("cycle_months: 6", "cycle_months: -1"), ("chongming", "pudong")],
)
def test_a_wrong_statement_names_the_file_and_the_field(folder: Path, wrong: str, right: str) -> None:
    text = STATED.format(state="in_force", secrecy="公开").replace(wrong, right)
    (folder / "layers.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as raised:
        read_layers_file(folder, CATALOGUE)
    assert "layers.yaml" in raised.value.zh
    assert right.split(":")[0].removeprefix("pudong") in raised.value.zh


def test_what_a_release_says_is_written_so_that_it_reads_back(tmp_path: Path) -> None:
    release = Release(
        "homestead",
        "2026",
        "宅基地",
        no_document_reason="待编号",
        in_force_from=date(2026, 1, 1),
        district="songjiang",
        legal_state=LegalState.DRAFTING,
        secrecy=Secrecy.INTERNAL,
        substitute=True,
    )
    text = layers_text(release, "h.gpkg", CoverageEntry(wkt="POLYGON ((0 0, 1 0, 1 1, 0 0))", crs="EPSG:4549"))
    assert text.startswith("# 替代数据，非法定成果")
    (tmp_path / "layers.yaml").write_text(text, encoding="utf-8")
    read: LayersFile = read_layers_file(tmp_path, CATALOGUE)
    entry = read.entry("homestead")
    for name in ("name", "title_zh", "no_document_reason", "in_force_from", "district", "legal_state", "secrecy"):
        assert getattr(entry, name) == getattr(release, name)
    assert (entry.file, entry.substitute) == ("h.gpkg", True)


@pytest.mark.parametrize("mark", ["秘密", "机 密★10年".replace(" ", ""), "绝密", "Secret", "CONFIDENTIAL"])
def test_every_classified_mark_is_refused(mark: str) -> None:
    with pytest.raises(InputError, match="not cleared"):
        Secrecy.marked(mark)


def test_marks_that_may_be_held() -> None:
    assert [Secrecy.marked(mark) for mark in ("", "公开", "内部", "内部使用", " internal ")] == [
        Secrecy.UNSTATED,
        Secrecy.PUBLIC,
        Secrecy.INTERNAL,
        Secrecy.INTERNAL,
        Secrecy.INTERNAL,
    ]
    with pytest.raises(InputError, match="not known"):
        Secrecy.marked("一般")


def test_days_and_moments() -> None:
    assert parse_day(" 2026-06-30 ") == date(2026, 6, 30)
    assert parse_moment("2026-06-30") == datetime(2026, 7, 1, tzinfo=BEIJING)
    assert parse_moment("2026-06-30T12:30") == datetime(2026, 6, 30, 12, 30, tzinfo=BEIJING)
    assert parse_moment("2026-06-30 12:30") == parse_moment("2026-06-30T04:30+00:00")
    for wrong in ("2026-02-30", "30.6.2026", "", "2026/6/30"):
        with pytest.raises(UsageError):
            parse_day(wrong)
        with pytest.raises(UsageError):
            parse_moment(wrong)
