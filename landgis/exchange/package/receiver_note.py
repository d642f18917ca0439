"""The note for the receiver: what is in the package, how to check that it came whole, and how to read it."""

from __future__ import annotations

from collections.abc import Iterator

from landgis.domain.district import DISTRICTS
from landgis.domain.layer import SUBSTITUTE_EN, SUBSTITUTE_ZH
from landgis.exchange.package.core_elements import lineage_of, reference_system, title_of
from landgis.exchange.package.dictionary import DICTIONARY
from landgis.exchange.package.files import DataFile
from landgis.exchange.package.iso_record import METADATA
from landgis.exchange.package.manifest import MANIFEST
from landgis.exchange.package.record import Record

NOTE = "README.txt"
_CHECKING = {"sha256": ("SHA256", "sha256sum"), "sha512": ("SHA512", "sha512sum"), "md5": ("MD5", "md5sum")}


def sums_name(record: Record) -> str:
    """Return the name of the list of hashes."""
    return f"checksums.{record.profile.checksum}"


def receiver_note(record: Record) -> bytes:
    """Return the note as plain text: UTF-8 with its mark and Windows line ends, so that any editor shows it."""
    lines = [*_chinese(record), "", "=" * 60, "", *_english(record)]
    return "\r\n".join([*lines, ""]).encode("utf-8-sig")


def _chinese(record: Record) -> Iterator[str]:
    origin, profile = record.origin, record.profile
    yield title_of(record)
    if origin.substitute:
        yield f"【{SUBSTITUTE_ZH}】"
    yield ""
    yield "一、这是什么"
    yield f"移交方案：{profile.name_zh}（{profile.profile_id}，版本 {profile.version}）；依据：{profile.basis}"
    yield f"区：{DISTRICTS[origin.district].name_zh}；数据所指日期：{origin.day}；密级：{record.secrecy.zh}"
    yield f"来源：{lineage_of(record)}"
    yield from _changes_zh(record)
    yield ""
    yield "二、文件"
    for file in record.files:
        yield f"  {file.name}    {file.form.title_zh}：{'、'.join(file.layers)}"
    yield f"  {DICTIONARY}    数据字典：图层、字段、代码表、空值、格式限制、核心元数据"
    yield f"  {METADATA}    元数据（ISO 19115/19139）；不掌握的元素写“未知”"
    yield f"  {MANIFEST}    清单：来源、行数、面积合计、各文件 SHA-256 校验值"
    yield f"  {sums_name(record)}    校验值列表，供工具核对"
    yield ""
    yield "三、核对是否完整"
    algorithm, tool = _CHECKING[profile.checksum]
    yield f"  Windows：certutil -hashfile 文件名 {algorithm}，与 {sums_name(record)} 中同名文件的值比较"
    yield f"  Linux、macOS：在本文件夹内运行 {tool} -c {sums_name(record)}，每行都应为 OK"
    yield "  任何一个文件不一致，请勿使用，联系移交单位重新提供。"
    yield ""
    yield "四、怎样读"
    yield f"  坐标系：{reference_system(record)}。坐标先东后北（x 为东坐标或经度）。"
    yield from (f"  {file.name} 内为 WGS 84 经纬度（OGC:CRS84），未做基准转换。" for file in _in_degrees(record))
    yield f"  字段含义、单位、代码：见 {DICTIONARY}。面积：{_areas(record, zh=True)}"
    yield f"  文字编码：{_encoding(record)}"
    yield from (f"  {line}" for line in _counts(record))
    unfilled = len(record.delivery.unfilled)
    if unfilled:
        yield f"  有 {unfilled} 个字段没有填写或有空值，逐项见 {DICTIONARY}“空值”。"
    if any(report.losses for report in record.reports.values()):
        yield f"  文件格式装不下或改写的内容，逐项见 {DICTIONARY}“损失”。"
    yield ""
    yield "五、方案说明"
    yield from (f"  · {note}" for note in profile.notes)


