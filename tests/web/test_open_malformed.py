"""What is asked wrongly is told in both languages with 400, never 500; nothing that is asked reaches the database as SQL."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from tests.support.open_case import CGCS2000, PARCELS, WORKING, Client

ITEMS = "/ogc/collections/parcels/items"
MALFORMED = {
    "bbox": [
        "", "1,2,3", "1,2,3,4,5", "a,b,c,d", "nan,0,1,1", "0,inf,1,1", "121,32,122,30", "0,0,9,1,1,8", "181,0,190,1",
        "-1e400,0,1,1", "1;2;3;4", "1,2,3,4,", "0,91,1,95", "1,2,3,4,5,6,7", "'", "%",
    ],
    "limit": ["", "0", "-1", "1.5", "x", "1e3", "١٢", "9" * 40, " 5", "+5"],
    "offset": ["", "-1", "x", "99999999999", "1.0"],
    "datetime": [
        "", "soon", "2026-13-01", "2026-02-30", "2026-01-01T00:00:00", "2026-01-02/2026-01-01", "..", "/a", "a/b/c",
        "2026-01-01T00:00:00Z/x", "2026", "20260101", "2026-01-01 00:00:00Z",
    ],
    "crs": ["", "4490", "EPSG:4490", "urn:ogc:def:crs:EPSG::4490", "http://example.org/", "<b>", "http://www.opengis.net/"],
    "filter": [
        "", "parcel_id", "parcel_id =", "= 1", "nothing = 1", "version = 'x'", "version = 1 AND", "((version = 1)",
        "version = 1)", "version LIKE '1'", "version IN ()", "version BETWEEN 1", "parcel_id = 'x", "1 = 1",
        "S_INTERSECTS(geometry, POINT(0 0))", "S_INTERSECTS(geometry, POLYGON((121 31,122 32,122 31,121 32,121 31)))",
        "S_INTERSECTS(geometry, POLYGON((", "S_INTERSECTS(parcel_id, POINT(121 31))", "S_NEAR(geometry, POINT(121 31))",
        "recorded_at > DATE('2026-01-01')", "recorded_at > TIMESTAMP('soon')", "pg_sleep(1) = 1", "version = 1; DROP TABLE x",
        "version = 1e999", "version = 99999999999", "(" * 60 + "version = 1" + ")" * 60, "x" * 9000, "secrecy = 1",
        "layer = 'x'", "geom IS NULL", "S_INTERSECTS(geometry, geometry, geometry)", "NOT", "parcel_id <> version",
    ],
    "version": ["", "x", "1.5", "99999999999", "1 OR 1=1"],
    "planar_m2": ["", "x", "nan", "inf"],
    "recorded_at": ["", "x", "2026-01-01", "2026-01-01T00:00:00"],
    "f": ["xml", "JSON", ""],
}  # fmt: skip
OTHERS = [
    "limit=1&limit=2", "parcel_id=%00", "bbox-crs=x&bbox=1,2,3,4", f"bbox-crs={CGCS2000}", "filter-lang=cql2-json",
    "filter=version=1&filter-lang=sql", "filter=%7B&filter-lang=cql2-json", "filter=%5B%5D&filter-lang=cql2-json",
    "filter=version=1&filter-crs=x", f"bbox=121,31,120,32&bbox-crs={WORKING}", "unknown=1", "geom=1", "layer=town",
    "sortby=version", "properties=geom", "skipGeometry=true", "Limit=1", "resulttype=hits", "q=x",
    quote('filter={"op":"and","args":[]}', safe="=") + "&filter-lang=cql2-json",
    quote('filter={"op":"=","args":[{"property":["a"]},1]}', safe="=") + "&filter-lang=cql2-json",
    quote('filter={"op":"in","args":[{"property":"version"},1]}', safe="=") + "&filter-lang=cql2-json",
    quote('filter={"op":"s_within","args":[{"property":"geometry"},{"type":"Polygon","coordinates":"x"}]}', safe="=")
    + "&filter-lang=cql2-json",
    quote('filter={"op":"s_within","args":[{"property":"geometry"},{"type":"Nonsense","coordinates":[1,2]}]}', safe="=")
    + "&filter-lang=cql2-json",
    quote('filter={"op":"s_within","args":[{"property":"geometry"},{"bbox":[1,2,3,"x"]}]}', safe="=")
    + "&filter-lang=cql2-json",
    "filter=" + quote('{"op":"not","args":[' * 300 + "1" + "]}" * 300) + "&filter-lang=cql2-json",
]  # fmt: skip


@pytest.mark.parametrize("name", MALFORMED)
def test_malformed_values_are_told_and_never_500(client: Client, name: str) -> None:
    for value in MALFORMED[name]:
        answer = client.get(f"{ITEMS}?{name}={quote(value)}")
        assert answer.status == (406 if name == "f" else 400), (value, answer.text)
        told = answer.document
        assert set(told) == {"code", "description"}
        assert any("\u4e00" <= letter <= "\u9fff" for letter in told["description"]), value
        assert any("a" <= letter <= "z" for letter in told["description"]), value
        assert "Traceback" not in answer.text


@pytest.mark.parametrize("query", OTHERS, ids=range(len(OTHERS)))
def test_malformed_questions_are_told_and_never_500(client: Client, query: str) -> None:
    answer = client.get(f"{ITEMS}?{query}")
    assert answer.status == 400, answer.text
    assert set(answer.document) == {"code", "description"}


@pytest.mark.parametrize(
    "text",
    [
        "' OR '1'='1",
        "'; DROP VIEW landgis_open.parcels; --",
        "%",
        "_",
        "\\",
        "\\'",
        "$1",
        "%(x)s",
        "%s",
        "${7*7}",
        ":x",
        "甲'",
    ],
)
def test_a_text_is_a_text(client: Client, text: str) -> None:
    assert client.get(f"{ITEMS}?village_name={quote(text)}").document["features"] == []
    doubled = text.replace("'", "''")
    same = client.get(f"{ITEMS}?filter={quote(f'''village_name = '{doubled}' OR parcel_id = 'SJ-001' ''')}")
    assert [one["id"] for one in same.document["features"]] == ["SJ-001"]
    assert client.get(f"{ITEMS}/{quote(text, safe='')}").status == 404
    assert client.get(f"/ogc/collections/{quote(text, safe='')}/items").status == 404
    assert client.get(ITEMS).document["numberMatched"] == PARCELS


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ("parcel_id = 'SJ-001'", 1),
        ("parcel_id = 'SJ-001' OR parcel_id = 'SJ-002' AND version = 99", 1),
        ("(parcel_id = 'SJ-001' OR parcel_id = 'SJ-002') AND version = 99", 0),
        ("NOT (parcel_id = 'SJ-001' OR parcel_id = 'SJ-002')", PARCELS - 2),
        ("parcel_id LIKE 'SJ-01%'", 3),
        ("parcel_id NOT LIKE 'SJ-01%' AND parcel_id <> 'SJ-001'", PARCELS - 4),
        ("parcel_id IN ('SJ-001', 'SJ-002', 'nothing')", 2),
        ("registered_m2 IS NULL", PARCELS - 1),
        ("registered_m2 IS NOT NULL AND registered_m2 BETWEEN 4801 AND 4802", 1),
        ("version < 1.5", PARCELS),
        ("1.5 <= version", 0),
        ("version = 1.5", 0),
        ("ellipsoidal_m2 < planar_m2", PARCELS),
        ("recorded_at > TIMESTAMP('2020-01-01T00:00:00Z')", PARCELS),
        ("T_BEFORE(recorded_at, TIMESTAMP('2020-01-01T00:00:00Z'))", 0),
        ("S_INTERSECTS(geometry, BBOX(121.2041, 30.9313, 121.2052, 30.9321))", 1),
        ("S_WITHIN(geometry, POLYGON((121.2 30.9, 121.22 30.9, 121.22 31, 121.2 31, 121.2 30.9)))", PARCELS),
        ("S_DISJOINT(geometry, POINT(121.2047 30.9317))", PARCELS - 1),
        ("\"parcel_id\" = 'SJ-001'", 1),
        ("village_name IS NULL AND geometry IS NOT NULL", PARCELS),
    ],
)
def test_a_filter_gives_what_it_says(client: Client, condition: str, found: int) -> None:
    assert client.get(f"{ITEMS}?filter={quote(condition)}").document["numberMatched"] == found


def test_coordinates_of_a_filter_have_the_axes_of_their_crs(client: Client) -> None:
    for uri, point in ((CGCS2000, "30.9317 121.2047"), (WORKING, "3424030 615140")):
        condition = quote(f"S_INTERSECTS(geometry, POINT({point}))")
        found = client.get(f"{ITEMS}?filter={condition}&filter-crs={uri}").document
        assert [one["id"] for one in found["features"]] == ["SJ-001"]


def test_the_same_filter_as_text_and_as_json(client: Client) -> None:
    tree = (
        '{"op":"and","args":[{"op":"in","args":[{"property":"parcel_id"},["SJ-001","SJ-002"]]},{"op":"not","args":'
        '[{"op":"isNull","args":[{"property":"registered_m2"}]}]},{"op":"s_intersects","args":[{"property":"geometry"},'
        '{"type":"Point","coordinates":[121.2047,30.9317]}]}]}'
    )
    text = "parcel_id IN ('SJ-001', 'SJ-002') AND registered_m2 IS NOT NULL AND S_INTERSECTS(geometry, POINT(121.2047 30.9317))"
    one = client.get(f"{ITEMS}?filter={quote(text)}&filter-lang=cql2-text").document
    other = client.get(f"{ITEMS}?filter={quote(tree)}&filter-lang=cql2-json").document
    assert one["features"] == other["features"] != []


@pytest.mark.parametrize(
    "language", ["en", "en-US", "zh", "de", "", "<b>", "*", "x" * 300, "en;q=x", "zh-Hans-CN", "-", "'"]
)
def test_any_language_is_answered(client: Client, language: str) -> None:
    for path in ("/ogc/collections", "/ogc/collections/parcels/items", "/ogc/collections/parcels/items/SJ-001"):
        known = language[:2] in ("zh", "en")
        assert client.get(f"{path}?lang={quote(language)}").status == (200 if known else 400)
        assert client.get(path, **{"Accept-Language": language}).status == 200


def test_titles_come_in_the_language_that_is_accepted(client: Client) -> None:
    path = "/ogc/collections/parcels"
    for accepted, title in (
        ("en-GB,de;q=0.5", "Parcels in the register"),
        ("de,zh;q=0.8,en;q=0.1", "在册地块"),
        ("fr", "在册地块"),
    ):
        assert client.get(path, **{"Accept-Language": accepted}).document["title"] == title
    assert client.get(f"{path}?lang=en", **{"Accept-Language": "zh"}).document["title"] == "Parcels in the register"
    assert client.get(path).document["title"] == "在册地块"


def test_the_terminal_of_the_server_stays_quiet(client: Client, capfd: pytest.CaptureFixture[str]) -> None:
    client.get(f"{ITEMS}/SJ-999")
    client.get(f"{ITEMS}?filter=((")
    client.get("/ogc/nowhere")
    assert capfd.readouterr() == ("", "")
