"""Ranking what may enter: the parcels of a stored run that nothing excludes, by the preference of the district's pack."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import pandas as pd

from landgis.db.connect import Database
from landgis.db.layers import LayerStore
from landgis.db.originals import Originals
from landgis.db.parcel_facts import FactStore
from landgis.db.parcels import ParcelStore
from landgis.db.runs import RunHead, RunStore, StoredRun
from landgis.domain.layer import SUBSTITUTE_EN, SUBSTITUTE_ZH
from landgis.domain.outcome import Outcome
from landgis.errors import UsageError
from landgis.frames.layer import LayerData
from landgis.frames.preferred import NOT_SCORED
from landgis.frames.spec import rows_of
from landgis.rules.choosing.preference import Contribution, Preference
from landgis.rules.choosing.scoring import VARIED, Scored, score
from landgis.rules.reading.preference_table import preference_on
from landgis.screening.measure import measure
from landgis.screening.preference_subject import Subject
from landgis.screening.preferring import readings
from landgis.services.layers.measure_raster import measure_what_can
from landgis.services.layers.speaking import speaking_releases
from landgis.services.register.inventory import newest_run

Progress = Callable[[str], None]
_ENTERS = (Outcome.CLEAR, Outcome.FLAGGED)


@dataclass(frozen=True)
class Preferred:
    """What came of it.

    Attributes
    ----------
    run
        The run whose verdicts count.
    preference
        What was preferred, and who signed it.
    releases
        Release by layer that was read; empty where there is none.
    substitute
        Whether any of them is stand-in data.
    scored
        Points and ranks of the parcels that may enter.
    not_scored
        ``frames.preferred.NOT_SCORED``: the others, each with its reason.
    unread
        Rasters that could not be read, and why.
    """

    run: RunHead
    preference: Preference
    releases: dict[str, str]
    substitute: bool
    scored: Scored
    not_scored: pd.DataFrame
    unread: dict[str, tuple[str, str]]

    @property
    def notices(self) -> list[tuple[str, str]]:
        """What must be said beside every rank."""
        told = [(SUBSTITUTE_ZH, SUBSTITUTE_EN)] if self.substitute else []
        if self.preference.signed is None:
            told.append(
                (
                    "权重和折算为默认值，未经单位签字确认，次序仅供参考",
                    "Weights and scales are defaults that nobody signed: the order is for a look only",
                )
            )
        missing = [layer for layer, name in self.releases.items() if not name]
        if missing:
            told.append(
                (
                    f"缺少图层：{'、'.join(missing)}；相关得分以区间表示，补齐后次序才能确定",
                    f"Missing layers: {', '.join(missing)}; their points are ranges, and so are ranks until they are supplied",
                )
            )
        told += [(f"{layer}：{zh}", f"{layer}: {en}") for layer, (zh, en) in self.unread.items()]
        caution = self.run.meta.caution
        return [*told, (caution[0], caution[1])] if caution[0] else told

    def as_dict(self) -> dict[str, Any]:
        """Return the whole as plain data; contributions of the first N alone, ranks of all."""
        meta, signed = self.run.meta, self.preference.signed
        return {
            "run_id": self.run.run_id,
            "as_of": meta.as_of.isoformat(),
            "pack": {"id": meta.pack_id, "version": meta.pack_version},
            "preference": {
                "from": self.preference.start.isoformat(),
                "signed": {"by": signed.by, "on": signed.on.isoformat(), "document": signed.document} if signed else None,
                "full": self.preference.full,
                "contributions": [_contribution(each) for each in self.preference.contributions],
            },
            "releases": self.releases,
            "notices": [{"zh": zh, "en": en} for zh, en in self.notices],
            "top": self.scored.top,
            "varied": list(VARIED),
            "parcels": self._parcels(),
            "not_scored": rows_of(self.not_scored),
        }  # fmt: skip

    def _parcels(self) -> list[dict[str, Any]]:
        scored = self.scored
        shown = set(scored.ranks["parcel_id"].head(scored.top))
        parts: dict[str, list[dict[str, Any]]] = {}
        for row in rows_of(scored.points[scored.points["parcel_id"].isin(shown)]):
            parts.setdefault(str(row.pop("parcel_id")), []).append({name: _plain(cell) for name, cell in row.items()})
        rows = []
        for row, varied in zip(rows_of(scored.ranks), scored.sensitivity.ranks.tolist(), strict=True):
            parcel_id = str(row["parcel_id"])
            if parcel_id in parts:
                row |= {"contributions": parts[parcel_id], "varied_ranks": _by_weight(scored, varied)}
            rows.append(row)
        return rows


def prefer(
    database: Database,
    district: str,
    *,
    run_id: str | None = None,
    top: int = 20,
    originals: Originals | None = None,
    progress: Progress = lambda _step: None,
) -> Preferred:
    """Rank the parcels of a run that are clear or flagged; the others get no score, and are told why.

    Parameters
    ----------
    district
        ``songjiang`` or ``chongming``.
    run_id
        Run whose verdicts count; None: the newest of the district.
    top
        How many of the first the sensitivity asks about.
    originals
        Where the files of rasters are kept; None: they count as missing.

    Raises
    ------
    UsageError
        If ``top`` is not positive.
    NotReady, NotFound
        If the district was never screened; if there is no such run.
    """
    if top < 1:
        raise UsageError(
            f"--top 不能是 {top}", f"--top cannot be {top}", where="top", next_zh="请给出 1 或更大的整数",
            next_en="Give 1 or more",
        )  # fmt: skip
    run = RunStore(database).load(run_id or newest_run(database, district).run_id)
    meta = run.head.meta
    preference = preference_on(meta.pack_id, meta.as_of)
    verdicts = run.judged.verdicts
    enters = verdicts["verdict"].isin([str(outcome) for outcome in _ENTERS])
    layers = _layers(database, preference, run)
    subject, unread = _subject(database, preference, run, verdicts[enters], layers, originals, progress)
    scored = score(preference, readings(preference, subject), verdicts[enters].reset_index(drop=True), top)
    return Preferred(
        run.head,
        preference,
        {key: layers[key].release.name if key in layers else "" for key in preference.layers},
        any(layer.release.substitute for layer in layers.values()),
        scored,
        _not_scored(verdicts[~enters], run.judged.findings),
        unread,
    )


def _layers(database: Database, preference: Preference, run: StoredRun) -> dict[str, LayerData]:
    """Return the releases that the run stood on, and of the layers it did not ask for those that spoke that day."""
    store, meta = LayerStore(database), run.head.meta
    asked = {key: meta.releases[key] for key in preference.layers if key in meta.releases}
    found = {key: store.get(key, name) for key, name in asked.items() if name}
    further = [key for key in preference.layers if key not in asked]
    known_at = meta.known_at or run.head.created_at
    found |= speaking_releases(database, further, meta.as_of, district=meta.district, known_at=known_at)
    return {key: store.load(stored) for key, stored in found.items()}


def _subject(
    database: Database,
    preference: Preference,
    run: StoredRun,
    verdicts: pd.DataFrame,
    layers: dict[str, LayerData],
    originals: Originals | None,
    progress: Progress,
) -> tuple[Subject, dict[str, tuple[str, str]]]:
    """Measure the parcels, as the run judged them, against every layer that is read."""
    wanted = run.versions[run.versions["parcel_id"].isin(verdicts["parcel_id"])]
    parcels = _with_facts(database, preference, run, ParcelStore(database).versions(wanted))
    rasters = {key: layer for key, layer in layers.items() if layer.release.raster is not None}
    cells, unread = measure_what_can(rasters, parcels, originals, progress)
    kept_m2 = run.measured.areas.set_index("parcel_id")["ellipsoidal_m2"]
    measured = measure(
        parcels, layers, preference.layers, run.head.meta.as_of, progress, cells, kept_m2=kept_m2
    )  # fmt: skip
    return Subject(parcels, measured, layers), unread


def _with_facts(
    database: Database, preference: Preference, run: StoredRun, parcels: gpd.GeoDataFrame
) -> gpd.GeoDataFrame:
    """Add the facts that only the register holds, as they were known when the run was made."""
    meta = run.head.meta
    names = dict.fromkeys(name for each in preference.contributions for name in each.reading.facts)
    for name in (name for name in names if name not in parcels.columns):
        known = FactStore(database).values(name, as_of=meta.as_of, known_at=meta.known_at or run.head.created_at)
        parcels[name] = pd.Series([known.get(parcel_id) for parcel_id in parcels["parcel_id"]], dtype="boolean")
    return parcels


def _not_scored(verdicts: pd.DataFrame, findings: pd.DataFrame) -> pd.DataFrame:
    """Say of every parcel without a score why it has none: its verdict, and the findings that made it."""
    made = findings.merge(verdicts, on="parcel_id")
    made = made[made["outcome"] == made["verdict"]]
    why = {
        language: made.groupby("parcel_id")[f"message_{language}"].agg(joint.join)
        for language, joint in (("zh", "；"), ("en", "; "))
    }
    rows = [
        (
            parcel_id, verdict, f"{Outcome(verdict).zh}，不予优选：{why['zh'].get(parcel_id, '')}",
            f"{verdict}, not ranked: {why['en'].get(parcel_id, '')}",
        )
        for parcel_id, verdict in zip(verdicts["parcel_id"], verdicts["verdict"], strict=True)
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=NOT_SCORED.names).astype("str").sort_values("parcel_id", ignore_index=True)
    NOT_SCORED.require(table)
    return table


def _contribution(each: Contribution) -> dict[str, Any]:
    return {
        "id": each.contribution_id,
        "zh": each.title.zh,
        "en": each.title.en,
        "weight": each.weight,
        "unit": each.reading.kind.unit,
        "scale": [list(knot) for knot in zip(each.scale.values, each.scale.merits, strict=True)],
        "basis_zh": each.basis.zh,
        "basis_en": each.basis.en,
        "clause": each.clause.as_dict() if each.clause else None,
    }


def _by_weight(scored: Scored, ranks: list[int]) -> dict[str, dict[str, int]]:
    """Ranks of one parcel by contribution and factor."""
    found: dict[str, dict[str, int]] = {}
    for (name, factor), rank in zip(scored.sensitivity.variations, ranks, strict=True):
        found.setdefault(name, {})[f"{factor:g}"] = rank
    return found


def _plain(value: Any) -> Any:
    """A number that JSON can hold: what is not known, or has no bound, is None."""
    return None if isinstance(value, float) and not abs(value) < float("inf") else value
