"""Text in encodings that are unsaid, lied about, mixed, cut, or full of characters nobody sees."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile, ZipInfo

from tests.badinput import build, by_hand
from tests.badinput.build import square
from tests.badinput.case import Delivery, Trap, add, case

KIND = "encoding"
NAME, OTHER = "泖港镇曹家浜村", "叶榭镇团结村"
TRADITIONAL, TRADITIONAL_2 = "崇明區東灘鄉", "松江區葉榭鎮"
RARE = "𠮷𡉄村"
"""Characters beyond the first plane: four bytes in GB18030 and UTF-8, none in GBK."""
PRIVATE = "\ue000\ue005村"
"""Characters of a private font, as old land offices typed rare surnames."""
SHAPES = (by_hand.polygon(by_hand.ring()), by_hand.polygon(by_hand.ring(200)))


def _shp(
    cells: tuple[bytes, ...],
    *,
    cpg: bytes | None = None,
    ldid: int = 0,
    texts: tuple[str, ...] = (),
    stated: str | None = None,
    field: bytes = b"ZJDBM",
    size: int = 60,
) -> Callable[[Path, Trap], Delivery]:
    def make(folder: Path, _trap: Trap) -> Delivery:
        path = by_hand.shapefile(folder, SHAPES, cells=cells, cpg=cpg, ldid=ldid, field=field, size=size)
        return Delivery(path, reading={} if stated is None else {"encoding": stated}, texts=texts)

    return make


def _bytes(codec: str, *names: str) -> tuple[bytes, ...]:
    return tuple(name.encode(codec) for name in names)


GBK, UTF8 = _bytes("gbk", NAME, OTHER), _bytes("utf-8", NAME, OTHER)
BIG5 = _bytes("big5", TRADITIONAL, TRADITIONAL_2)
TEXTS, TEXTS_TW = (NAME, OTHER), (TRADITIONAL, TRADITIONAL_2)
RARE_18030 = _bytes("gb18030", RARE, OTHER)

SHAPEFILES: dict[str, Callable[[Path, Trap], Delivery]] = {
    "gbk-unsaid": _shp(GBK, texts=TEXTS),
    "gbk-language-byte-ansi": _shp(GBK, ldid=0x57, texts=TEXTS),
    "gb18030-unsaid": _shp(RARE_18030, texts=(RARE, OTHER)),
    "big5-unsaid": _shp(BIG5, texts=TEXTS_TW),
    "utf8-unsaid": _shp(UTF8, texts=TEXTS),
    "gbk-cpg-empty": _shp(GBK, cpg=b"", texts=TEXTS),
    "gbk-cpg-nonsense": _shp(GBK, cpg=b"KLINGON", texts=TEXTS),
    "gbk-cpg-system": _shp(GBK, cpg=b"SYSTEM", texts=TEXTS),
    "gbk-cpg-binary": _shp(GBK, cpg=bytes(range(128, 256)) * 4096, texts=TEXTS),
    "gbk-cpg-says-utf8": _shp(GBK, cpg=b"UTF-8", texts=TEXTS),
    "gbk-cpg-says-big5": _shp(GBK, cpg=b"BIG5", texts=TEXTS),
    "gbk-cpg-says-latin1": _shp(GBK, cpg=b"ISO-8859-1", texts=TEXTS),
    "utf8-cpg-says-gbk": _shp(UTF8, cpg=b"GBK", texts=TEXTS),
    "utf8-language-byte-gbk": _shp(UTF8, ldid=0x4D, texts=TEXTS),
    "big5-cpg-says-gbk": _shp(BIG5, cpg=b"GBK", texts=TEXTS_TW),
    "big5-cpg-says-utf8": _shp(BIG5, cpg=b"UTF-8", texts=TEXTS_TW),
    "gbk-language-byte-big5": _shp(GBK, ldid=0x4F, texts=TEXTS),
    "labels-contradict": _shp(GBK, cpg=b"UTF-8", ldid=0x4D, texts=TEXTS),
    "rows-of-two-encodings": _shp((GBK[0], UTF8[1])),
    "rows-of-two-encodings-labelled": _shp((GBK[0], UTF8[1]), cpg=b"GBK"),
    "bytes-of-no-encoding": _shp((b"\xff\xfe\xff\xff", GBK[1]), cpg=b"GBK"),
    "utf8-overlong": _shp((b"\xc0\xaf\xc0\xae", UTF8[1]), cpg=b"UTF-8"),
    "utf8-surrogates": _shp((b"\xed\xa0\x80\xed\xb0\x80", UTF8[1]), cpg=b"UTF-8"),
    "text-cut-gbk": _shp((GBK[0][:-1], GBK[1]), cpg=b"GBK", size=len(GBK[0]) - 1),
    "text-cut-utf8": _shp((UTF8[0][:-1], UTF8[1]), cpg=b"UTF-8", size=len(UTF8[0]) - 1),
    "field-name-cut-gbk": _shp(GBK, cpg=b"GBK", field=b"a" + "规划用地性质".encode("gbk")[:9], texts=TEXTS),
    "field-name-cut-utf8": _shp(UTF8, cpg=b"UTF-8", field="规划用地".encode()[:10], texts=TEXTS),
    "private-use": _shp(_bytes("utf-8", PRIVATE, OTHER), cpg=b"UTF-8"),
    "replacement-characters": _shp(_bytes("utf-8", "泖港镇\ufffd\ufffd村", OTHER), cpg=b"UTF-8"),
    "mojibake-inside-utf8": _shp(_bytes("utf-8", NAME.encode("gbk").decode("latin-1"), OTHER), cpg=b"UTF-8"),
    "nul-inside": _shp((b"310117\x00109", b"h2"), cpg=b"UTF-8"),
    "answer-wrong": _shp(GBK, stated="UTF-8"),
    "answer-nonsense": _shp(GBK, stated="KLINGON"),
    "answer-no-text-codec": _shp(GBK, stated="rot13"),
    "answer-escapes": _shp(GBK, stated="unicode_escape"),
    "answer-contradicts-bytes": _shp(UTF8, stated="GBK"),
    "gbk-cpg-sound": _shp(GBK, cpg=b"GBK", texts=TEXTS),
    "gbk-language-byte-sound": _shp(GBK, ldid=0x4D, texts=TEXTS),
    "gbk-answered-sound": _shp(GBK, stated="GBK", texts=TEXTS),
    "utf8-cpg-with-mark-sound": _shp(UTF8, cpg=b"\xef\xbb\xbfUTF-8\r\n", texts=TEXTS),
    "rare-characters-sound": _shp(RARE_18030, cpg=b"GB18030", texts=(RARE, OTHER)),
    "big5-cpg-sound": _shp(BIG5, cpg=b"BIG5", texts=TEXTS_TW),
}
for _name, _maker in SHAPEFILES.items():
    add(KIND, _name, _maker)


# --- formats that are UTF-8 by rule ----------------------------------------------------------------------------------


def _json(codec: str) -> Callable[[Path, Trap], Delivery]:
    def make(folder: Path, _trap: Trap) -> Delivery:
        path = build.geojson(
            folder / "宅基地.geojson", build.degrees([square(), square(200)]), [{"ZJDBM": NAME}, {"ZJDBM": OTHER}]
        )
        path.write_bytes(path.read_text("utf-8").encode(codec))
        return Delivery(path, texts=TEXTS)

    return make


for _codec, _name in {
    "gbk": "json-gbk",
    "utf-16": "json-utf16",
    "utf-32": "json-utf32",
    "utf-8-sig": "json-mark-sound",
}.items():
    add(KIND, _name, _json(_codec))


@case(KIND, "gpkg-text-not-utf8")
def _gpkg(folder: Path, _trap: Trap) -> Delivery:
    path = build.gpkg(folder / "宅基地.gpkg", [square(), square(200)])
    statement = 'UPDATE "宅基地" SET ZJDBM = CAST(? AS TEXT) WHERE fid = 1'
    return Delivery(build.run_sql(path, (statement, (GBK[0],))))


@case(KIND, "kml-says-utf8-is-gbk")
def _kml(folder: Path, _trap: Trap) -> Delivery:
    good = build.placemark(NAME, list(build.degree_square().exterior.coords))
    path = folder / "宅基地.kml"
    path.write_bytes(build.kml_text(good).encode("gbk"))
    return Delivery(path)


def _csv(data: bytes) -> Callable[[Path, Trap], Delivery]:
    def make(folder: Path, _trap: Trap) -> Delivery:
        (folder / "事实.csv").write_bytes(data)
        return Delivery(folder / "事实.csv", "facts")

    return make


TABLE = "DKBM,权属争议,权属单位\r\n310117109001,否,{}\r\n310117109002,否,{}\r\n"
FACTS = TABLE.format(NAME, OTHER)
MIXED = FACTS.encode("utf-8").replace(OTHER.encode("utf-8"), GBK[1])
for _name, _data in {
    "csv-gbk-unsaid": FACTS.encode("gbk"),
    "csv-big5-unsaid": TABLE.format(TRADITIONAL, TRADITIONAL_2)
    .replace("权属争议", "QSZY")
    .replace("权属单位", "QSDWMC")
    .encode("big5"),
    "csv-utf16": FACTS.encode("utf-16"),
    "csv-two-encodings": MIXED,
    "csv-nul": FACTS.replace(NAME, "泖港\x00镇").encode("utf-8-sig"),
}.items():
    add(KIND, _name, _csv(_data))


class _Plain(ZipInfo):
    """An entry whose name is bytes in an encoding nobody states."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:
        return self.filename.encode("cp437"), 0


def _zip(codec: str) -> Callable[[Path, Trap], Delivery]:
    def make(folder: Path, _trap: Trap) -> Delivery:
        members = build.shp_members(folder / "f")
        for path in (folder / "f").iterdir():
            path.unlink()
        with ZipFile(folder / "宅基地.zip", "w") as archive:
            for name, data in members.items():
                archive.writestr(_Plain(name.encode(codec).decode("cp437")), data)
        return Delivery(folder / "宅基地.zip")

    return make


add(KIND, "zip-names-gbk-sound", _zip("gbk"))
add(KIND, "zip-names-of-no-encoding", lambda folder, _trap: Delivery(_odd_zip(folder)))


def _odd_zip(folder: Path) -> Path:
    members = build.shp_members(folder / "f", name="a")
    for path in (folder / "f").iterdir():
        path.unlink()
    with ZipFile(folder / "宅基地.zip", "w") as archive:
        for name, data in members.items():
            archive.writestr(_Plain(b"\xff\xff\x80".decode("cp437") + name), data)
    return folder / "宅基地.zip"
