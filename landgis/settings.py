"""Settings from the environment, and where this installation lives.

Nothing is read at import time: bootstrap makes the objects once and hands them down.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, PositiveInt, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from landgis.errors import ConfigError

PROJECT = Path(__file__).resolve().parent.parent
_VAR = Path("/var/lib/landgis")
_RUN = Path("/run/landgis")
_SOCKET_FOLDER_BYTES = 90  # a socket's whole path may have 107 bytes; 17 are for its name

Folder = Annotated[Path, AfterValidator(lambda path: path.expanduser().absolute())]


class _Settings(BaseSettings):
    """Settings of the environment; what cannot be used is told by the name of its variable."""

    def __init__(self, **given: Any) -> None:
        try:
            super().__init__(**given)
        except ValidationError as error:
            row = error.errors(include_url=False)[0]
            name = "LANDGIS_" + str(row["loc"][0]).upper()
            raise ConfigError(
                f"环境变量 {name} 的值“{row['input']}”不能用",
                f"“{row['input']}” is no value of the environment variable {name}",
                where=name,
                next_zh=f"请改正，或取消该变量（unset {name}）；以 _MB 结尾的为正整数，其余为路径、账号或地址",
                next_en=f"Correct it, or unset {name}; those that end in _MB are whole numbers above 0, others paths, "
                "accounts or addresses",
            ) from error


class Paths(_Settings):
    """Folders: ``LANDGIS_HOME``, ``LANDGIS_LAYERS``, ``LANDGIS_DATA``.

    Attributes
    ----------
    home
        The private cluster, caches and originals. Use ``house(...)`` before writing there: it may have to move.
    layers
        The layer catalogue.
    data
        The sample districts.
    """

    model_config = SettingsConfigDict(env_prefix="LANDGIS_", env_ignore_empty=True, frozen=True)

    home: Folder = PROJECT / ".landgis"
    layers: Folder = PROJECT / "layers"
    data: Folder = PROJECT / "data"


class DatabaseSettings(_Settings):
    """The database: ``LANDGIS_DATABASE_URL``, ``LANDGIS_PGBIN``, ``LANDGIS_SOCKET_DIR``, ``LANDGIS_SERVER_ACCOUNT``.

    And ``LANDGIS_DESK_DATABASE_URL``, where the desk has a login of its own.

    Attributes
    ----------
    database_url
        An office server; without it landgis runs its private cluster. Secret, because it may hold a password.
    desk_database_url
        The same server for a login that is a member of ``landgis_desk`` alone: the desk, the open services and the work of
        jobs use it. Without it they log in with ``database_url``, whose account may take the other roles too.
    pgbin
        Folder of ``initdb`` and ``pg_ctl``; without it they are looked for.
    socket_dir
        Where the socket's own folder is made; without it a run-time folder is taken.
    server_account
        Account that runs the server when landgis itself runs as root.
    """

    model_config = SettingsConfigDict(env_prefix="LANDGIS_", env_ignore_empty=True, frozen=True)

    database_url: SecretStr | None = None
    desk_database_url: SecretStr | None = None
    pgbin: Folder | None = None
    socket_dir: Folder | None = None
    server_account: str = "postgres"


class EngineSettings(_Settings):
    """Measuring and drawing: ``LANDGIS_INDEX_MB``, ``LANDGIS_WARM_MB``, ``LANDGIS_TILES_MB``.

    Attributes
    ----------
    index_mb
        What the saved indexes under ``LANDGIS_HOME/indexes`` may take on the disk; the least recently used go first.
    warm_mb
        What a serving process may keep open of them at a time. Their pages are read from the disk as they are needed.
    tiles_mb
        What tiles of the map may take on the disk; the least recently used go first.
    """

    model_config = SettingsConfigDict(env_prefix="LANDGIS_", env_ignore_empty=True, frozen=True)

    index_mb: PositiveInt = 20_000
    warm_mb: PositiveInt = 4_000
    tiles_mb: PositiveInt = 2_000


class OidcSettings(_Settings):
    """Another house's log-in: ``LANDGIS_OIDC_ISSUER``, ``LANDGIS_OIDC_CLIENT_ID``, ``LANDGIS_OIDC_CLIENT_SECRET_FILE``.

    Attributes
    ----------
    oidc_issuer
        Address of the OpenID provider; None: there is none.
    oidc_client_id
        As what landgis is registered there.
    oidc_client_secret_file
        File with the secret of that registration; None: it has none.
    """

    model_config = SettingsConfigDict(env_prefix="LANDGIS_", env_ignore_empty=True, frozen=True)

    oidc_issuer: str | None = None
    oidc_client_id: str = "landgis"
    oidc_client_secret_file: Folder | None = None


class CrsSettings(_Settings):
    """The city's own plane: ``LANDGIS_CRS_FILE``.

    Attributes
    ----------
    crs_file
        File with its definition (WKT, PROJJSON or a PROJ string), outside the project; None: there is none.
    """

    model_config = SettingsConfigDict(env_prefix="LANDGIS_", env_ignore_empty=True, frozen=True)

    crs_file: Folder | None = None

    def definition(self) -> str:
        """Read the definition. It is classified: hand it to ``landgis.crs.deploy`` and to nothing else.

        Raises
        ------
        ConfigError
            If the file cannot be read, or lies inside the project, where it would be committed or packed.
        """
        file = self.crs_file
        if file is None or not file.is_file():
            raise self._unusable("不存在或不是文件", "does not exist or is no file")
        if file.resolve().is_relative_to(PROJECT):
            raise self._unusable(
                "在本项目文件夹之内，可能被提交或打包", "lies inside the project, where it may be committed"
            )
        try:
            return file.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError):
            raise self._unusable("无法读取", "cannot be read") from None  # the cause may quote its bytes

    def _unusable(self, zh: str, en: str) -> ConfigError:
        return ConfigError(
            f"地方坐标系文件{zh}",
            f"The file of the local CRS {en}",
            where="LANDGIS_CRS_FILE",
            next_zh="请把定义文件放在本项目之外、只有运行账号可读的位置，并用 LANDGIS_CRS_FILE 指明",
            next_en="Keep it outside this project, readable by the working account alone, and name it in LANDGIS_CRS_FILE",
        )


class Tianditu(_Settings):
    """The national base map 天地图, fetched by the server: ``LANDGIS_TIANDITU_KEY_FILE``, ``LANDGIS_TIANDITU_URL``.

    Attributes
    ----------
    tianditu_key_file
        File with the key, outside the project; None: there is no 天地图. The key goes to 天地图 and to no browser.
    tianditu_url
        Where it is asked.
    """

    model_config = SettingsConfigDict(env_prefix="LANDGIS_", env_ignore_empty=True, frozen=True)

    tianditu_key_file: Folder | None = None
    tianditu_url: str = "https://t0.tianditu.gov.cn"

    def key(self) -> str:
        """Read the key; empty where no file is named.

        Raises
        ------
        ConfigError
            If the file cannot be read, or lies inside the project, where it would be committed or packed.
        """
        file = self.tianditu_key_file
        if file is None:
            return ""
        try:
            if file.resolve().is_relative_to(PROJECT):
                raise OSError
            return file.read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError):
            raise ConfigError(
                "天地图密钥文件无法读取，或在本项目文件夹之内",
                "The file of the 天地图 key cannot be read, or lies inside the project",
                where="LANDGIS_TIANDITU_KEY_FILE",
                next_zh="请把密钥文件放在本项目之外、只有运行账号可读的位置",
                next_en="Keep it outside the project, readable by the working account alone",
            ) from None  # the cause may quote its bytes


class BaseMapSettings(_Settings):
    """Local base maps: ``LANDGIS_BASEMAPS``.

    Attributes
    ----------
    basemaps
        Folder of GeoTIFFs with their list ``basemaps.yaml``; None: there are none.
    """

    model_config = SettingsConfigDict(env_prefix="LANDGIS_", env_ignore_empty=True, frozen=True)

    basemaps: Folder | None = None


@dataclass(frozen=True)
class House:
    """Where the cluster, caches and originals really live.

    Attributes
    ----------
    home
        The folder asked for, or the one under ``/var/lib/landgis`` that stands in for it.
    socket_dir
        Short folder for the Unix socket, different for every home.
    account
        Account the server must run as; None: the account of this process.
    notice_zh, notice_en
        To be said aloud when home had to move; else empty.
    """

    home: Path
    socket_dir: Path
    account: str | None
    notice_zh: str = ""
    notice_en: str = ""


def house(paths: Paths, database: DatabaseSettings) -> House:
    """Settle where things live, without creating anything.

    A server never runs as root. If root starts landgis and the server's account cannot enter ``LANDGIS_HOME`` (a home
    folder of mode 0700), a folder under ``/var/lib/landgis`` stands in for it.

    Raises
    ------
    ConfigError
        If home is a file or lies in one, the server's account does not exist, or ``LANDGIS_SOCKET_DIR`` is too long for
        a socket.
    """
    _require_folder(paths.home)
    account = _server_account(paths.home, database.server_account) if os.geteuid() == 0 else None
    home, notice_zh, notice_en = paths.home, "", ""
    if account is not None and not _may_enter(home, account):
        home = _VAR / _short_hash(paths.home)
        notice_zh = f"数据库服务账号 {account.pw_name} 无法进入 {paths.home}，改用 {home}"
        notice_en = f"The server's account {account.pw_name} cannot enter {paths.home}; {home} is used instead"
    name = account.pw_name if account is not None else None
    return House(home, _socket_dir(home, database.socket_dir), name, notice_zh, notice_en)


def _require_folder(home: Path) -> None:
    """Refuse a home that is a file, or lies below one: nothing could be kept there."""
    there = next(step for step in (home, *home.parents) if step.exists())
    if not there.is_dir():
        raise ConfigError(
            f"LANDGIS_HOME 须是文件夹，而 {there} 是文件",
            f"LANDGIS_HOME must be a folder, and {there} is a file",
            where="LANDGIS_HOME",
            next_zh="请改为文件夹；尚不存在的会新建",
            next_en="Name a folder; one that is not there yet is made",
        )


def _server_account(home: Path, wanted: str) -> pwd.struct_passwd:
    """Return the owner of an existing home that is not root's, else the account of the settings."""
    try:
        if home.exists() and home.stat().st_uid != 0:
            return pwd.getpwuid(home.stat().st_uid)
        return pwd.getpwnam(wanted)
    except KeyError as error:
        raise ConfigError(
            f"没有可运行数据库服务的账号“{wanted}”（服务不能以 root 运行）",
            f"There is no account “{wanted}” to run the server, which refuses to run as root",
            where="LANDGIS_SERVER_ACCOUNT",
            next_zh="请运行 adduser --system --group postgres，或用 LANDGIS_SERVER_ACCOUNT 指明一个普通账号",
            next_en="Run adduser --system --group postgres, or name an ordinary account in LANDGIS_SERVER_ACCOUNT",
        ) from error


