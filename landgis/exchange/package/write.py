"""Writing a package into a folder of its own: data, dictionary, metadata, note, manifest, hashes; in that order."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

from landgis.exchange.package.dictionary import DICTIONARY, write_dictionary
from landgis.exchange.package.files import data_files
from landgis.exchange.package.iso_record import METADATA, iso_record
from landgis.exchange.package.manifest import MANIFEST, PackedFile, file_hash, manifest_bytes, package_facts, packed
from landgis.exchange.package.receiver_note import NOTE, receiver_note, sums_name
from landgis.exchange.package.record import Record
from landgis.exchange.writing.options import WritingOptions
from landgis.exchange.writing.vector import write_bytes


@dataclass(frozen=True)
class Written:
    """A package as written: what is on record of it, and every file with its hash."""

    record: Record
    files: tuple[PackedFile, ...]


def write_package(folder: Path, record: Record, accept: Collection[str] = ()) -> Written:
    """Write a package; neither clock nor chance is in it, so the same record gives the same bytes.

    Parameters
    ----------
    folder
        Empty, and nobody else's.
    record
        What it is; files and losses are filled in here.
    accept
        Codes of losses that may happen.

    Raises
    ------
    LossesNotAccepted, ContractBroken, FileUnreadable, DiskFull
        As the writers; the folder is then half full, and its owner throws it away.
    """
    options = WritingOptions(accept=frozenset(accept))
    profile, origin, form = record.profile, record.origin, record.delivery.format
    named = replace(record, files=data_files(record.parts, form, profile, origin, options))
    told = iso_record(named)
    files = data_files(record.parts, form, profile, origin, replace(options, metadata_xml=told))
    reports = {file.name: file.form.write(folder / file.name, file.layers, file.options) for file in files}
    whole = replace(named, files=files, reports=reports)
    write_dictionary(folder / DICTIONARY, whole)
    write_bytes(folder / METADATA, told.encode())
    write_bytes(folder / NOTE, receiver_note(whole))
    beside = packed(folder, _holds(whole))
    manifest = manifest_bytes(origin, beside, crs=whole.crs, area_basis=whole.area_basis, further=package_facts(whole))
    write_bytes(folder / MANIFEST, manifest)
    listed = (*beside, *packed(folder, {MANIFEST: "清单 manifest"}))
    sums = sums_name(whole)
    lines = [f"{file_hash(folder / file.name, profile.checksum)}  {file.name}\n" for file in listed]
    write_bytes(folder / sums, "".join(lines).encode())
    return Written(whole, (*listed, *packed(folder, {sums: "校验值 hashes"})))


def _holds(record: Record) -> dict[str, str]:
    data = {file.name: f"{file.form.title_zh} {file.form.title_en}：{'、'.join(file.layers)}" for file in record.files}
    return data | {
        DICTIONARY: "数据字典 data dictionary", METADATA: "元数据 metadata, ISO 19139", NOTE: "说明 note for the receiver",
    }  # fmt: skip