def _english(record: Record) -> Iterator[str]:
    origin, profile = record.origin, record.profile
    yield f"Package “{record.titles[1]}”, {DISTRICTS[origin.district].key.title()} {origin.year}"
    if origin.substitute:
        yield f"[{SUBSTITUTE_EN}]"
    yield ""
    yield "1. What this is"
    yield f"Profile: {profile.name_en} ({profile.profile_id}, version {profile.version})"
    yield f"The data tell of {origin.day}. Secrecy mark: {record.secrecy.value}"
    told = [f"plan {origin.plan_id}" if origin.plan_id else "", f"pool {origin.pool_id}" if origin.pool_id else ""]
    if origin.run:
        told.append(f"screening run {origin.run.run_id} as of {origin.run.as_of}")
    yield f"From: {', '.join(each for each in told if each) or 'the register'}; releases: see {MANIFEST}"
    yield from _changes_en(record)
    yield ""
    yield "2. Files"
    for file in record.files:
        yield f"  {file.name}    {file.form.title_en}: {', '.join(file.layers)}"
    yield f"  {DICTIONARY}    data dictionary: layers, fields, code lists, empty fields, losses, core metadata"
    yield f"  {METADATA}    metadata (ISO 19115/19139); what is not known is written 未知 (unknown)"
    yield f"  {MANIFEST}    manifest: origin, counts, area totals, SHA-256 of every file"
    yield f"  {sums_name(record)}    list of hashes, for tools"
    yield ""
    yield "3. Checking that it is whole"
    algorithm, tool = _CHECKING[profile.checksum]
    yield f"  Windows: certutil -hashfile FILE {algorithm}, and compare with {sums_name(record)}"
    yield f"  Linux, macOS: {tool} -c {sums_name(record)} in this folder; every line must say OK"
    yield "  If one file differs, do not use the package; ask its sender for another."
    yield ""
    yield "4. How to read it"
    local = " (the deployment's own plane; its parameters are not given)" if record.crs == "local" else ""
    yield f"  CRS: {record.crs}{local}. x is easting or longitude, y northing or latitude."
    yield from (
        f"  {file.name} is in WGS 84 degrees (OGC:CRS84), without a datum shift." for file in _in_degrees(record)
    )
    yield f"  Fields, units, codes: see {DICTIONARY}. Areas: {_areas(record, zh=False)}"
    yield f"  Text encoding: {_encoding(record)}"
    unfilled = len(record.delivery.unfilled)
    if unfilled:
        yield f"  {unfilled} fields are empty or have gaps: see the sheet 空值 empty of the dictionary."
    if any(report.losses for report in record.reports.values()):
        yield "  What the file format cannot hold or writes otherwise: see the sheet 损失 losses."


def _in_degrees(record: Record) -> list[DataFile]:
    """Return the files whose format takes no CRS but degrees of WGS 84."""
    return [file for file in record.files if file.form.limits.crs84]


def _areas(record: Record, *, zh: bool) -> str:
    told = [
        f"{area.layer}.{area.field} 合计 {area.total:f} {area.unit_zh}（{area.basis_zh or '无'}）"
        if zh else f"{area.layer}.{area.field} total {area.total:f} {area.unit_zh}"
        for area in record.areas
        if area.field in _leading(record)[area.layer]
    ]  # fmt: skip
    return ("；" if zh else "; ").join(told) or ("无" if zh else "none")


def _leading(record: Record) -> dict[str, tuple[str, ...]]:
    """Return, layer by layer, the area that stands for all others in a note."""
    return {layer.name: layer.area_fields[:1] for layer in record.profile.layers}


def _encoding(record: Record) -> str:
    encoded = [file.form.title_en for file in record.files if file.form.limits.encoded]
    return f"{record.profile.encoding}（{encoded[0]}）" if encoded else "UTF-8"


def _counts(record: Record) -> Iterator[str]:
    for part in record.parts:
        yield f"{part.name}：{len(part.frame)} 行"


def _changes_zh(record: Record) -> Iterator[str]:
    if record.since is None:
        return
    yield "本包只含变化，须与上一次已接收的成果合并使用："
    yield f"  上一次成果的 {MANIFEST} 的 SHA-256：{record.since.manifest_sha256}；请先核对您手中的与此一致。"
    for name, told in record.since.layers.items():
        yield f"  {name}：新增 {told.added}，变更 {told.changed}，删除 {told.gone}，未变 {told.unchanged}"
    yield "  用法：按标识字段，先删去“删除”所列的行，再以“变更”的行替换原行，最后加入“新增”的行。"


def _changes_en(record: Record) -> Iterator[str]:
    if record.since is None:
        return
    yield "This package holds changes only; it goes on top of the last delivery that was accepted:"
    yield f"  SHA-256 of that delivery's {MANIFEST}: {record.since.manifest_sha256}; check that yours is the same."
    for name, told in record.since.layers.items():
        yield f"  {name}: {told.added} new (新增), {told.changed} changed (变更), {told.gone} gone (删除), {told.unchanged} as they were"
    yield "  By the key field: remove the rows of 删除, replace those of 变更, add those of 新增."
