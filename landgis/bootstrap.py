"""The one place that wires settings, catalogue, database and acting person together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from pyproj import CRS

from landgis import crs as crs_room
from landgis.settings import CrsSettings, DatabaseSettings, EngineSettings, House, OidcSettings, Paths

if TYPE_CHECKING:
    from landgis.access.person import Person
    from landgis.db.connect import Database, Server
    from landgis.db.originals import Originals
    from landgis.domain.catalogue import Catalogue
    from landgis.engines.index_cache import IndexCache
    from landgis.engines.warm import WarmIndexes
    from landgis.frames.layer import LayerData
    from landgis.rules.pack import RulePack
    from landgis.screening.indexed import Engine, Layer
    from landgis.services.entering.oidc import Provider


@dataclass(frozen=True)
class App:
    """An installation at work: everything a front door hands to a service.

    Attributes
    ----------
    paths, database_settings
        Where things live.
    acting_as
        Account named with ``--as``; None: the account at work.
    notices
        What is to be said beside the result, when it is there.
    say
        Says at once what will take a while, Chinese and English; None: nobody listens.
    """

    paths: Paths
    database_settings: DatabaseSettings
    acting_as: str | None = None
    notices: list[tuple[str, str]] = field(default_factory=list)
    say: Callable[[str, str], None] | None = None

    @cached_property
    def catalogue(self) -> Catalogue:
        """The layer catalogue."""
        from landgis.exchange.catalogue import load_catalogue

        return load_catalogue(self.paths.layers)

    @cached_property
    def server(self) -> Server:
        """The office server of the settings, or the private cluster."""
        from landgis.db.cluster import PrivateCluster
        from landgis.db.connect import OfficeServer

        settings, place = self.database_settings, self.house
        if settings.database_url:
            desk = settings.desk_database_url
            return OfficeServer(settings.database_url.get_secret_value(), desk.get_secret_value() if desk else "")
        return PrivateCluster(place.home, place.socket_dir, place.account, settings.pgbin)

    @cached_property
    def running(self) -> Server:
        """The same, at work: started first where it is ours to start, and said aloud where it has to be made."""
        from landgis.db.connect import OfficeServer
        from landgis.db.install import ensure_running

        server = self.server
        if self.say and not isinstance(server, OfficeServer) and server.status().state == "absent":
            self.say(
                f"{server.home} 还没有数据库，正在新建，约一分钟；如不是要新建，请核对 LANDGIS_HOME",
                f"{server.home} has no database yet: a new one is being made, in about a minute; if you meant another, "
                "check LANDGIS_HOME",
            )
        ensure_running(server)
        return server

    @cached_property
    def database(self) -> Database:
        """The database, started first where it is ours to start."""
        from landgis.db.connect import open_database

        return open_database(self.running)

    @cached_property
    def desk_database(self) -> Database:
        """The same in the role of the desk: who looks sees what the policy shows him, and nobody sees nothing."""
        from landgis.db.connect import open_database

        return open_database(self.running, role="landgis_desk")

    def close(self) -> None:
        """Close the connections, if there are any; a private cluster keeps running."""
        for name in ("database", "desk_database"):
            if name in self.__dict__:
                getattr(self, name).close()

    def stop(self) -> None:
        """Close the database and stop the private cluster."""
        from landgis.db.cluster import PrivateCluster

        self.close()
        if isinstance(self.server, PrivateCluster):
            self.server.stop()

    @property
    def browser_assets(self) -> Path:
        """Scripts and styles that a hand-out carries inside itself (installed at set-up)."""
        return Path(__file__).parent / "web" / "static" / "vendor" / "folium"

    @cached_property
    def person(self) -> Person:
        """The acting person."""
        from landgis.db.people import PeopleStore

        return PeopleStore(self.database).acting(self.acting_as)

    def pack(self, name: str) -> RulePack:
        """A rule pack by name."""
        from landgis.rules.reading.load import load_pack

        return load_pack(name)

    def crs(self, text: str | None) -> CRS | None:
        """A CRS by code; None stays None."""
        return None if text is None else crs_room.parse(text)

    def published_layers(self, wanted: set[str], as_of: date, district: str) -> dict[str, LayerData]:
        """The releases that speak for the wanted layers of a district on a day, from the database."""
        from landgis.services.layers.speaking import published_layers

        return published_layers(self.database, wanted, as_of, district=district)

    def layers_to_measure(self, wanted: set[str], as_of: date, district: str) -> dict[str, Layer]:
        """The same releases ready for measuring: indexes are opened where they are asked for, and kept open."""
        from landgis.services.layers.speaking import indexed_layers, speaking_releases

        releases = speaking_releases(self.database, wanted, as_of, district=district)
        return indexed_layers(self.database, releases, self.warm_indexes)

    @cached_property
    def indexes(self) -> IndexCache:
        """The saved indexes of releases."""
        from landgis.engines.index_cache import IndexCache

        limit = EngineSettings().index_mb << 20
        return IndexCache(self.house.home / "indexes", limit, lambda zh, en: self.notices.append((zh, en)))

    @cached_property
    def warm_indexes(self) -> WarmIndexes:
        """Those of them that this process keeps open."""
        from landgis.engines.warm import WarmIndexes

        return WarmIndexes(self.indexes, EngineSettings().warm_mb << 20)

    @property
    def tiles_mb(self) -> int:
        """What tiles of the map may take on the disk, megabytes."""
        return EngineSettings().tiles_mb

    @contextmanager
    def engine(self, name: str, scheduler: str | None = None) -> Iterator[Engine]:
        """Give who measures: ``local``, or ``dask`` on a scheduler's workers (None: on some of this machine's own)."""
        if name == "dask":
            from landgis.engines.dask_engine import DaskEngine, cluster

            with cluster(scheduler) as client:
                yield DaskEngine(client)
            return
        from landgis.screening.measure import in_place

        yield in_place

    def retired_layers(self, wanted: set[str], as_of: date, district: str) -> dict[str, tuple[str, str]]:
        """Why layers of a district have no voice on a day, where their release was retired."""
        from landgis.services.layers.unheard import retired_layers

        return retired_layers(self.database, wanted, as_of, district=district)

    @cached_property
    def originals(self) -> Originals:
        """The folder of files as they came in."""
        from landgis.db.originals import Originals

        return Originals(self.house.home)

    @cached_property
    def oidc(self) -> Provider | None:
        """The OpenID provider of the settings; None: there is none."""
        from landgis.services.entering.oidc import Provider

        settings = OidcSettings()
        if settings.oidc_issuer is None:
            return None
        return Provider.of_file(settings.oidc_issuer, settings.oidc_client_id, settings.oidc_client_secret_file)

    @cached_property
    def house(self) -> House:
        """Where cluster, caches and originals really live; said aloud when it is not the folder asked for."""
        from landgis.settings import house

        found = house(self.paths, self.database_settings)
        if found.notice_zh:
            self.notices.append((found.notice_zh, found.notice_en))
        return found


def build(acting_as: str | None = None, say: Callable[[str, str], None] | None = None) -> App:
    """Read the settings and make an `App`; nothing is opened before it is used."""
    local = CrsSettings()
    crs_room.deploy(local.definition if local.crs_file else None)
    return App(Paths(), DatabaseSettings(), acting_as, say=say)


def demo_app(home: Path, paths: Paths) -> App:
    """Make an `App` on a private database of its own, whatever the settings say of an office server."""
    own = paths.model_copy(update={"home": home})
    return App(own, DatabaseSettings().model_copy(update={"database_url": None, "socket_dir": None}))
