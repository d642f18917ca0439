"""What a run stands on, told so that it can be looked up again: the law, the releases and the moment."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import date, datetime
from typing import Any

from landgis.db.connect import Database
from landgis.db.layers import StoredRelease
from landgis.db.parcel_columns import FACT_NAMES
from landgis.db.run_inputs import kept_hashes
from landgis.db.run_meta import ReleaseHash, RuleStatement, RunInputs
from landgis.db.run_record import sha256_of
from landgis.domain.issue import Severity
from landgis.rules.pack import Rule, RulePack


def inputs_of(
    database: Database, pack: RulePack, as_of: date, releases: Mapping[str, StoredRelease], read_at: datetime
) -> RunInputs:
    """Tell what a run stands on, by hash; ``read_at``: when the inventory was read."""
    features = kept_hashes(database, {layer: stored.release.name for layer, stored in releases.items()})
    hashes = {
        layer: ReleaseHash(stored.release.content_hash, features[layer].sha256, statement_hash(stored))
        for layer, stored in releases.items()
    }
    return RunInputs(pack.digest, rule_statements(pack, as_of), hashes, tuple(FACT_NAMES), read_at)


def rule_statements(pack: RulePack, as_of: date) -> dict[str, RuleStatement]:
    """Tell of every rule what it judges by on a day, so that two runs can be compared without the older pack."""
    return {rule.rule_id: _statement(rule, pack, as_of) for rule in pack.rules}


def statement_hash(stored: StoredRelease) -> str:
    """Return the hash of a release's coverage and completeness, of when it speaks, and of what is told of it."""
    release = stored.release
    stated = {
        "district": release.district,
        "legal_state": str(release.legal_state),
        "dates": [release.in_force_from, release.approved_on, release.issued_on, release.expires_on],
        "data": [release.state_of_data_on, release.cycle_months, release.grace_months],
        "told": [release.title_zh, release.document_no, release.no_document_reason, release.issuing_body],
        "stand_in": release.substitute,
        "made": [str(release.coverage_basis), release.accuracy_m, release.scale_denominator, release.code_scheme],
        "features": release.feature_count,
        "raster": None if release.raster is None else asdict(release.raster),
        "complete": Severity.FATAL not in stored.issue_counts,
        "coverage": hashlib.sha256(stored.coverage.wkb).hexdigest(),
    }
    return sha256_of(stated)


def _statement(rule: Rule, pack: RulePack, as_of: date) -> RuleStatement:
    """Return the plain values that decide, as texts; words and clauses decide nothing."""
    told = {"title_zh": rule.title.zh, "title_en": rule.title.en, "measure": rule.measure}
    told |= {"layer": rule.layer, "fact": rule.fact}
    value = rule.in_force(as_of)
    if value is None:
        return told | {"in_force": "no"}
    plain = {row.name: getattr(value, row.name) for row in fields(value)}
    told |= {"in_force": "yes"} | {name: _text(cell) for name, cell in plain.items() if _is_plain(cell)}
    told |= {f"outcomes.{category}": str(row.outcome) for category, row in value.outcomes.items()}
    setting = pack.settings.get(value.setting)
    return told if setting is None else told | {"setting_value": _text(setting.value)}


def _is_plain(cell: Any) -> bool:
    return cell is None or isinstance(cell, str | int | float | date)


def _text(cell: Any) -> str:
    return repr(cell) if isinstance(cell, float) else str(cell)
