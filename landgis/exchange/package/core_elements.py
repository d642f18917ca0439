"""Core metadata of a package, element by element, as ISO 19115 and GB/T 19710 have them; what nobody knows is 未知."""

from __future__ import annotations

from typing import NamedTuple

from landgis.domain.district import DISTRICTS
from landgis.domain.layer import SUBSTITUTE_EN, SUBSTITUTE_ZH, Secrecy
from landgis.domain.program import VERSION
from landgis.exchange.package.record import Record

UNKNOWN = "未知"
STANDARD = "ISO 19115:2003"
"""The edition that GB/T 19710-2005 took over; of its own additions landgis knows none for certain."""


class Element(NamedTuple):
    """One element: Chinese and English name, where it stands in ISO 19115, its value."""

    zh: str
    en: str
    path: str
    value: str


def core_elements(record: Record) -> tuple[Element, ...]:
    """Return the core elements in the order of the standard."""
    extent = record.extent
    box = (
        f"西 {extent[0]}、南 {extent[1]}、东 {extent[2]}、北 {extent[3]}（度，向外取整到 0.01）" if extent else UNKNOWN
    )
    titled, place = title_of(record), "identificationInfo"
    return (
        Element("数据集名称", "dataset title", f"{place}.citation.title", titled),
        Element("数据集引用日期", "dataset reference date", f"{place}.citation.date", record.origin.day.isoformat()),
        Element("数据集负责单位", "dataset responsible party", f"{place}.pointOfContact", UNKNOWN),
        Element("数据集地理位置", "geographic location", f"{place}.extent.geographicElement", box),
        Element("数据集语种", "dataset language", f"{place}.language", "zho"),
        Element("数据集字符集", "dataset character set", f"{place}.characterSet", character_set(record)),
        Element("数据集专题分类", "topic category", f"{place}.topicCategory", topic(record)),
        Element("空间分辨率", "spatial resolution", f"{place}.spatialResolution", UNKNOWN),
        Element("数据集摘要", "abstract", f"{place}.abstract", abstract_of(record)),
        Element(
            "分发格式", "distribution format", "distributionInfo.distributionFormat", "、".join(formats_of(record))
        ),
        Element("时间覆盖范围", "temporal extent", f"{place}.extent.temporalElement", record.origin.day.isoformat()),
        Element(
            "空间表示类型",
            "spatial representation",
            f"{place}.spatialRepresentationType",
            "vector" if extent else "textTable",
        ),
        Element("参照系", "reference system", "referenceSystemInfo", reference_system(record)),
        Element("数据志说明", "lineage", "dataQualityInfo.lineage.statement", lineage_of(record)),
        Element("在线资源", "on-line resource", "distributionInfo.transferOptions.onLine", UNKNOWN),
        Element("使用限制", "use limitation", f"{place}.resourceConstraints.useLimitation", use_limitation(record)),
        Element("安全限制分级", "classification", f"{place}.resourceConstraints.classification", record.secrecy.zh),
        Element("元数据标识符", "metadata file identifier", "fileIdentifier", identifier_of(record)),
        Element("元数据标准名称", "metadata standard name", "metadataStandardName", STANDARD),
        Element("元数据标准版本", "metadata standard version", "metadataStandardVersion", "2003"),
        Element("元数据语种", "metadata language", "language", "zho"),
        Element("元数据字符集", "metadata character set", "characterSet", "utf8"),
        Element("元数据联系方", "metadata point of contact", "contact", UNKNOWN),
        Element("元数据创建日期", "metadata date stamp", "dateStamp", record.origin.day.isoformat()),
    )


def title_of(record: Record) -> str:
    """Return the title of the dataset."""
    district = DISTRICTS[record.origin.district].name_zh
    changes = "，增量" if record.since else ""
    return f"{district}{record.origin.year}年度移交成果（{record.profile.name_zh}{changes}）"


def identifier_of(record: Record) -> str:
    """Return an identifier that the same package always has."""
    origin, kind = record.origin, "changes" if record.since else "package"
    about = origin.plan_id or origin.pool_id or origin.day.isoformat()
    profile = f"{record.profile.profile_id}-{record.profile.version}"
    return f"landgis-{DISTRICTS[origin.district].code}-{profile}-{about}-{kind}"


def character_set(record: Record) -> str:
    """Return the character set of the data in the words of ISO 19115; those that it does not list go by their own name."""
    encoded = any(file.form.limits.encoded for file in record.files)
    return record.profile.encoding.lower().replace("utf-8", "utf8") if encoded else "utf8"


def topic(record: Record) -> str:
    """Return the topic category that the profile fixes."""
    return record.profile.metadata.get("theme", "planningCadastre")


def formats_of(record: Record) -> tuple[str, ...]:
    """Return the formats of the files."""
    return tuple(dict.fromkeys(file.form.title_en for file in record.files))


def reference_system(record: Record) -> str:
    """Return the name of the CRS; of the deployment's own nothing but that it is the local one."""
    return f"{record.crs}（地方坐标系，参数不随成果提供）" if record.crs == "local" else record.crs


def use_limitation(record: Record) -> str:
    """Return what the data may be used for, and that stand-in data have no force."""
    said = record.profile.metadata.get("use_limitation", UNKNOWN)
    return f"{said}；{SUBSTITUTE_ZH} {SUBSTITUTE_EN}" if record.origin.substitute else said


def abstract_of(record: Record) -> str:
    """Return what is inside, layer by layer."""
    layers = "；".join(f"{part.alias}（{part.name}）{len(part.frame)} 行" for part in record.parts)
    notice = f"{SUBSTITUTE_ZH}。" if record.origin.substitute else ""
    return f"{notice}{record.profile.name_zh}，依据：{record.profile.basis}。{layers}。"


def lineage_of(record: Record) -> str:
    """Return what the data stand on: plan, pool, run, rules and releases."""
    origin, told = record.origin, []
    if origin.plan_id:
        told.append(f"年度供应计划 {origin.plan_id}（{'已公布' if origin.published else '未公布'}）")
    if origin.pool_id:
        told.append(f"储备项目库 {origin.pool_id}")
    if origin.run:
        run = origin.run
        told.append(f"筛查批次 {run.run_id}，截至 {run.as_of}，规则包 {run.pack_id} {run.pack_version}")
    told += [f"图层 {release.key}" for release in origin.releases]
    told.append(f"由 landgis {VERSION} 生成")
    return "；".join(told)


def classification(record: Record) -> str:
    """Return the security classification in the words of ISO 19115; empty where nothing is marked."""
    return {Secrecy.PUBLIC: "unclassified", Secrecy.INTERNAL: "restricted"}.get(record.secrecy, "")
