"""Reading the exchange text of boundary points (界址点坐标, 勘测定界) in the variants that are met."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from landgis.domain.issue import Issue, Severity, shown
from landgis.domain.land_use_codes import meanings
from landgis.errors import FormatUnknown
from landgis.exchange.points.boundary_lines import FIELDS, HEADER_KEYS, POINTS, PROJECT, PROPERTIES, Parsed, parse_lines
from landgis.exchange.points.built import build_plots
from landgis.exchange.points.complete import prove_complete, stated_plots
from landgis.exchange.points.number_text import narrow
from landgis.exchange.points.points_read import PointsRead, missing
from landgis.exchange.points.source_text import read_source

_WORDS = (POINTS, PROPERTIES, PROJECT, *HEADER_KEYS, ",面,")
_HEAD = 4096
_TOLD = 5
_SECTIONS = tuple(f"[{name}" for name in (POINTS, PROPERTIES, PROJECT))


def looks_like_boundary_text(head: bytes) -> bool:
    """Tell whether the first bytes of a file are those of the exchange text.

    Parameters
    ----------
    head
        The first kilobytes; may end within a character.
    """
    codecs = ("utf-16",) if head.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "gb18030")
    for codec in codecs:
        text = narrow(head.decode(codec, errors="ignore"))
        if any(section in text for section in _SECTIONS):
            return True
        if re.search(r"^[^,\n]*,[^,\n]*,[^\n]*,面,[^\n]*,@\s*$", text, re.MULTILINE):
            return True
    return False


def require_boundary_text(path: Path) -> None:
    """Raise unless a file begins as an exchange text does.

    Raises
    ------
    FileMissing, FormatUnknown
        If there is no such file, or its content is something else.
    """
    if not path.is_file():
        raise missing(path)
    with path.open("rb") as file:
        if looks_like_boundary_text(file.read(_HEAD)):
            return
    raise FormatUnknown(
        f"{path.name} 不是界址点坐标文本",
        f"{path.name} is no exchange text of boundary points",
        where=str(path),
        next_zh="文件应有 [地块坐标] 段；其他格式请不用 --txt，直接给出文件",
        next_en="It has a section [地块坐标]; give files of other formats without --txt",
    )


def read_boundary_text(path: str | Path, *, encoding: str | None = None) -> PointsRead:
    """Read the plots of an exchange text as they are.

    Parameters
    ----------
    path
        The file.
    encoding
        Text encoding, where the file does not prove it.

    Returns
    -------
    PointsRead

    Raises
    ------
    FileMissing, FileUnreadable
        No such file; damaged, cut off, or with lines that are no part of the format (each is named).
    EncodingUnknown
        If the encoding is neither stated nor proven.
    """
    source = read_source(Path(path), encoding, _WORDS)
    parsed = parse_lines(source)
    built = build_plots(source.name, parsed.plots, parsed.header)
    whole = prove_complete(
        source.name, parsed.plots, built.rings, built.areas, ended=source.ended, header=parsed.header
    )
    issues = (
        *parsed.issues,
        *built.issues,
        *whole,
        *_precision_issues(source.name, parsed),
        *_code_issues(source.name, parsed),
    )
    return PointsRead(
        name=Path(path).stem,
        table=pd.DataFrame([{key: plot.fields[key] or None for key in FIELDS} for plot in parsed.plots], dtype="str"),
        geometry=built.shapes,
        crs_label=built.crs.label,
        crs_evidence=built.crs.evidence,
        encoding=source.encoding,
        encoding_evidence=source.evidence,
        issues=issues,
        broken={row: f"{plot.fault_zh}\n{plot.fault_en}" for row, plot in enumerate(parsed.plots) if plot.fault_zh},
        header=parsed.header,
        zone=built.axes.zone,
        plots=built.facts,
        promised=stated_plots(parsed.header),
    )


def stated_decimals(header: Mapping[str, str]) -> int | None:
    """Decimals that the header promises: written as their number (``3``) or as a length in metres (``0.001``).

    None where nothing is stated, or ``1``, which may be either.
    """
    text = narrow(header.get("精度", "")).strip()
    if re.fullmatch(r"[2-9]", text):
        return int(text)
    found = re.fullmatch(r"0?\.(0*)1(?:米|m)?", text)
    return len(found[1]) + 1 if found else None


def _precision_issues(name: str, parsed: Parsed) -> list[Issue]:
    promised = stated_decimals(parsed.header)
    written = max(point.decimals for plot in parsed.plots for point in plot.points)
    if promised is None or written >= promised:
        return []
    zh = f"精度写 {parsed.header['精度']}，坐标最多只有 {written} 位小数：可能已被取整"
    en = f"the stated precision is {parsed.header['精度']}, the coordinates have {written} decimals at most: rounded?"
    return [Issue("precision_lost", Severity.SERIOUS, name, zh, en)]


def _code_issues(name: str, parsed: Parsed) -> list[Issue]:
    """Say which land-use codes came without their scheme, and what they mean in each: they are not used to judge."""
    codes = sorted({plot.fields["地类编码"] for plot in parsed.plots if plot.fields["地类编码"]})
    if not codes:
        return []
    zh, en = [], []
    for code in codes[:_TOLD]:
        found = meanings(code)
        zh.append(f"{shown(code)}（{'；'.join(f'{use.scheme.zh}：{use.name_zh}' for use in found) or '各标准均无'}）")
        en.append(f"{shown(code)} ({'; '.join(f'{use.scheme}: {use.name_zh}' for use in found) or 'in no scheme'})")
    more = f" … (+{len(codes) - _TOLD})" if len(codes) > _TOLD else ""
    return [
        Issue(
            "land_use_scheme_undeclared",
            Severity.MINOR,
            name,
            f"地类编码没有写明分类标准，不据以判定：{'、'.join(zh)}{more}",
            f"land-use codes without their scheme, not used to judge: {', '.join(en)}{more}",
        )
    ]
