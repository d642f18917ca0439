"""``landgis export txt`` and ``landgis export points``."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from landgis.cli.days import AsOf, KnownAt, day, parse_day
from landgis.cli.show import echo_issues, echo_json, progress, table
from landgis.cli.why import Why

Json = Annotated[bool, typer.Option("--json", help="输出 JSON。 Print JSON.")]
As = Annotated[str | None, typer.Option("--as", help="办理人账号。 Acting person.")]
District = Annotated[str, typer.Option(help="songjiang 或 chongming。")]
Produced = Annotated[
    date | None,
    typer.Option(
        "--produced-on", parser=parse_day, metavar="年-月-日", help="数据产生日期，默认今天。 Date of the data."
    ),
]


class AreaBasis(StrEnum):
    """Which area a text states."""

    ELLIPSOIDAL = "ellipsoidal"
    PLANAR = "planar"


def export_points(
    out: Annotated[Path, typer.Option(help="输出 .txt（交换文本）或 .xlsx（界址点成果表）。 Text or workbook.")],
    producer: Annotated[str, typer.Option(help="数据产生单位。 Who produced the data.")],
    file: Annotated[
        Path | None, typer.Argument(help="地块文件；不写则取库内地块。 Parcels; the register without.")
    ] = None,
    layer: Annotated[str | None, typer.Option(help="文件中的图层。 Layer inside the file.")] = None,
    source_crs: Annotated[str | None, typer.Option(help="文件未注明时的坐标系。 If the file says none.")] = None,
    source_encoding: Annotated[str | None, typer.Option(help="文件的属性编码。 Text encoding of the file.")] = None,
    district: District = "songjiang",
    parcel: Annotated[
        list[str] | None, typer.Option(help="库内地块编号，可多次；不写则全区。 Parcels; all without.")
    ] = None,
    crs: Annotated[str, typer.Option(help="写出的坐标系（CGCS2000 分带）。 CRS to write in.")] = "EPSG:4528",
    area: Annotated[AreaBasis, typer.Option(help="写明的面积口径。 Which area is stated.")] = AreaBasis.ELLIPSOIDAL,
    encoding: Annotated[
        str, typer.Option(help="文本编码：GBK、GB18030、UTF-8 或 UTF-8-BOM。 Encoding of a text.")
    ] = "GBK",
    precision: Annotated[int, typer.Option(help="坐标小数位数，2–6。 Decimals.")] = 3,
    plain: Annotated[
        bool, typer.Option("--plain", help="不写[项目信息]（地块数、面积口径）。 Leave out the project block.")
    ] = False,
    produced_on: Produced = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    why: Why = "",
    acting: As = None,
    json: Json = False,
) -> None:
    """界址点：交换文本（.txt）或界址点成果表（.xlsx）。 Boundary points as exchange text or as a table.

    任何一宗写不出，就什么也不写。库内地块须用 --why 写明用途；转换自己的文件不必。
    If one plot cannot be written, nothing is. Parcels of the register leave with --why; a file of one's own is only turned
    into another.
    """
    from landgis.cli.opening import open_app
    from landgis.crs import parse
    from landgis.services.handing_over import export_points as service

    options = service.PointOptions(parse(crs), producer, day(produced_on), area.value, encoding, precision, plain)
    with progress("写出"):
        if file is not None:
            plots = service.plots_from_file(file, layer=layer, crs=source_crs, encoding=source_encoding)
            written = service.write_points(plots, out, options)
        else:
            main = open_app(acting)
            written = service.export_points(
                main.database, main.person, district, out, options, why=why, parcel_ids=parcel or (), as_of=as_of,
                known_at=known_at,
            )  # fmt: skip
    echo_issues(written.issues)
    record = {
        "file": str(written.file),
        "plots": written.plots,
        "points": written.points,
        "crs": written.crs,
        "transform": str(written.transform),
        "encoding": encoding if out.suffix.lower() == ".txt" else "UTF-8",
        "area_basis": written.area_basis,
        "area_m2": round(written.area_m2, 2),
        "export": written.export_id,
        "issues": [issue.as_dict() for issue in written.issues],
    }
    if json:
        echo_json(record)
    else:
        table(("项目", "值"), [(key, value) for key, value in record.items() if key != "issues"])
