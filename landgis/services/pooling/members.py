"""Looking into the pool: who stands in it, how each got there, and what became of it between two moments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from landgis.access.person import Person
from landgis.access.roles import Action
from landgis.db.connect import Database
from landgis.db.memberships import MembershipStore
from landgis.db.parcels import ParcelStore
from landgis.db.pools import PoolStore, StoredPool
from landgis.domain.pooling import Membership, Standing, Tier
from landgis.errors import NotFound, NotReady
from landgis.pool.comparing import compare
from landgis.services.pooling.places import places


@dataclass(frozen=True)
class Wish:
    """Which members are wanted; None: all that stand in the pool.

    Attributes
    ----------
    standing
        Only these; withdrawn ones are shown only where they are asked for.
    tier
        Only those of one pool.
    town
        Only those of one town (code).
    at
        As the pool stood at that moment; None: now.
    """

    standing: Standing | None = None
    tier: Tier | None = None
    town: str | None = None
    at: datetime | None = None


def members(database: Database, person: Person, district: str, wish: Wish | None = None) -> pd.DataFrame:
    """Return members of the pool of a district.

    Returns
    -------
    pandas.DataFrame
        ``frames.pooled.STANDINGS`` with what ``places`` says of the parcel at that moment; missing where it has ended.

    Raises
    ------
    NotAllowed
        By policy.
    """
    person.require(Action.READ_POOL)
    wish = wish or Wish()
    table = MembershipStore(database).standings(district, wish.at)
    wanted = table["standing"] != Standing.WITHDRAWN if wish.standing is None else table["standing"] == wish.standing
    if wish.tier is not None:
        wanted &= table["tier"] == wish.tier
    table = table[wanted]
    parcels = ParcelStore(database).current(parcel_ids=table["parcel_id"].tolist(), known_at=wish.at)
    found = table.merge(places(parcels), on="parcel_id", how="left")
    return found if wish.town is None else found[found["town_code"] == wish.town].reset_index(drop=True)


def story(database: Database, person: Person, parcel_id: str) -> Sequence[Membership]:
    """Return the memberships that a parcel has or had, each with its moves.

    Raises
    ------
    NotAllowed, NotFound
        By policy; if it never was in the pool.
    """
    person.require(Action.READ_POOL)
    found = MembershipStore(database).story(parcel_id)
    if not found:
        raise NotFound(
            f"地块“{parcel_id}”从未在库", f"Parcel “{parcel_id}” never was in the pool", where=parcel_id,
            next_zh="请用 landgis pool members 查看在库地块，或用 landgis pool show 查看未入库理由",
            next_en="See landgis pool members, or landgis pool show for why it was left out",
        )  # fmt: skip
    return found


def changes(database: Database, person: Person, district: str, before: datetime, after: datetime) -> pd.DataFrame:
    """Return what became of the pool between two moments; ``frames.pooled.STANDING_CHANGES``.

    Raises
    ------
    NotAllowed
        By policy.
    """
    person.require(Action.READ_POOL)
    store = MembershipStore(database)
    return compare(store.standings(district, before), store.standings(district, after))


def build_named(database: Database, district: str, pool_id: str | None = None) -> StoredPool:
    """Return a build with members and left-out: the one named, or the newest of a district.

    Raises
    ------
    NotFound, NotReady
        If there is no such build; if the district has none yet.
    """
    store = PoolStore(database)
    head = store.head(pool_id) if pool_id else store.latest(district)
    if head is None:
        raise NotReady(
            f"{district} 还没有建库", f"{district} has no pool yet",
            next_zh=f"请先运行 landgis pool build --district {district}",
            next_en=f"Run landgis pool build --district {district} first",
        )  # fmt: skip
    return store.load(head.pool_id)
