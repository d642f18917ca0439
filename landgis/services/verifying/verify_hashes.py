"""Whether a run's own row and frames are still what was stored, by seal and hash."""

from __future__ import annotations

from landgis.db.run_record import SPECS, frames_of, seal_of
from landgis.db.runs import StoredRun
from landgis.domain.program import VERSION
from landgis.frames.digest import frame_hash
from landgis.services.verifying.frame_differences import frame_name
from landgis.services.verifying.verification import Check, Checked, Difference, State, Words

_NOT_RECORDED = Check(Checked.OWN_ROW, State.NOT_RECORDED)


def notices(stored: StoredRun) -> list[Words]:
    """Say what should be known of a run beside the result."""
    meta, told = stored.head.meta, []
    if stored.head.record is None and not _had_record(stored):
        told.append(("该批次早于指纹登记，没有可比的指纹；仍按库内资料全部重算",
                     "This run is older than the hashes: there are none to compare with. It is recomputed all the same"))  # fmt: skip
    if meta.kernel == "":
        told.append(
            ("该批次未记量算内核，末位可能不同", "The run does not say which kernel measured: last bits may differ")
        )
    if meta.code_version != VERSION:
        told.append((f"筛查用程序 {meta.code_version}，现为 {VERSION}",
                     f"Screened by program {meta.code_version}, verified by {VERSION}"))  # fmt: skip
    return told


def own_row(stored: StoredRun) -> Check:
    """Compare the seal: it is over the law, the day, the releases, the program, the kernel and all hashes."""
    head, record = stored.head, stored.head.record
    if record is None:
        return Check.of(Checked.OWN_ROW, [_record_gone(head.run_id)]) if _had_record(stored) else _NOT_RECORDED
    found = seal_of(head.run_id, head.created_at, head.meta, record.frames)
    told = Difference(
        "seal_differs", f"筛查批次 {head.run_id} 的登记（规则包、日期、图层版本、程序或指纹）与封签不符",
        f"The row of run {head.run_id} (law, day, releases, program or hashes) is not what was sealed",
        stored=record.seal, found=found,
    )  # fmt: skip
    return Check.of(Checked.OWN_ROW, [] if found == record.seal else [told])


def _had_record(stored: StoredRun) -> bool:
    """Tell whether the parcels of a run bear hashes: they are stored with its record and never without."""
    return bool(stored.versions[["outline_hash", "facts_hash"]].notna().to_numpy().any())


def _record_gone(run_id: str) -> Difference:
    return Difference(
        "record_missing", f"筛查批次 {run_id} 的指纹登记已不在，其地块却带有指纹：登记被人取走",
        f"The record of run {run_id} is gone, though its parcels bear hashes: somebody took it away",
    )  # fmt: skip


def stored_frames(stored: StoredRun) -> Check:
    """Compare every stored frame with its hash."""
    record = stored.head.record
    if record is None:
        return Check(Checked.FRAMES, State.NOT_RECORDED)
    frames, differences = frames_of(stored.versions, stored.measured, stored.judged), []
    for name, was in record.frames.items():
        columns = [column for column in SPECS[name].columns if column.name in was.columns]
        found = frame_hash(frames[name], columns, SPECS[name].key)
        if found != was:
            zh, en = frame_name(name)
            differences.append(
                Difference(
                    "frame_differs", f"存入的“{zh}”表与其指纹不符（{was.rows} 行，现为 {found.rows} 行）",
                    f"The stored table of {en} rows is not what was hashed ({was.rows} rows then, {found.rows} now)",
                    column=name, stored=was.sha256, found=found.sha256,
                )
            )  # fmt: skip
    return Check.of(Checked.FRAMES, differences)
