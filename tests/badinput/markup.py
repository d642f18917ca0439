"""XML that calls out, multiplies itself, or never ends. Text cases of KML and of the XML inside xlsx."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from tests.badinput import build
from tests.badinput.case import Delivery, Trap, add, case

KIND = "xml"
MEGABYTE = 1 << 20
PLACE = list(build.degree_square().exterior.coords)


def _kml(extra: Callable[[Trap], str], name: str = "&e;") -> Callable[[Path, Trap], Delivery]:
    def make(folder: Path, trap: Trap) -> Delivery:
        return Delivery(build.kml(folder / "宅基地.kml", build.placemark(name, PLACE), extra=extra(trap)))

    return make


def _laughs(_trap: Trap) -> str:
    lines = [f'<!ENTITY l{number} "{f"&l{number - 1};" * 10}">' for number in range(1, 10)]
    return f'<!DOCTYPE kml [<!ENTITY l0 "ha">{"".join(lines)}<!ENTITY e "&l9;">]>'


def _square_growth(_trap: Trap) -> str:
    return f'<!DOCTYPE kml [<!ENTITY e "{"x" * 100_000}">]>'


def _plain_extra(_trap: Trap) -> str:
    return ""


DOCTYPES: dict[str, Callable[[Trap], str]] = {
    "kml-external-file": lambda trap: f'<!DOCTYPE kml [<!ENTITY e SYSTEM "file://{trap.secret}">]>',
    "kml-external-address": lambda trap: f'<!DOCTYPE kml [<!ENTITY e SYSTEM "{trap.url}/x">]>',
    "kml-external-dtd": lambda trap: f'<!DOCTYPE kml SYSTEM "{trap.url}/x.dtd">',
    "kml-parameter-entity": lambda trap: f'<!DOCTYPE kml [<!ENTITY % p SYSTEM "{trap.url}/x.dtd"> %p;]>',
    "kml-billion-laughs": _laughs,
}
for _name, _extra in DOCTYPES.items():
    add(KIND, _name, _kml(_extra, "h1" if _name in ("kml-external-dtd", "kml-parameter-entity") else "&e;"))
add(KIND, "kml-quadratic", _kml(_square_growth, "&e;" * 2_000))
add(KIND, "kml-entity-undefined", _kml(_plain_extra, "&nbsp;"))
add(KIND, "kml-not-closed", lambda folder, _trap: _raw(folder, build.kml_text(build.placemark("h1", PLACE))[:-8]))
add(KIND, "kml-two-roots", lambda folder, _trap: _raw(folder, build.kml_text(build.placemark("h1", PLACE)) * 2))


def _raw(folder: Path, text: str, codec: str = "utf-8") -> Delivery:
    (folder / "宅基地.kml").write_bytes(text.encode(codec))
    return Delivery(folder / "宅基地.kml")


@case(KIND, "kml-doctype-in-utf16")
def _smuggled(folder: Path, trap: Trap) -> Delivery:
    head = '<?xml version="1.0" encoding="UTF-16"?>'
    extra = f'<!DOCTYPE kml [<!ENTITY e SYSTEM "file://{trap.secret}">]>'
    return _raw(folder, build.kml_text(build.placemark("&e;", PLACE), head=head, extra=extra), "utf-16")


@case(KIND, "kml-include")
def _include(folder: Path, trap: Trap) -> Delivery:
    inside = f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" parse="text" href="{trap.secret}"/>'
    return Delivery(build.kml(folder / "宅基地.kml", build.placemark(inside, PLACE)))


@case(KIND, "kml-deep")
def _deep(folder: Path, _trap: Trap) -> Delivery:
    depth = 200_000
    inside = "<Folder>" * depth + build.placemark("h1", PLACE) + "</Folder>" * depth
    return Delivery(build.kml(folder / "宅基地.kml", inside))


@case(KIND, "kml-huge-text")
def _huge(folder: Path, _trap: Trap) -> Delivery:
    return Delivery(build.kml(folder / "宅基地.kml", build.placemark("长" * (20 * MEGABYTE), PLACE)))


@case(KIND, "kml-huge-attribute")
def _huge_attribute(folder: Path, _trap: Trap) -> Delivery:
    good = build.placemark("h1", PLACE).replace("<Placemark>", f'<Placemark id="{"x" * (20 * MEGABYTE)}">')
    return Delivery(build.kml(folder / "宅基地.kml", good))


def book_with(folder: Path, member: str, change: Callable[[bytes], bytes]) -> Delivery:
    """A workbook of boundary points, one of whose XML members is changed."""
    plain = build.sheet(folder / "plain.xlsx", build.point_rows())
    with ZipFile(plain) as old, ZipFile(folder / "界址点.xlsx", "w", ZIP_DEFLATED) as new:
        for entry in old.infolist():
            data = old.read(entry)
            new.writestr(entry.filename, change(data) if entry.filename == member else data)
    plain.unlink()
    return Delivery(folder / "界址点.xlsx")


def _with_doctype(doctype: str) -> Callable[[bytes], bytes]:
    def change(data: bytes) -> bytes:
        place = data.index(b"<worksheet")
        return data[:place] + doctype.encode() + data[place:].replace(b"</worksheet>", b"<x>&e;</x></worksheet>")

    return change


SHEET = "xl/worksheets/sheet1.xml"


@case(KIND, "xlsx-external-file")
def _xlsx_external(folder: Path, trap: Trap) -> Delivery:
    return book_with(folder, SHEET, _with_doctype(f'<!DOCTYPE worksheet [<!ENTITY e SYSTEM "file://{trap.secret}">]>'))


@case(KIND, "xlsx-billion-laughs")
def _xlsx_laughs(folder: Path, trap: Trap) -> Delivery:
    return book_with(folder, SHEET, _with_doctype(_laughs(trap).replace("kml", "worksheet")))


@case(KIND, "xlsx-bomb")
def _xlsx_bomb(folder: Path, _trap: Trap) -> Delivery:
    blank = b"<row>" + b" " * (8 * MEGABYTE) + b"</row>"
    return book_with(folder, SHEET, lambda data: data.replace(b"</sheetData>", blank * 100 + b"</sheetData>"))


@case(KIND, "xlsx-endless-dimension")
def _xlsx_dimension(folder: Path, _trap: Trap) -> Delivery:
    return book_with(
        folder, SHEET, lambda data: data.replace(b'<dimension ref="A1:D6"/>', b'<dimension ref="A1:XFD1048576"/>')
    )


@case(KIND, "xlsx-far-cell")
def _xlsx_far(folder: Path, _trap: Trap) -> Delivery:
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    return book_with(folder, SHEET, lambda data: data.replace(b"</sheetData>", far))
