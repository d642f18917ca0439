"""Releases by command: what is stated of them, compared, published, retired, known then, given out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import pytest
from rich.cells import cell_len
from shapely.geometry import box
from shapely.geometry.base import BaseGeometry

from tests.support.command import Ran, landgis
from tests.support.places import passable_folder

X, Y = 613_000.0, 3_424_400.0
WHY = ("--why", "报市局")
PAPER = ("--document-no", "沪府〔2025〕7号", "--in-force-from", "2025-07-01")


@pytest.fixture(scope="module", autouse=True)
def home() -> Iterator[Path]:
    """An installation of its own with two parcels."""
    with passable_folder("版本") as home, pytest.MonkeyPatch.context() as patch:
        patch.setenv("LANDGIS_HOME", str(home))
        patch.delenv("LANDGIS_DATABASE_URL", raising=False)
        patch.setenv("COLUMNS", "80")
        path = home / "parcels.gpkg"
        shapes = [box(X, Y, X + 50, Y + 50), box(X + 200, Y, X + 250, Y + 50)]
        written(path, shapes, DKBM=["310117000001", "310117000002"])
        result = landgis("parcel", "import", path, "--district", "songjiang")
        assert result.returncode == 0, result.stderr
        yield home
        assert landgis("db", "stop").returncode == 0


def written(path: Path, shapes: list[BaseGeometry], **columns: list[str]) -> Path:
    gpd.GeoDataFrame(columns, geometry=shapes, crs=4549).to_file(path, engine="pyogrio")
    return path


def red_line(folder: Path, name: str, shapes: dict[str, BaseGeometry], *stated: object) -> Ran:
    path = written(folder / f"{name}.gpkg", list(shapes.values()), BSM=list(shapes))
    cover = written(folder / "cover.gpkg", [box(X - 999, Y - 999, X + 2999, Y + 2999)], n=["1"])
    return landgis(
        "layer", "import", path, "--as-layer", "ecological_redline", "--name", name, "--coverage", cover, *stated
    )


def data(*arguments: object) -> object:
    result = landgis(*arguments, "--json")
    assert result.returncode in (0, 1, 3), result.stderr
    return json.loads(result.stdout)


def test_a_life_of_two_releases(tmp_path: Path) -> None:
    far, near = box(X + 900, Y, X + 950, Y + 50), box(X + 30, Y, X + 90, Y + 50)
    full = ("--district", "songjiang", "--approved-on", "2025-06-20", "--issuing-body", "上海市人民政府")
    full += ("--state-of-data-on", "2025-05-31", "--accuracy-m", "0.5", "--scale", "2000", "--secrecy", "内部使用")
    assert red_line(tmp_path, "2025", {"甲": far}, *PAPER, *full, "--cycle-months", "24", "--publish").returncode == 0
    shown = data("layer", "show", "ecological_redline@2025")
    stated = {
        "approved_on": "2025-06-20",
        "state_of_data_on": "2025-05-31",
        "accuracy_m": 0.5,
        "scale_denominator": 2000,
    }
    stated |= {"secrecy": "internal", "cycle_months": 24, "usable_to": "2027-05-31", "district": "songjiang"}
    assert {key: shown[key] for key in stated} == stated

    assert red_line(tmp_path, "2026", {"甲": far, "乙": near}, *PAPER, "--district", "songjiang").returncode == 0
    compared = landgis("layer", "diff", "ecological_redline@2026")
    assert compared.returncode == 0
    assert "310117000001" in compared.stdout
    assert "310117000002" not in compared.stdout
    found = data("layer", "diff", "ecological_redline@2025", "ecological_redline@2026", "--out", tmp_path / "d.gpkg")
    assert found["features"]["added"] == 1
    assert [row["parcel_id"] for row in found["parcels"]] == ["310117000001"]
    assert found["parcels"][0]["added_m2"] == pytest.approx(20 * 50)
    assert (tmp_path / "d.gpkg").is_file()
    published = landgis("layer", "publish", "ecological_redline@2026")
    assert "涉及 1 宗地块" in published.stderr

    spoken = {row["name"] for row in data("layer", "list", "ecological_redline", "--as-of", "2026-06-30")}
    assert spoken == {"2026"}
    assert landgis("layer", "retire", "ecological_redline@2026").returncode == 2
    withdraw = ("layer", "retire", "ecological_redline@2026", "--reason", "来函撤回")
    refused = landgis(*withdraw)
    assert refused.returncode == 2
    assert "松江区唯一的现行版本" in refused.stderr
    assert "--leave-none" in refused.stderr
    assert data(*withdraw, "--leave-none")[0]["status"] == "retired"
    assert data("layer", "list", "ecological_redline", "--as-of", "2026-06-30") == []
    assert data("layer", "list", "ecological_redline", "--known-at", "2020-01-01") == []
    sheet = landgis("layer", "show", "ecological_redline", "2026").stdout
    assert "已停用" in sheet
    assert "来函撤回" in sheet


def test_tables_stay_within_eighty_columns() -> None:
    for command in (
        ("list",),
        ("show", "ecological_redline@2025"),
        ("diff", "ecological_redline@2025", "ecological_redline@2026"),
    ):
        lines = landgis("layer", *command).stdout.splitlines()
        assert lines
        assert max(cell_len(line) for line in lines) <= 80


@pytest.mark.parametrize(
    ("mark", "said"), [("秘密★10年", "国家秘密"), ("机密", "不得导入"), ("绝密", "国家秘密"), ("随便", "无法识别")]
)
def test_classified_data_are_refused_before_they_are_read(mark: str, said: str) -> None:
    result = landgis("layer", "import", "没有这个文件.gpkg", "--secrecy", mark)
    assert result.returncode == 2
    assert said in result.stderr
    assert "cleared" in result.stderr or "not known" in result.stderr


@pytest.mark.parametrize("command", [("layer", "list", "--as-of"), ("screen", "--as-of"), ("check", "x", "--as-of")])
def test_a_day_that_is_none_is_told_in_chinese(command: tuple[str, ...]) -> None:
    result = landgis(*command, "2026/06/31")
    assert result.returncode == 2
    assert "请写成 年-月-日" in result.stderr
    assert "2026-06-30" in result.stderr
    moment = landgis("layer", "list", "--known-at", "昨天")
    assert "时刻“昨天”无法识别" in moment.stderr


def test_a_preview_says_so_and_founds_no_pool(tmp_path: Path) -> None:
    cut = {"丙": box(X + 200, Y, X + 220, Y + 50)}
    stated = (*PAPER, "--legal-state", "public_notice", "--publish")
    assert red_line(tmp_path, "公示稿", cut, *stated).returncode == 0
    told = landgis("screen", "--as-of", "2026-06-30", "--legal-state", "public_notice")
    assert told.returncode == 3  # the other layers are missing
    assert "预审（非最终结论）" in told.stdout
    run = data("screen", "--as-of", "2026-06-30", "--legal-state", "public_notice")
    assert run["releases"]["ecological_redline"] == "公示稿"
    assert run["final"] is False
    pool = landgis("pool", "build")
    assert pool.returncode == 2
    page = tmp_path / "h.html"
    assert landgis("map", "handout", "--run", run["run_id"], "--out", page).returncode == 0
    assert "预审（非最终结论）" in page.read_text(encoding="utf-8")


def test_a_layer_goes_out_and_comes_in_again(tmp_path: Path) -> None:
    out = tmp_path / "出" / "红线.gpkg"
    out.parent.mkdir()
    made = data("export", "layer", "ecological_redline@2025", "--out", out, *WHY)
    assert (made["release"], made["features"]) == ("ecological_redline@2025", 1)
    frame = gpd.read_file(out, engine="pyogrio")
    assert (frame["BSM"].tolist(), frame.crs.to_epsg()) == (["甲"], 4549)
    (out.parent / "红线.yaml").rename(out.parent / "layers.yaml")
    text = (out.parent / "layers.yaml").read_text(encoding="utf-8").replace("name: '2025'", "name: again")
    (out.parent / "layers.yaml").write_text(text, encoding="utf-8")
    (again,) = data("layer", "import", out.parent)
    first = data("layer", "show", "ecological_redline@2025")
    same = ("document_no", "approved_on", "state_of_data_on", "accuracy_m", "secrecy", "district", "coverage_ha")
    assert {key: again[key] for key in same} == {key: first[key] for key in same}
    assert landgis("export", "layer", "ecological_redline@2025", "--out", tmp_path / "x.shp", *WHY).returncode == 2
    before = landgis("export", "layer", "ecological_redline@2025", "--out", out, "--known-at", "2020-01-01", *WHY)
    assert before.returncode == 2


def test_a_line_comes_into_force_without_its_file(tmp_path: Path) -> None:
    near = box(X + 30, Y, X + 90, Y + 50)
    said = ("--document-no", "沪府〔2026〕1号", "--legal-state", "approved_pending", "--approved-on", "2026-01-05")
    assert red_line(tmp_path, "待生效", {"甲": near}, *said, "--in-force-from", "2026-03-01").returncode == 0
    act = ("layer", "state", "ecological_redline@待生效", "--in-force-from", "2026-02-01")
    assert "理由" in landgis(*act).stderr
    (made,) = data(*act, "--reason", "市政府公告提前施行", "--document-no", "沪府告〔2026〕2号")
    wanted = {"name": "待生效-生效", "status": "draft", "legal_state": "in_force", "in_force_from": "2026-02-01"}
    assert {key: made[key] for key in wanted} == wanted
    assert (made["document_no"], made["feature_count"]) == ("沪府告〔2026〕2号", 1)
    old = data("layer", "show", "ecological_redline@待生效")
    assert (old["legal_state"], old["content_hash"]) == ("approved_pending", made["content_hash"])
    (issue,) = (row for row in data("layer", "show", "ecological_redline@待生效-生效")["issues"]
                if row["code"] == "brought_into_force")  # fmt: skip
    assert "市政府公告提前施行" in issue["message_zh"]
    again = landgis(
        "layer", "state", "ecological_redline@待生效-生效", "--in-force-from", "2026-02-01", "--reason", "x"
    )
    assert "不能转为生效" in again.stderr


def test_an_import_counts_its_issues_by_code_and_says_what_it_did_not_look_for(tmp_path: Path) -> None:
    twice = {"甲": box(X + 900, Y, X + 950, Y + 50), "": box(X + 900, Y, X + 950, Y + 50)}
    result = red_line(tmp_path, "有问题", twice, *PAPER)
    assert result.returncode == 0
    assert "ecological_redline@有问题 的问题" in result.stdout
    assert "landgis layer show ecological_redline@有问题" in result.stdout
    assert "landgis layer qc ecological_redline@有问题" in result.stderr
