"""Values that cannot be true, or that do harm where they are shown, keyed or counted."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.badinput import build
from tests.badinput.build import square
from tests.badinput.case import Delivery, Trap, add, case

KIND = "attributes"
IDS = ("310117109001", "310117109002", "310117109003")
FORMULA = "=cmd|' /C calc'!A0"
SCRIPT = "<script>alert(1)</script>"
SQL = "'; DROP TABLE parcel; --"
PERSON = "310117199003074512"
"""An invented identity number, its check digit right."""
Maker = Callable[[Path, Trap], Delivery]


def _parcels(*, hidden: tuple[str, ...] = (), texts: tuple[str, ...] = (), **columns: Sequence[object]) -> Maker:
    """Parcels of 10,000 m² each; identifiers are sound unless given."""

    def make(folder: Path, _trap: Trap) -> Delivery:
        count = max((len(values) for values in columns.values()), default=2)
        rows = {"DKBM": IDS[:count]} | columns
        path = build.gpkg(folder / "地块.gpkg", [square(200 * number) for number in range(count)], rows)
        return Delivery(path, "parcels", hidden=hidden, texts=texts)

    return make


def _ids(*ids: object) -> Maker:
    return _parcels(DKBM=ids, XZQDM=["310117109"] * len(ids))


def _layer(key: str = "homestead", **columns: Sequence[object]) -> Maker:
    def make(folder: Path, _trap: Trap) -> Delivery:
        count = len(next(iter(columns.values())))
        path = build.gpkg(folder / "宅基地.gpkg", [square(200 * number) for number in range(count)], columns)
        return Delivery(path, key=key)

    return make


def _name(text: str, *, texts: tuple[str, ...] = ()) -> Maker:
    def make(folder: Path, _trap: Trap) -> Delivery:
        path = build.gpkg(
            folder / "宅基地.gpkg", [square(), square(200)], {"ZJDBM": ["h1", "h2"], "name": [text, "某宅"]}
        )
        return Delivery(path, texts=texts)

    return make


CASES: dict[str, Maker] = {
    # identifiers
    "id-formula": _ids(FORMULA, IDS[1]),
    "id-markup": _ids(SCRIPT, IDS[1]),
    "id-sql": _ids(SQL, IDS[1]),
    "id-line-break": _ids("310117\n109001", IDS[1]),
    "id-zero-width": _ids("310117\u200b109001", IDS[1]),
    "id-zero-width-twin": _ids("310117\u200b109001", IDS[0], IDS[1]),
    "id-full-width": _ids("３１０１１７１０９００１", IDS[1]),
    "id-full-width-twin": _ids("３１０１１７１０９００１", IDS[0], IDS[1]),
    "id-case-twin": _ids("310151101007JB00001", "310151101007jb00001", IDS[1]),
    "id-right-to-left": _ids("310117\u202e109001", IDS[1]),
    "id-escape-codes": _ids("310117\x1b[31m109001", IDS[1]),
    "id-blank": _ids("   ", IDS[1]),
    "id-null": _ids(None, IDS[1]),
    "id-word-for-nothing": _ids("NULL", IDS[1]),
    "id-error-of-excel": _ids("#N/A", IDS[1]),
    "id-scientific": _ids("3.10117E+11", IDS[1]),
    "id-repeated": _ids(IDS[0], IDS[0], IDS[1]),
    "id-repeated-but-blanks": _ids(IDS[0], f" {IDS[0]} ", IDS[1]),
    "id-lost-digits": _parcels(DKBM=[3.101171090010000112e18, 12.0], XZQDM=["310117109"] * 2),
    "id-seventy-thousand": _ids("长" * 70_000, IDS[1]),
    "id-none-of-the-names": _parcels(DKBM=["a", "b"], XZQDM=["330100001"] * 2),
    "id-two-fields": _parcels(DKBM=IDS[:2], ZDDM=["z1", "z2"]),
    # facts
    "area-negative": _parcels(证载面积=[-10_000.0, 10_000.0]),
    "area-zero": _parcels(证载面积=[0.0, 10_000.0]),
    "area-in-mu": _parcels(证载面积=[15.0, 15.0]),
    "area-in-hectares": _parcels(证载面积=[1.0, 1.0]),
    "area-units-mixed": _parcels(证载面积=[10_000.0, 15.0, 1.0]),
    "area-with-unit": _parcels(证载面积=["15亩", "10000"]),
    "area-infinite": _parcels(证载面积=["1e400", "10000"]),
    "area-commas-anywhere": _parcels(证载面积=["1,0,000", "10000"]),
    "area-decimal-comma": _parcels(证载面积=["10000,00", "10000"]),
    "area-underscore": _parcels(证载面积=["10_000", "10000"]),
    "yes-or-no-unclear": _parcels(权属争议=["待查", "否"]),
    "owner-unknown": _parcels(所有权主体=["私人", "村集体"]),
    "scheme-unknown": _parcels(规划用途=["0901", "0901"], GHYTBZ=["guide1999", "guide2023"]),
    "use-code-unknown": _parcels(规划用途=["9999", "0901"], GHYTBZ=["guide2023"] * 2),
    "use-code-without-scheme": _parcels(规划用途=["0702", "0901"]),
    "date-impossible": _parcels(签订日期=["2023-02-30", "2023-02-28"]),
    "town-of-another-city": _parcels(DKBM=["x1", "x2"], XZQDM=["330106001", "310117109"]),
    "district-contradicts": _parcels(DKBM=["310151101007JB00001", IDS[1]], XZQDM=["310117109"] * 2),
    # layers
    "code-unknown": _layer("survey_land_use", DLBM=["XX", "0103"], BSM=["1", "2"]),
    "code-empty": _layer("survey_land_use", DLBM=[None, "0103"], BSM=["1", "2"]),
    "code-of-another-scheme": _layer("planned_land_use", YDYHFLDM=["1104A", "0901"], BSM=["1", "2"]),
    "code-full-width": _layer("survey_land_use", DLBM=["０１０３", "0103"], BSM=["1", "2"]),
    "code-hidden-character": _layer("survey_land_use", DLBM=["\ufeff0103", "0103"], BSM=["1", "2"]),
    "code-as-number": _layer("survey_land_use", DLBM=[103.0, 601.0], BSM=["1", "2"]),
    "code-field-missing": _layer("survey_land_use", MC=["a", "b"]),
    "feature-id-repeated": _layer(ZJDBM=["a", "a", "b"]),
    "attribute-area-negative": _layer(ZJDBM=["a", "b"], ZDMJ=[-5.0, 10_000.0]),
    "attribute-area-in-mu": _layer(ZJDBM=["a", "b"], ZDMJ=[15.0, 10_000.0]),
    "attribute-date-impossible": _layer(ZJDBM=["a", "b"], DJSJ=["2023-02-30", "2023-02-28"]),
    # text
    "text-formula": _name("=HYPERLINK(\"http://127.0.0.1\",\"看\")"),
    "text-formula-plus": _name("+1+cmd|' /C calc'!A0"),
    "text-formula-minus": _name("-2+3+cmd|' /C calc'!A0"),
    "text-formula-at": _name("@SUM(1+1)*cmd|' /C calc'!A0"),
    "text-formula-after-tab": _name("\t=1+1"),
    "text-markup-script": _name(SCRIPT),
    "text-markup-image": _name('<img src=x onerror="alert(1)">'),
    "text-markup-address": _name("javascript:alert(1)"),
    "text-seventy-thousand": _name("长" * 70_000),
    "text-zero-width": _name("团结\u200b村"),
    "text-right-to-left": _name("团结\u202e村gpj.exe"),
    "text-escape-codes": _name("团结\x1b]0;pwned\x07村"),
    "text-error-of-excel": _name("#REF!"),
    "text-identity-number": _name(f"户主 {PERSON}"),
    "text-sql-sound": _name(SQL, texts=("DROP TABLE parcel",)),
    "text-quotes-sound": _name("O'Brien \"甲\" \\ %s {0} ${x}", texts=("O'Brien",)),
    # columns
    "column-personal": _parcels(身份证号=[PERSON, ""], hidden=(PERSON,)),
    "column-markup": _parcels(**{SCRIPT: ["a", "b"]}),
    "column-quotes": _parcels(**{'a"; DROP TABLE parcel; --': ["a", "b"]}),
    "column-long": _parcels(**{"长" * 5_000: ["a", "b"]}),
    "columns-alike": _parcels(DK_BM=["y1", "y2"]),
}  # fmt: skip
for _key, _maker in CASES.items():
    add(KIND, _key, _maker)


@case(KIND, "columns-five-hundred-sound")
def _many_columns(folder: Path, _trap: Trap) -> Delivery:
    rows = {"DKBM": IDS[:2]} | {f"f{number}": ["a", "b"] for number in range(500)}
    return Delivery(build.gpkg(folder / "地块.gpkg", [square(), square(200)], rows), "parcels")


def _json(*rows: dict[str, object]) -> Maker:
    def make(folder: Path, _trap: Trap) -> Delivery:
        shapes = build.degrees([square(200 * number) for number in range(len(rows))])
        return Delivery(build.geojson(folder / "地块.geojson", shapes, rows), "parcels")

    return make


add(KIND, "json-nul-in-id", _json({"DKBM": f"{IDS[0]}\x00X"}, {"DKBM": IDS[1]}))
add(KIND, "json-id-beyond-64-bits", _json({"DKBM": 310117109001000011299887766}, {"DKBM": 1}))
add(KIND, "json-column-called-geometry", _json({"DKBM": IDS[0], "geometry": "别的"}, {"DKBM": IDS[1]}))
add(KIND, "json-lone-surrogate", lambda folder, _trap: _surrogate(folder))
add(KIND, "json-nested-sound", _json({"DKBM": IDS[0], "more": {"a": [1, {"b": 2}]}}, {"DKBM": IDS[1]}))


def _surrogate(folder: Path) -> Delivery:
    """A text with half a pair: JSON can say it, Unicode text cannot."""
    rows = [{"DKBM": IDS[0], "name": "half"}, {"DKBM": IDS[1]}]
    path = build.geojson(folder / "地块.geojson", build.degrees([square(), square(200)]), rows)
    path.write_text(path.read_text("utf-8").replace("half", "\\ud800"), "utf-8")
    return Delivery(path, "parcels")


@case(KIND, "json-key-twice")
def _key_twice(folder: Path, trap: Trap) -> Delivery:
    made = _json({"DKBM": IDS[0]}, {"DKBM": IDS[1]})(folder, trap)
    path = Path(made.path)
    twice = f'{json.dumps("DKBM")}: "{IDS[0]}", {json.dumps("DKBM")}: "{IDS[2]}"'
    path.write_text(path.read_text("utf-8").replace(f'"DKBM": "{IDS[0]}"', twice), "utf-8")
    return Delivery(path, "parcels")


# --- tables of facts beside the layer --------------------------------------------------------------------------------


HEAD = "DKBM,权属争议"
TABLES = {
    "facts-row-twice": f"{HEAD}\r\n{IDS[0]},否\r\n{IDS[0]},是\r\n{IDS[1]},否\r\n",
    "facts-of-nobody": f"{HEAD}\r\n{IDS[0]},否\r\n{IDS[1]},否\r\n999,否\r\n",
    "facts-without-id": f"{HEAD}\r\n{IDS[0]},否\r\n{IDS[1]},否\r\n,否\r\n",
    "facts-incomplete": f"{HEAD}\r\n{IDS[0]},否\r\n",
    "facts-id-scientific": f"{HEAD}\r\n3.10117E+11,否\r\n{IDS[1]},否\r\n",
    "facts-id-quoted-apostrophe": f"{HEAD}\r\n'{IDS[0]},否\r\n{IDS[1]},否\r\n",
    "facts-id-full-width": f"{HEAD}\r\n３１０１１７１０９００１,否\r\n{IDS[1]},否\r\n",
    "facts-column-unknown": f"{HEAD},争议情况\r\n{IDS[0]},否,无\r\n{IDS[1]},否,无\r\n",
    "facts-column-twice": f"{HEAD},权属争议\r\n{IDS[0]},否,是\r\n{IDS[1]},否,是\r\n",
    "facts-column-alias-twice": f"{HEAD},QSZY\r\n{IDS[0]},否,是\r\n{IDS[1]},否,是\r\n",
    "facts-no-id-column": f"名称,权属争议\r\n{IDS[0]},否\r\n{IDS[1]},否\r\n",
    "facts-rows-uneven": f"{HEAD}\r\n{IDS[0]}\r\n{IDS[1]},否\r\n",
    "facts-quote-open": f'{HEAD}\r\n{IDS[0]},"否\r\n{IDS[1]},否\r\n',
    "facts-semicolons": f"DKBM;权属争议\r\n{IDS[0]};否\r\n{IDS[1]};否\r\n",
    "facts-heading-only": f"{HEAD}\r\n",
    "facts-formula": f"{HEAD},权属单位\r\n{IDS[0]},否,=1+1|cmd\r\n{IDS[1]},否,某村\r\n",
    "facts-cell-huge": f"{HEAD},权属单位\r\n{IDS[0]},否,{'长' * 200_000}\r\n{IDS[1]},否,某村\r\n",
}


def _table(text: str) -> Maker:
    def make(folder: Path, _trap: Trap) -> Delivery:
        (folder / "事实.csv").write_bytes(text.encode("utf-8-sig"))
        return Delivery(folder / "事实.csv", "facts")

    return make


for _key, _text in TABLES.items():
    add(KIND, _key, _table(_text))
