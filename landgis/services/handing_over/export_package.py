"""A package to hand over: brought, checked as its receiver would, written whole, let out, and only then given its name."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from pathlib import Path

from landgis.access.person import Person
from landgis.crs import name_of, parse, require_survey_crs
from landgis.db.connect import Database
from landgis.domain.disk import draft_folder, force_to_disk
from landgis.domain.issue import Severity
from landgis.domain.leaving import ExportKind, Leaving, Logged
from landgis.domain.loss import LossCode
from landgis.domain.preflight_fault import Fault
from landgis.domain.profile import ExportProfile
from landgis.errors import Conflict, DeliveryFaulty, UsageError
from landgis.exchange.package.files import parts_of
from landgis.exchange.package.manifest import PackedFile
from landgis.exchange.package.record import Record
from landgis.exchange.package.write import Written, write_package
from landgis.frames.row_hash import row_hashes
from landgis.preflight import preflight
from landgis.services.handing_over.build_delivery import Brought, Wanted, bring
from landgis.services.handing_over.control import leaving_of, let_out, require_reason
from landgis.services.handing_over.delta import Keys, accepted_base, changes_since
from landgis.services.handing_over.receipts import receiver_rules

Progress = Callable[[str], None]
_SHOWN = 5


@dataclass(frozen=True)
class ExportedPackage:
    """What was handed over.

    Attributes
    ----------
    folder
        Where it is; None: nothing changed, and nothing was written.
    export_id
        Number in the log of exports; empty where nothing left.
    record
        What it is.
    files
        Every file, and its hash.
    told
        Faults too small to stop it.
    """

    folder: Path | None
    export_id: str
    record: Record
    files: tuple[PackedFile, ...] = ()
    told: tuple[Fault, ...] = ()


def export_package(
    database: Database,
    person: Person,
    profile: ExportProfile,
    wanted: Wanted,
    out: Path,
    *,
    why: str,
    accept: Collection[str] = (),
    since: str = "",
    progress: Progress = lambda _step: None,
) -> ExportedPackage:
    """Hand a package over under a profile.

    Parameters
    ----------
    profile
        What the receiver wants; a CRS asked for in ``wanted`` takes the place of its own.
    out
        Folder of the package; it must not be there yet, or be empty.
    why
        For whom and what for.
    accept
        Codes of losses that may happen.
    since
        Number of an accepted export, or ``last``: only what changed since; empty: everything.

    Raises
    ------
    UsageError
        Without a reason; a loss that there is none of; a format or CRS that cannot be.
    NotAllowed, NotFound, NotReady, Conflict
        By policy; what is not there; a folder that holds something; changes that cannot be told.
    DeliveryFaulty
        If the receiver would send it back; nothing is written then.
    LossesNotAccepted
        If the format loses what nobody accepted; nothing is left behind then.
    FileUnreadable, DiskFull
        If a file does not read back as written; if there is no room. Nothing is left behind then.
    """
    require_reason(why)
    _require_codes(accept)
    require_free(out)
    asked = _in_crs(profile, wanted.crs)
    base = accepted_base(database, wanted.district, asked, since) if since else None
    progress("取数 reading")
    brought = bring(database, person, asked, wanted)
    progress("预检 checking as the receiver would")
    faults = preflight(brought.delivery, asked, receiver_rules(database, asked.profile_id))
    _require_sound(faults, asked)
    keys = {layer.name: row_hashes(brought.delivery.layers[layer.name], layer.key) for layer in asked.layers}
    record = _record(brought, asked, base, keys)
    if not record.parts:
        return ExportedPackage(None, "", record, told=faults)
    progress("写出 writing")
    with draft_folder(out.parent) as place:
        draft = place / out.name
        draft.mkdir()
        written = write_package(draft, record, accept)
        export_id = let_out(database, person, _leaving(written, why, base, keys))
        _give_name(draft, out)
    return ExportedPackage(out, export_id, written.record, written.files, faults)


def require_free(out: Path) -> None:
    """Raise unless a folder is not there yet, or empty: a package is never mixed with other files, nor over another.

    Raises
    ------
    Conflict
        If it holds something, or is a file.
    """
    if out.exists() and not (out.is_dir() and not any(out.iterdir())):
        raise Conflict(
            f"{out} 已有内容，成果包不覆盖、不混放", f"{out} holds something already: a package is neither mixed nor put over it",
            where=str(out), next_zh="请用 --out 另给一个文件夹", next_en="Give another folder with --out",
        )  # fmt: skip


def _require_codes(accept: Collection[str]) -> None:
    unknown = sorted(set(accept) - {str(code) for code in LossCode})
    if unknown:
        listed = "、".join(str(code) for code in LossCode if code.weight.value == "stops")
        raise UsageError(
            f"没有这样的损失代码：{'、'.join(unknown)}", f"There is no loss of the code {', '.join(unknown)}", where="--accept",
            next_zh=f"可接受：{listed}", next_en=f"May be accepted: {listed}",
        )  # fmt: skip


def _in_crs(profile: ExportProfile, crs: str) -> ExportProfile:
    """Return the profile with the CRS that is asked for in place of its own."""
    named = parse(crs or profile.crs, "--crs" if crs else profile.profile_id)
    require_survey_crs(named, crs or profile.crs)
    return replace(profile, crs=name_of(named))


def _require_sound(faults: tuple[Fault, ...], profile: ExportProfile) -> None:
    stopping = tuple(fault for fault in faults if fault.severity is not Severity.MINOR)
    if not stopping:
        return
    shown = stopping[:_SHOWN]
    more = len(stopping) - len(shown)
    listed_zh = "；".join(f"{fault.where}：{fault.message_zh}" for fault in shown) + (
        f"；另有 {more} 处" if more else ""
    )
    listed_en = "; ".join(f"{fault.where}: {fault.message_en}" for fault in shown) + (
        f"; and {more} more" if more else ""
    )
    raise DeliveryFaulty(
        f"接收方会退回，{len(stopping)} 处不合格：{listed_zh}",
        f"The receiver would send it back, {len(stopping)} faults: {listed_en}",
        where=profile.profile_id,
        next_zh="什么也没有写；请先更正数据，或补齐方案中待填的字段",
        next_en="Nothing was written: correct the data, or fill in what the profile leaves open",
        faults=faults,
    )


def _record(brought: Brought, profile: ExportProfile, base: Logged | None, keys: Keys) -> Record:
    delivery, origin = brought.delivery, brought.origin
    if base is None:
        return Record(profile, delivery, origin, parts_of(delivery, profile))
    parts, told = changes_since(base, delivery, profile, keys)
    return Record(profile, delivery, origin, parts, since=told)


def _leaving(written: Written, why: str, base: Logged | None, keys: Keys) -> Leaving:
    record = written.record
    origin = record.origin
    leaving = leaving_of(
        record.delivery, record.profile, kind=ExportKind.DELTA if base else ExportKind.PACKAGE, why=why,
        plan_id=origin.plan_id, pool_id=origin.pool_id, run_id=origin.run.run_id if origin.run else "",
        releases={release.layer: release.name for release in origin.releases}, keys=keys,
        files={file.name: file.sha256 for file in written.files}, since=base.export_id if base else "",
    )  # fmt: skip
    if record.since is None:
        return leaving
    return replace(leaving, rows={name: told.rows for name, told in record.since.layers.items()})


def _give_name(draft: Path, out: Path) -> None:
    """Put a finished folder in its place by one rename, forced to disk before and after."""
    force_to_disk(draft)
    require_free(out)
    draft.replace(out)
    force_to_disk(out.parent)
