"""Why a geometry cannot be read, in both languages and never in the library's own words alone."""

from __future__ import annotations

import pytest
import shapely

from landgis.quality.reasons import unreadable_reason


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        ("POLYGON((0 0,1 1,1 0,2 2))", "有的环没有闭合，首末点须相同", "a ring is not closed"),
        ("POLIGON((0 0))", "不认识的图形类型“POLIGON”", "“POLIGON” is no kind of geometry"),
        ("POLYGON((0 0,1 1,a b,0 0))", "应为数字处写的是“a”", "“a” stands where a number belongs"),
        ("POLYGON((0,1,2,0))", "应为数字处写的是“,”", "“,” stands where a number belongs"),
        ("POLYGON((0 0,1 1", "文字没有写完", "the text ends too early"),
        ("POLYGON((0 0,1 1,1 0,0 0)) x", "图形之后还有多余的文字", "there is more text after the geometry"),
        ("LINESTRING(0 0)", "点数不足", "there are too few points"),
        ("POLYGON 0 0", "几何库报告：Expected word but encountered number: '0'", "Expected word"),
    ],
)
def test_what_the_library_says_is_told_in_words(text: str, zh: str, en: str) -> None:
    with pytest.raises(shapely.errors.GEOSException) as raised:
        shapely.from_wkt(text)
    told = unreadable_reason(raised.value)
    assert told[0] == zh
    assert told[1].startswith(en)
    assert "Exception" not in "".join(told)
