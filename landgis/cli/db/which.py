"""Which database a command is about."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from landgis.cli.show import notice

if TYPE_CHECKING:
    from landgis.db.cluster import PrivateCluster
    from landgis.db.connect import OfficeServer

Json = Annotated[bool, typer.Option("--json", help="输出 JSON。 Print JSON.")]
_OFFICE = {
    "startstop": (
        "单位服务器不由 landgis 启停",
        "landgis neither starts nor stops an office server",
        "请联系该服务器的管理员，或取消该环境变量以使用私有数据库",
        "Ask its administrator, or unset the variable to use the private database",
    ),
    "backup": (
        "单位服务器的备份由数据库管理员负责",
        "the backup of an office server is its DBA's",
        '请管理员运行 pg_basebackup 并开启 WAL 归档，或 pg_dump -Fc -d "$LANDGIS_DATABASE_URL" -f landgis.dump；'
        "另须备份原件文件夹 LANDGIS_HOME/originals",
        'Have the DBA run pg_basebackup with WAL archiving, or pg_dump -Fc -d "$LANDGIS_DATABASE_URL" -f landgis.dump; '
        "the folder of originals, LANDGIS_HOME/originals, is to be kept beside it",
    ),
    "restore": (
        "单位服务器由数据库管理员恢复",
        "an office server is restored by its DBA",
        "请管理员运行 pg_restore -d 新库 landgis.dump（或按 WAL 归档恢复到指定时刻），并放回原件文件夹 LANDGIS_HOME/originals",
        "Have the DBA run pg_restore -d NEWDATABASE landgis.dump (or recover to a moment from the WAL archive), and put "
        "LANDGIS_HOME/originals back",
    ),
}
"""What an office server's own people do: happened, next, Chinese and English."""


def server(home: Path | None = None) -> PrivateCluster | OfficeServer:
    """Return the office server of the settings, or the private cluster of a home (the settings' own by default)."""
    from landgis.db.cluster import PrivateCluster
    from landgis.db.connect import OfficeServer
    from landgis.settings import DatabaseSettings, Paths, house

    settings, paths = DatabaseSettings(), Paths()
    if settings.database_url is not None:
        return OfficeServer(settings.database_url.get_secret_value())
    place = house(paths if home is None else paths.model_copy(update={"home": home.absolute()}), settings)
    if place.notice_zh:
        notice(place.notice_zh, place.notice_en)
    return PrivateCluster(place.home, place.socket_dir, place.account, settings.pgbin)


def private(home: Path | None = None, work: str = "startstop") -> PrivateCluster:
    """Return the private cluster, or say who does this work on an office server.

    Raises
    ------
    UsageError
        If the settings name an office server.
    """
    from landgis.db.connect import OfficeServer
    from landgis.errors import UsageError

    place = server(home)
    if isinstance(place, OfficeServer):
        zh, en, next_zh, next_en = _OFFICE[work]
        raise UsageError(
            f"已设置 LANDGIS_DATABASE_URL：{zh}",
            f"LANDGIS_DATABASE_URL is set: {en}",
            where="LANDGIS_DATABASE_URL",
            next_zh=next_zh,
            next_en=next_en,
        )
    return place
