"""``landgis rules mode`` and ``landgis rules terms``: what they print, in JSON and in words, and how they end."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.command import landgis


def told(*arguments: object) -> dict[str, Any]:
    result = landgis("rules", *arguments, "--as-of", "2026-06-30", "--json")
    assert result.stdout, result.stderr
    answer: dict[str, Any] = json.loads(result.stdout)
    return answer


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--use", "0804", "--intended", 1), 0, "已确定：协议出让 agreement"),
        (("--use", "0804", "--intended", 2), 0, "已确定：公开招拍挂"),
        (("--use", "0804"), 3, "若意向用地者数为 2 个及以上：应采取公开招拍挂"),
        (("--use", "1001"), 3, "若项目类型为标准厂房类：应采取公开招拍挂"),
        (("--use", "1001", "--project", "standard_workshop"), 0, "另，若受让人为园区平台或领军企业：可采取“带产业项目”挂牌"),
        (("--use", "0901", "--character-area"), 0, "另，可采取公开招拍挂：位于有风貌管控要求的重点地区"),
        (("--use", "0703"), 1, "规划用途 0703 为农村宅基地，不得入市"),
        (("--use", "0701", "--project", "commodity_housing"), 1, "\n  不得入市：商品住房不得入市\n"),
        (("--use", "070102", "--project", "commodity_housing", "--pack", "chongming"), 1, "用于商品住房，不得入市"),
        (("--use", "0701", "--project", "rental_housing"), 0, "\n  应参照国有建设用地相关规定：保障性租赁住房"),
        (("--use", "0804"), 3, "If the number of intended users is 2 or more, it must go by open tender"),
        (("--use", "0804"), 3, "Trading mode: undecided until more is known"),
        (("--use", "0901"), 0, "Besides, if it lies in an area whose look is protected, it may go by open tender"),
        (("--use", "0901", "--pack", "chongming"), 3, "法规留下的方式 left by the statute：招标、拍卖、挂牌、协议出让"),
        (("--use", "9999"), 3, "规划用途代码 9999 无法识别"),
    ],
)  # fmt: skip
def test_the_mode_is_told_with_its_sentence_and_what_is_unknown(
    arguments: tuple[object, ...], code: int, said: str
) -> None:
    result = landgis("rules", "mode", *arguments, "--as-of", "2026-06-30")
    assert result.returncode == code, result.stderr
    assert said in result.stdout


def test_every_answer_quotes_the_clause() -> None:
    result = landgis("rules", "mode", "--use", "0804", "--intended", 2)
    assert (
        "沪松府〔2023〕84号 三（六）1：“供地计划公布后，同一宗地有两个或者两个以上意向用地者的，应采取公开招拍挂方式出让”"
        in result.stdout
    )


def test_the_mode_as_json() -> None:
    answer = told("mode", "--use", "0804", "--intended", 2)
    assert (answer["pack"], answer["scheme"], answer["as_of"]) == ("songjiang", "guide2023", "2026-06-30")
    assert (answer["certainty"], answer["mode"], answer["unknown"]) == ("decided", "open_bidding", [])
    open_ = told("mode", "--use", "0804")
    assert (open_["certainty"], open_["mode"]) == ("undecided", None)
    assert {course["mode"]: course["if"] for course in open_["courses"]} == {
        "agreement": {"intended": ["0-1"]},
        "open_bidding": {"intended": ["2+"]},
    }


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--use", "0901", "--years", 40), 0, "40 年 · 不超过法定最高年限"),
        (("--use", "0901", "--years", 41), 1, "超过法定最高年限"),
        (("--use", "0902", "--years", 41), 3, "须由单位确认"),
        (("--use", "1001", "--years", 50, "--project", "industry_project"), 0, "提示 notice：本市产业项目类工业用地"),
        (("--use", "0701"), 0, "居住用地最高 70 年"),
        (("--use", "0703", "--years", 40), 1, "不得入市"),
        (
            ("--use", "070102", "--years", 70, "--project", "commodity_housing"),
            1,
            "Term: 70 years, may not enter the market",
        ),
        (("--use", "0901", "--years", 40, "--pack", "chongming"), 0, "入市方案应载明使用年限"),
    ],
)
def test_a_term_is_held_against_the_limit(arguments: tuple[object, ...], code: int, said: str) -> None:
    result = landgis("rules", "terms", *arguments, "--as-of", "2026-06-30")
    assert result.returncode == code, result.stderr
    assert said in result.stdout


def test_a_term_as_json() -> None:
    answer = told("terms", "--use", "0901", "--years", 41)
    assert (answer["state"], answer["max_years"]) == ("exceeds", [40])
    assert (answer["state_zh"], answer["state_en"]) == ("超过法定最高年限", "longer than the statute allows")
    assert answer["limits"][0]["clause"]["quote_zh"] == "商业、旅游、娱乐用地四十年"


@pytest.mark.parametrize("command", ["mode", "terms"])
def test_a_pack_that_there_is_not_is_told(command: str) -> None:
    result = landgis("rules", command, "--use", "0901", "--pack", "pudong")
    assert result.returncode == 2
    assert "pudong" in result.stderr


@pytest.mark.parametrize("command", ["mode", "terms"])
def test_the_national_pack_sells_nothing(command: str) -> None:
    result = landgis("rules", command, "--use", "0901", "--pack", "national")
    assert result.returncode == 2
    assert "songjiang" in result.stderr


def test_a_negative_number_is_refused() -> None:
    result = landgis("rules", "mode", "--use", "0804", "--intended", -1)
    assert result.returncode == 2
    assert "意向用地者数" in result.stderr
