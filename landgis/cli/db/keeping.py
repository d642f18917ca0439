"""Backing up, restoring, and telling whether two databases hold the same."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from landgis.cli.db.which import Json, private, server
from landgis.cli.show import echo_json, notice, progress, table

if TYPE_CHECKING:
    from landgis.db.backup import BackupMade
    from landgis.db.restore import Restored

_MB = 1 << 20
_MOMENTS = ["%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M:%S.%f"]


def backup(
    folder: Annotated[
        Path | None,
        typer.Argument(help="备份文件夹，最好在另一个磁盘；默认 LANDGIS_HOME/backups。 Folder, best on another disk."),
    ] = None,
    keep: Annotated[int, typer.Option(min=1, help="保留几份完整备份。 Whole backups kept.")] = 2,
    log_only: Annotated[
        bool, typer.Option("--log-only", help="只把日志续到此刻（几秒）。 Only bring the log up to now (seconds).")
    ] = False,
    json: Json = False,
) -> None:
    """备份私有数据库与原件；运行中即可进行。 Back up the private database and the originals while it works."""
    from landgis.db.backup import bring_log, make_backup

    cluster = private(work="backup")
    target = (folder or cluster.home / "backups").absolute()
    with progress("备份 backing up") as step:
        made = bring_log(cluster, target, step=step) if log_only else make_backup(cluster, target, keep=keep, step=step)
    _tell_backup(made, json)


def restore(
    folder: Annotated[Path, typer.Argument(help="备份文件夹。 Folder of backups.")],
    to: Annotated[
        datetime | None,
        typer.Option(
            formats=_MOMENTS, help="恢复到这一时刻（北京时间，含）；默认到日志末尾。 Moment (UTC+8), inclusive."
        ),
    ] = None,
    home: Annotated[Path | None, typer.Option(help="恢复到这个新的 LANDGIS_HOME。 New home to restore into.")] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="取代现有数据库（停止并移到一旁）。 Take the place of the present one.")
    ] = False,
    json: Json = False,
) -> None:
    """从备份恢复到所选时刻，放入新的文件夹。 Restore a backup as of a chosen moment, into a fresh home."""
    from landgis.db.configuration import ZONE
    from landgis.db.restore import restore as service

    cluster = private(home, work="restore")
    until = to.replace(tzinfo=ZONE) if to is not None else None
    with progress("恢复 restoring") as step:
        restored = service(cluster, folder.absolute(), until, over=replace, step=step)
    _tell_restored(restored, json)


def fingerprint(json: Json = False) -> None:
    """每张表所有记录的一个哈希，用来核对两个数据库是否相同。 One hash per table over all its rows."""
    from landgis.db.connect import open_database
    from landgis.db.row_hashes import row_hashes

    with progress("计算 hashing"):
        hashes = row_hashes(open_database(server(), role="landgis_owner", check=False, pooled=False))
    if json:
        echo_json({name: {"rows": found.rows, "sha256": found.sha256} for name, found in hashes.items()})
        return
    rows = [(name, found.rows, found.sha256[:16]) for name, found in hashes.items()]
    table(("表 table", "行 rows", "SHA-256（前 16 位 begins with）"), rows)


def _tell_backup(made: BackupMade, json: bool) -> None:
    if made.originals.damaged:
        _warn_damaged(made.originals.damaged)
    if json:
        echo_json(_backup_record(made))
        return
    base, originals = made.backup, made.originals
    typer.echo(f"备份完成 | backed up  {made.folder}")
    typer.echo(
        f"  完整备份 base      {base.name}  {_mb(base.byte_size)}  "
        f"PostgreSQL {base.postgresql}, landgis {base.landgis}, {base.revision or '—'}"
    )
    typer.echo(f"  日志     log       {made.pieces} × 16 MB, {_mb(made.log_bytes)}")
    typer.echo(f"  原件     originals {originals.files}（新 new {originals.new}）, {_mb(originals.byte_size)}")
    typer.echo(f"  可恢复到 can be restored to  {base.ended_at:%F %T} – {made.mark.until:%F %T}")
    if made.removed:
        typer.echo(f"  已删除被取代的备份 superseded and removed  {'、'.join(made.removed)}")
    typer.echo(f"  磁盘剩余 left on the disk  {_mb(_free(made.folder))}")


def _backup_record(made: BackupMade) -> dict[str, Any]:
    from dataclasses import asdict

    return {
        "folder": str(made.folder),
        "backup": asdict(made.backup),
        "log": {"until": made.mark.until, "last": made.mark.last, "pieces": made.pieces, "bytes": made.log_bytes},
        "originals": asdict(made.originals),
        "removed": made.removed,
        "free_bytes": _free(made.folder),
    }


def _tell_restored(restored: Restored, json: bool) -> None:
    if restored.missing:
        count, first = len(restored.missing), restored.missing[0]
        notice(f"备份中缺 {count} 个原件：{first} 等", f"{count} originals are not in the backup: {first} and so on")
    if restored.originals.damaged:
        _warn_damaged(restored.originals.damaged)
    if json:
        echo_json(_restored_record(restored))
        return
    typer.echo(f"已恢复 | restored  {restored.home}")
    typer.echo(f"  时刻     as of        {restored.until:%F %T}（备份 from {restored.backup.name}）")
    last = f"{restored.last_change:%F %T}" if restored.last_change else "—"
    typer.echo(f"  最后变更 last change  {last}")
    typer.echo(f"  表结构   tables       {restored.revision or '—'}；原件 originals {restored.originals.files}")
    if restored.set_aside:
        typer.echo(f"  原数据库移到 the former one is now in  {restored.set_aside}")
    typer.echo(f"  请运行 next: LANDGIS_HOME='{restored.home}' landgis db start，核对后重新备份 then make a new backup")


def _restored_record(restored: Restored) -> dict[str, Any]:
    from dataclasses import asdict

    return asdict(restored) | {"home": str(restored.home)}


def _warn_damaged(names: tuple[str, ...]) -> None:
    notice(
        f"{len(names)} 个原件的内容与其哈希不符，未复制：{names[0]} 等",
        f"{len(names)} originals are not what their hash says and were not copied: {names[0]} and so on",
    )


def _free(folder: Path) -> int:
    from shutil import disk_usage

    return disk_usage(folder).free


def _mb(count: int) -> str:
    return f"{count / _MB:,.1f} MB"
