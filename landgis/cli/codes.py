"""``landgis codes``: what a land-use, parcel or place code says, and the lists behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from landgis.cli.show import echo_issues, echo_json, notice, table

if TYPE_CHECKING:
    from landgis.domain.land_use import LandUse, Scheme
    from landgis.domain.parcel_code import ParcelCode

app = typer.Typer(no_args_is_help=True, help="代码：地类、宗地、街镇。 Land-use, parcel and place codes.")
Json = Annotated[bool, typer.Option("--json", help="输出 JSON。 Print JSON.")]
_LONGEST_LAND_USE = 6
_OTHER_LISTS = {"towns": "towns", "parcel-features": "parcel_features", "parcel-screening": "parcel_screening"}


@app.command()
def explain(
    code: Annotated[
        str, typer.Argument(help="地类代码（至多 6 位），或 9–28 位的街镇、宗地、不动产单元代码。 A code.")
    ],
    scheme: Annotated[
        str | None,
        typer.Option(help="地类代码所属标准：guide2023、guide2020、survey、gb21010。 Scheme of a land-use code."),
    ] = None,
    json: Json = False,
) -> int:
    """逐段解释一个代码。 Explain a code part by part.

    退出码：0 有效，2 无效，3 未说明标准而各标准含义不同。
    Exit codes: 0 valid, 2 not valid, 3 no scheme stated and the schemes differ.
    """
    if scheme is None and len(code.strip()) > _LONGEST_LAND_USE:
        return _show_parcel_code(code, json)
    return _show_land_use(code, scheme, json)


@app.command("list")
def list_(
    name: Annotated[
        str | None,
        typer.Argument(
            help="guide2023 等标准，或 towns、parcel-features、parcel-screening；不写则列出全部名称。 List."
        ),
    ] = None,
    json: Json = False,
) -> None:
    """列出代码表，附来源与可信度。 List the codes with source and confidence."""
    from landgis.domain.code_table import rows_of
    from landgis.domain.land_use_codes import codes_of

    if name is None:
        _show(json, [dict(row) for row in rows_of("schemes")], "schemes")
    elif name in _OTHER_LISTS:
        _show(json, [dict(row) for row in rows_of(_OTHER_LISTS[name])], name)
    else:
        chosen = _scheme(name)
        rows = [{**_use_record(use), "name_zh": use.name_zh} for use in codes_of(chosen)]
        _show(json, rows, f"{chosen.zh} · {chosen.document}", scheme=chosen)


def _show(json: bool, rows: list[dict[str, Any]], title: str, scheme: Scheme | None = None) -> None:
    if json:
        echo_json({**(_scheme_record(scheme) if scheme else {"list": title}), "codes": rows})
        return
    columns = [key for key in rows[0] if key not in ("scheme", "version", "rgb") or scheme is None]
    table(columns, [[row[key] for key in columns] for row in rows], title=title)
    if scheme:
        typer.echo(f"来源：{scheme.source}")


def _scheme_record(scheme: Scheme) -> dict[str, str]:
    return {"scheme": str(scheme), "version": scheme.version, "document": scheme.document, "source": scheme.source}


def _show_land_use(code: str, name: str | None, json: bool) -> int:
    from landgis.domain.land_use_codes import look_up, meanings

    found = meanings(code) if name is None else tuple(filter(None, (look_up(code, _scheme(name)),)))
    doubtful = len({use.name_zh for use in found}) > 1
    if json:
        echo_json(
            {"code": code, "scheme": name, "unambiguous": not doubtful, "meanings": [_use_record(use) for use in found]}
        )
    else:
        rows = [(use.scheme.zh, use.name_zh, _class_zh(use), _became(use)) for use in found]
        table(("分类标准 scheme", "名称 name", "对入市的含义", "备注"), rows, title=code)
    if not found:
        notice(f"“{code}”不在{_scheme(name).zh if name else '任何标准'}中", f"“{code}” is in no scheme asked")
        return 2
    if doubtful:
        meant_zh = "；".join(f"{use.scheme.zh}为“{use.name_zh}”（{_class_zh(use)}）" for use in found)
        meant_en = "; ".join(f"{use.scheme}: {use.name_zh}" for use in found)
        notice(
            f"“{code}”在 {len(found)} 个标准中都有：{meant_zh}。不说明标准就无法判断是哪一种，请用 --scheme 指明",
            f"{len(found)} schemes have “{code}”: {meant_en}. Without the scheme it cannot be told; name it with --scheme",
        )
    return 3 if doubtful else 0


def _scheme(name: str) -> Scheme:
    from landgis.domain.land_use import Scheme
    from landgis.errors import UsageError

    try:
        return Scheme(name)
    except ValueError:
        known = "、".join([*Scheme, *_OTHER_LISTS])
        raise UsageError(
            f"没有代码表“{name}”",
            f"There is no code list “{name}”",
            next_zh=f"可选：{known}",
            next_en=f"Choose from: {known}",
        ) from None


def _use_record(use: LandUse) -> dict[str, Any]:
    from landgis.domain.guide_2020 import translate
    from landgis.domain.land_use import Scheme

    record: dict[str, Any] = {
        "scheme": str(use.scheme),
        "version": use.scheme.version,
        "code": use.code,
        "name_zh": use.name_zh,
        "parent": use.parent,
        "class": _class_of(use),
        "confidence": use.confidence,
        "note": use.note,
        "rgb": use.rgb,
    }
    if use.scheme is Scheme.GUIDE_2020:
        became = translate(use.code)
        record |= {"in_2023": list(became.candidates), "relation": str(became.relation)}
    return record


def _class_of(use: LandUse) -> str:
    from landgis.domain.land_use import planned_class, survey_class

    return str((planned_class if use.scheme.is_plan else survey_class)(use.code, use.scheme))


def _class_zh(use: LandUse) -> str:
    from landgis.domain.land_use import planned_class, survey_class

    if use.scheme.is_plan:
        return planned_class(use.code, use.scheme).zh
    return survey_class(use.code, use.scheme).zh


def _became(use: LandUse) -> str:
    from landgis.domain.guide_2020 import translate
    from landgis.domain.land_use import Scheme

    if use.scheme is not Scheme.GUIDE_2020:
        return ""
    became = translate(use.code)
    return f"2023 年：{'、'.join(became.candidates)}（{became.relation.zh}）{became.note_zh}"


def _show_parcel_code(code: str, json: bool) -> int:
    from landgis.domain.parcel_code import explain_parcel_code

    found = explain_parcel_code(code)
    if json:
        echo_json(_parcel_record(found))
        return 0 if found.is_valid else 2
    rows = [
        (f"{part.first}–{part.last}" if part.last > part.first else part.first, part.text, part.name_zh, part.meaning_zh,
         " · ".join(filter(None, (part.name_en, part.meaning_en))))
        for part in found.parts
    ]  # fmt: skip
    table(("位", "代码", "部分", "含义", "English"), rows, title=f"{found.code} · {found.kind.zh} {found.kind.en}")
    if found.screening:
        typer.echo(f"对入市：{found.screening.zh}\nFor entry: {found.screening.en}")
    echo_issues(found.issues)
    return 0 if found.is_valid else 2


def _parcel_record(found: ParcelCode) -> dict[str, Any]:
    from dataclasses import asdict

    return {
        "code": found.code,
        "kind": str(found.kind),
        "kind_zh": found.kind.zh,
        "valid": found.is_valid,
        "parts": [asdict(part) for part in found.parts],
        "screening": asdict(found.screening) if found.screening else None,
        "issues": [issue.as_dict() for issue in found.issues],
    }
