"""The register by command: states on a day, as known at a moment; a parcel's past told as a story."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import geopandas as gpd
import pytest
from shapely.geometry import box

from tests.support.command import Ran, landgis
from tests.support.places import passable_folder

X, Y = 613_000.0, 3_424_400.0
ID, OTHER = "310117109001JB00001", "310117109001JB00002"
WHY = ("--reason", "核查")


def deliver(folder: Path, name: str, width: float, **columns: object) -> Path:
    shapes = [box(X, Y, X + width, Y + 60), box(X + 200, Y, X + 250, Y + 60)]
    frame = gpd.GeoDataFrame({"DKBM": [ID, OTHER], "村": "团结村"} | columns, geometry=shapes, crs=4549)
    frame.to_file(folder / name, engine="pyogrio")
    return folder / name


def run(*arguments: object) -> Ran:
    result = landgis(*arguments)
    assert result.returncode == 0, result.stderr
    return result


def data(*arguments: object) -> list[dict]:
    return json.loads(run(*arguments, "--json").stdout)


@pytest.fixture(scope="module", autouse=True)
def moments(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """An installation with two parcels and some years of news; moments between them."""
    folder, noted = tmp_path_factory.mktemp("files"), {}
    with passable_folder("沿革") as home, pytest.MonkeyPatch.context() as patch:
        patch.setenv("LANDGIS_HOME", str(home))
        patch.delenv("LANDGIS_DATABASE_URL", raising=False)
        first = {"权属争议": ["否", "否"], "SYQZT": ["村集体", ""], "ZZMJ": [4800, 2000], "RSZT": ["拟入市", "后备"]}
        use = {"YDYHFLDM": "100101", "GHYTBZ": "用地用海分类（2023）"}
        run("parcel", "import", deliver(folder, "一.gpkg", 80, **first, **use))
        noted["first"] = datetime.now(UTC).isoformat()
        run("parcel", "import", deliver(folder, "二.gpkg", 90), "--valid-from", "2026-03-01")
        run("parcel", "document", "add", ID, folder / "一.gpkg", "--kind", "权利限制与争议查询结果", "--number", "查〔2026〕3号",
            "--dated-on", "2026-05-02")  # fmt: skip
        run(
            "parcel",
            "fact",
            "set",
            ID,
            "权属争议",
            "是",
            "--valid-from",
            "2026-05-01",
            "--document",
            "查〔2026〕3号",
            *WHY,
        )
        noted["disputed"] = datetime.now(UTC).isoformat()
        run("parcel", "fact", "set", ID, "dispute", "否", "--valid-from", "2026-05-01", "--reason", "登记有误")
        run("parcel", "owner", "set", ID, "甲村=village=1/2", "乙村=village=1/2", "--valid-from", "2026-06-01", *WHY)
        run("parcel", "wish", "add", ID, "--asked", "甲村", "--on", "2026-07-01", "--wish", "愿意", "--use", "工业")
        halves = gpd.GeoDataFrame(
            {"DKBM": [f"{ID}A", f"{ID}B"]},
            geometry=[box(X, Y, X + 45, Y + 60), box(X + 45, Y, X + 90, Y + 60)],
            crs=4549,
        )
        halves.to_file(folder / "分割.gpkg", engine="pyogrio")
        run("parcel", "split", ID, "--into", folder / "分割.gpkg", "--on", "2026-08-01", "--reason", "分期供应", "--document",
            "沪松规〔2026〕12号")  # fmt: skip
        yield noted
        assert landgis("db", "stop").returncode == 0


def test_the_story_is_told_in_order_in_both_languages() -> None:
    told = data("parcel", "history", ID)
    text = "\n".join(row["zh"] for row in told)
    wanted = [
        "由第 1 次导入（一.gpkg）进入数据库，平面面积 4,800.00 ㎡，未注明起始日期",
        "同时登记事实",
        "第 2 次导入（二.gpkg）：图形改动 600.00 ㎡，现平面面积 5,400.00 ㎡，自 2026-03-01 起",
        "登记文件：权利限制与争议查询结果 查〔2026〕3号，2026-05-02，原件已收存",
        "“存在权属争议”由“否”变更为“是”，自 2026-05-01 起；依据权利限制与争议查询结果 查〔2026〕3号；理由：核查",
        "“存在权属争议”由“是”更正为“否”，自 2026-05-01 起；理由：登记有误",
        "登记“所有权份额”：甲村（村集体）1/2；乙村（村集体）1/2，自 2026-06-01 起；理由：核查",
        "意愿调查：甲村 于 2026-07-01 答复“愿意”，意向用途：工业",
        f"于 2026-08-01 分割为 {ID}A、{ID}B，本编号终止，永不再用；依据 沪松规〔2026〕12号",
    ]
    places = [text.index(sentence) for sentence in wanted]
    assert places == sorted(places)
    moments = [row["moment"] for row in told]
    assert moments == sorted(moments)
    english = run("parcel", "history", ID, "--lang", "en").stdout
    assert "in dispute corrected from “yes” to “no”, from 2026-05-01 on; because: 登记有误" in english
    assert f"ended on 2026-08-01 by a split into {ID}A, {ID}B" in english
    assert len(english.splitlines()) == len(told)
    child = run("parcel", "history", f"{ID}A").stdout
    assert f"由 {ID} 分割产生，平面面积 2,700.00 ㎡" in child


def test_lists_and_sheets_show_a_day_as_known_at_a_moment(moments: dict[str, str]) -> None:
    def dispute(*when: str) -> object:
        return next(row["dispute"] for row in data("parcel", "list", *when) if row["parcel_id"] == ID)

    assert dispute("--as-of", "2026-05-01") is False
    assert dispute("--as-of", "2026-05-01", "--known-at", moments["disputed"]) is True
    assert dispute("--as-of", "2026-04-30", "--known-at", moments["disputed"]) is False
    assert [row["parcel_id"] for row in data("parcel", "list")] == [f"{ID}A", f"{ID}B", OTHER]
    sheet = json.loads(run("parcel", "show", ID, "--as-of", "2026-07-31", "--json").stdout)
    assert {row["basis"]: row["area_m2"] for row in sheet["areas"]}["planar"] == pytest.approx(5400)
    early = json.loads(run("parcel", "show", ID, "--known-at", moments["first"], "--json").stdout)
    assert {row["basis"]: row["area_m2"] for row in early["areas"]}["planar"] == pytest.approx(4800)


def test_a_split_parcel_says_what_became_of_it() -> None:
    gone = landgis("parcel", "show", ID)
    assert gone.returncode == 2
    assert f"地块 {ID} 已于 2026-08-01 分割为 {ID}A、{ID}B，依据 沪松规〔2026〕12号" in gone.stderr
    assert f"On 2026-08-01 parcel {ID} was split into {ID}A, {ID}B by 沪松规〔2026〕12号" in gone.stderr
    assert "--as-of 2026-07-31" in gone.stderr
    assert f"landgis parcel show {ID}A" in gone.stderr
    assert run("parcel", "show", ID, "--as-of", "2026-07-31").stdout


WIDE = "310117109001GB00001W00000000"


def test_no_identifier_is_cut_on_a_terminal_of_whatever_width(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = [f"{WIDE[:-1]}{n}" for n in range(3)]
    shapes = [box(X + 1000 * n, Y + 900, X + 1000 * n + 40, Y + 960) for n in range(2)]
    frame = gpd.GeoDataFrame({"DKBM": ids[:2], "村": "团结村"}, geometry=shapes, crs=4549)
    frame.to_file(tmp_path / "长.gpkg", engine="pyogrio")
    run("parcel", "import", tmp_path / "长.gpkg")
    for width in ("40", "80", "200"):
        monkeypatch.setenv("COLUMNS", width)
        listed = run("parcel", "list").stdout
        assert all(one in listed for one in (*ids[:2], f"{ID}A", OTHER)), width
        assert "parcel" in listed
    merge = ("parcel", "merge", *ids[:2], "--into", ids[2], "--on", "2026-08-02", *WHY)
    refused = landgis(*merge)
    assert refused.returncode == 2
    assert "互不相连，最大间距 960.000 米" in refused.stderr
    assert "do not touch (the widest gap is 960.000 m)" in refused.stderr
    assert "--apart-is-meant" in refused.stderr
    monkeypatch.setenv("COLUMNS", "60")
    out = run(*merge, "--apart-is-meant", "同一项目整体供应").stdout
    assert all(one in out for one in ids)
    assert "同一项目整体供应" in out
    assert "最大间距 960.000 米：同一项目整体供应" in run("parcel", "history", ids[0]).stdout
    run("parcel", "retire", ids[2], "--on", "2026-08-03", *WHY)


def test_town_and_village_are_stated_and_told() -> None:
    run("parcel", "fact", "set", OTHER, "town", "车墩镇", "--valid-from", "2026-06-01", *WHY)
    sheet = json.loads(run("parcel", "show", OTHER, "--json").stdout)
    assert {row["name"]: row["value"] for row in sheet["facts"]}["town_name"] == "车墩镇"
    assert "所在由“待补”改为“车墩镇”，自 2026-06-01 起；理由：核查" in run("parcel", "history", OTHER).stdout
    run("parcel", "fact", "set", OTHER, "镇", "待补", "--valid-from", "2026-06-01", *WHY)
    for command in (("list",), ("show", OTHER), ("list", "--misfit"), ("history", OTHER)):
        assert "nan" not in run("parcel", *command).stdout, command
    assert data("parcel", "fact", "list")[-2]["name"] == "town"


def test_help_says_what_happens_without_a_day() -> None:
    for command in ("list", "show"):
        told = "".join(run("parcel", command, "--help").stdout.replace("│", "").split())
        assert "默认今天" not in told
        assert "不写即最新状态" in told
        assert "withoutit,thenewest" in told


def test_a_sheet_names_everything_in_both_languages() -> None:
    out = run("parcel", "show", f"{ID}A").stdout
    told = f"{ID}  2026-08-01 分割 split，沪松规〔2026〕12号：分期供应"
    for word in (
        "松江区",
        "待补",
        "未提供",
        "拟入市",
        "沿革",
        told,
        "自何日起",
        "from",
        "boundary survey",
        "still to come",
    ):
        assert word in out.replace("\n", ""), word
    assert "后备" in run("parcel", "list").stdout


def test_areas_that_do_not_agree_are_a_list_to_work_through() -> None:
    (row,) = data("parcel", "list", "--misfit")
    assert (row["parcel_id"], row["registered_m2"]) == (OTHER, 2000)
    assert "须核对" in run("parcel", "list", "--misfit").stdout
    assert data("parcel", "list", "--misfit", "--misfit-share", "0.6") == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("fact", "set", OTHER, "road", "是", *WHY), "--from-beginning"),
        (("fact", "set", OTHER, "colour", "red", "--from-beginning", *WHY), "没有名为"),
        (("fact", "set", OTHER, "road", "也许", "--from-beginning", *WHY), "可填"),
        (("fact", "set", "nobody", "road", "是", "--from-beginning", *WHY), "不存在"),
        (("fact", "set", OTHER, "road", "是", "--valid-from", "2999-01-01", *WHY), "还没有到"),
        (("document", "add", OTHER, "--kind", "photo", "--number", "1"), "没有文件类别"),
        (("wish", "add", OTHER, "--asked", "甲", "--on", "2026-01-01", "--wish", "perhaps"), "意愿不能是"),
        (("retire", ID, "--on", "2026-08-02", *WHY), "没有地块"),
        (("history", "nobody"), "从未有过"),
        (("history", OTHER, "--lang", "fr"), "没有语言"),
        (("fact", "set", OTHER, "town", "南京西路街道", "--from-beginning", *WHY), "没有镇（街道）"),
        (("fact", "set", OTHER, "town", "nan", "--from-beginning", *WHY), "没有镇（街道）"),
        (("fact", "set", OTHER, "village", "nan", "--from-beginning", *WHY), "村名不能是"),
        (("document", "add", "nobody", "--kind", "letter_of_intent", "--number", "1"), "没有这个编号的地块"),
    ],
)
def test_what_cannot_be_done_says_why(arguments: tuple[str, ...], said: str) -> None:
    result = landgis("parcel", *arguments)
    assert result.returncode == 2
    assert said in result.stderr


def test_facts_and_kinds_can_be_looked_up() -> None:
    assert any(
        row["name"] == "register_class" and "已入市" in row["takes_zh"] for row in data("parcel", "fact", "list")
    )
    assert any(row["kind"] == "boundary_survey" for row in data("parcel", "document", "kinds"))
