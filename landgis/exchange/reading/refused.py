"""What is recognised and never read, and the way out: what to export or deliver instead."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from landgis.errors import FormatUnknown

SUPPORTED_ZH = (
    "shapefile（.shp 或打包的 .zip）、GeoPackage、FileGDB（.gdb 文件夹或打包的 .zip）、GeoJSON、FlatGeobuf、GeoParquet、"
    "KML、DXF、界址点 TXT 和界址点表（xlsx、csv）"
)
SUPPORTED_EN = (
    "shapefile (.shp or zipped), GeoPackage, FileGDB (.gdb folder or zipped), GeoJSON, FlatGeobuf, GeoParquet, "
    "KML, DXF, boundary-point TXT and tables of boundary points (xlsx, csv)"
)


@dataclass(frozen=True)
class Refused:
    """A kind of content that is not read."""

    zh: str
    en: str
    next_zh: str
    next_en: str


_AS_LAYER = (
    "请在原软件中导出为 GeoPackage 或 shapefile",
    "Export it as GeoPackage or shapefile in the program it is from",
)
_UNPACK = ("请解压后提交其中的数据，或改用不加密的 zip", "Unpack it and deliver what is inside, or use a plain zip")
_DATA_ITSELF = (
    "它只是指向其他数据的链接或配置；请提交数据文件本身",
    "It only points at other data: deliver the data file itself",
)


def _starts(*magics: bytes) -> Callable[[bytes], bool]:
    return lambda head: head.startswith(magics)


def _xml(*roots: bytes) -> Callable[[bytes], bool]:
    pattern = re.compile(rb"<(?:[\w.-]+:)?(?:" + b"|".join(roots) + rb")[\s/>]", re.IGNORECASE)
    return lambda head: pattern.search(head.replace(b"\0", b"")) is not None


_KNOWN: tuple[tuple[Callable[[bytes], bool], Refused], ...] = (
    (_starts(b"AC10", b"AC1.", b"AC2.", b"MC0.0"),
     Refused("AutoCAD DWG 图形", "an AutoCAD DWG drawing",
             "请在 CAD 中另存为 DXF（2007 或更新版本），界线须为闭合多段线",
             "Save it as DXF (2007 or newer) in the CAD program; boundaries must be closed polylines")),
    (_starts(b"Rar!\x1a\x07"), Refused("RAR 压缩包", "a RAR archive", *_UNPACK)),
    (_starts(b"7z\xbc\xaf\x27\x1c"), Refused("7z 压缩包", "a 7z archive", *_UNPACK)),
    (_starts(b"\x1f\x8b"), Refused("gzip 压缩文件", "a gzip file", *_UNPACK)),
    (_starts(b"BZh", b"\xfd7zXZ\x00", b"\x28\xb5\x2f\xfd"), Refused("压缩文件", "a compressed file", *_UNPACK)),
    (lambda head: head[257:262] == b"ustar", Refused("tar 归档", "a tar archive", *_UNPACK)),
    (_starts(b"%PDF"), Refused("PDF 文档", "a PDF document",
                               "PDF 里的图形不是测绘成果；请提交图层原文件", "Drawings in a PDF are no survey data: deliver the layer")),
    (_starts(b"PMTiles"), Refused("PMTiles 瓦片", "a PMTiles archive", *_AS_LAYER)),
    (_starts(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
     Refused("旧版 Office 文档（.xls/.doc）", "an old Office document (.xls, .doc)",
             "请另存为 .xlsx 再提交", "Save it as .xlsx and deliver that")),
    (_starts(b"\x00\x01\x00\x00Standard Jet DB", b"\x00\x01\x00\x00Standard ACE DB"),
     Refused("Access 数据库（个人地理数据库 .mdb）", "an Access database (personal geodatabase)",
             "请在 ArcGIS 中导出为文件地理数据库（.gdb）或 shapefile", "Export it as a file geodatabase or shapefile")),
    (_xml(b"OGRVRT[a-z]*", b"VRTDataset"), Refused("GDAL 虚拟数据集（VRT）", "a GDAL virtual dataset (VRT)", *_DATA_ITSELF)),
    (_xml(b"OGRWFSDataSource", b"OGROAPIFDataSource", b"WFS_Capabilities", b"GDAL_[a-z]+", b"WMS_Capabilities"),
     Refused("网络服务说明", "the description of a web service", *_DATA_ITSELF)),
    (_xml(b"gpx"), Refused("GPX 轨迹", "a GPX track",
                           "手持 GPS 轨迹不是测绘成果；请提交界址点成果", "A GPS track is no survey data: deliver boundary points")),
    (_xml(b"svg"), Refused("SVG 图片", "an SVG picture", *_AS_LAYER)),
    (_xml(b"FeatureCollection", b"boundedBy", b"featureMember"), Refused("GML 文件", "a GML file", *_AS_LAYER)),
    (_xml(b"html"), Refused("网页", "a web page",
                            "下载的可能是登录页或错误页；请重新下载数据文件", "It may be a login or error page: download again")),
    (_starts(b"!table", b"Version ", b"VERSION "), Refused("MapInfo 文件", "a MapInfo file", *_AS_LAYER)),
    (_starts(b"EXP  "), Refused("ArcInfo E00 交换文件", "an ArcInfo E00 file", *_AS_LAYER)),
)  # fmt: skip


def refuse(head: bytes, source: str, where: str) -> FormatUnknown:
    """Make the error for content that is not read, from its first bytes."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    for matches, kind in _KNOWN:
        if matches(text) or matches(head):
            return format_unknown(source, where, kind)
    return format_unknown(source, where)


def format_unknown(source: str, where: str, kind: Refused | None = None) -> FormatUnknown:
    """Make the error for a format that is not read, with the way out where there is one."""
    supported_zh, supported_en = f"支持：{SUPPORTED_ZH}", f"Supported: {SUPPORTED_EN}"
    if kind is None:
        return FormatUnknown(
            f"{source} 的内容不是支持的格式", f"The content of {source} is of no supported format",
            where=where, next_zh=supported_zh, next_en=supported_en,
        )  # fmt: skip
    return FormatUnknown(
        f"{source} 的内容是{kind.zh}，不读取",
        f"The content of {source} is {kind.en}, which is not read",
        where=where,
        next_zh=f"{kind.next_zh}。{supported_zh}",
        next_en=f"{kind.next_en}. {supported_en}",
    )