def _may_enter(folder: Path, account: pwd.struct_passwd) -> bool:
    """Tell by the mode bits whether an account may pass through every existing folder down to this one."""
    groups = os.getgrouplist(account.pw_name, account.pw_gid)
    for step in (folder, *folder.parents):
        if not step.exists():
            continue
        facts = step.stat()
        bit = stat.S_IXOTH
        if facts.st_uid == account.pw_uid:
            bit = stat.S_IXUSR
        elif facts.st_gid in groups:
            bit = stat.S_IXGRP
        if not facts.st_mode & bit:
            return False
    return True


def _socket_dir(home: Path, wanted: Path | None) -> Path:
    """Return a short folder named after the home, so that homes do not meet and deep paths do no harm."""
    folder = (wanted or _run_time_folder()) / f"landgis-{_short_hash(home)}"
    if len(os.fsencode(folder)) > _SOCKET_FOLDER_BYTES:
        raise ConfigError(
            f"套接字文件夹路径过长：{folder}",
            f"The socket folder's path is too long: {folder}",
            where="LANDGIS_SOCKET_DIR",
            next_zh="请用 LANDGIS_SOCKET_DIR 指明一个路径短的文件夹",
            next_en="Name a folder with a short path in LANDGIS_SOCKET_DIR",
        )
    return folder


def _run_time_folder() -> Path:
    if os.geteuid() == 0:
        return _RUN
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    if runtime and os.access(runtime, os.W_OK | os.X_OK):
        return Path(runtime)
    return Path(tempfile.gettempdir()) / f"landgis-{os.geteuid()}"


def _short_hash(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path.resolve())).hexdigest()[:10]
