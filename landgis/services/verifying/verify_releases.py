"""Whether the releases that a run measured are still there, and still what they were."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence

from landgis.db.connect import Database
from landgis.db.layers import LayerStore, StoredRelease
from landgis.db.originals import Originals
from landgis.db.run_inputs import features_hash, kept_hashes
from landgis.db.runs import StoredRun
from landgis.errors import FileMissing, NotFound
from landgis.services.runs.verdict_record import statement_hash
from landgis.services.verifying.verification import Check, Checked, Difference, Words


def stored_releases(database: Database, stored: StoredRun) -> tuple[dict[str, StoredRelease], list[Words]]:
    """Return the releases that a run stood on, by layer, and of those that are gone that they are."""
    store, found, gone = LayerStore(database), {}, []
    for layer, name in stored.head.meta.releases.items():
        if name == "":
            continue
        try:
            found[layer] = store.get(layer, name)
        except NotFound as error:
            gone.append((error.zh, error.en))
    return found, gone


def rasters_read(stored: StoredRun) -> set[str]:
    """Return the rasters that a run read: one whose file was not at hand counted as absent."""
    return set(stored.measured.cells["layer"])


def changed_releases(
    database: Database,
    stored: StoredRun,
    releases: Mapping[str, StoredRelease],
    gone: Sequence[Words],
    originals: Originals | None,
) -> tuple[Check, list[Words]]:
    """Say which releases are not what the run measured, and of those that cannot be measured again, why."""
    differences: list[Difference] = []
    missing = list(gone)
    kept = kept_hashes(database, {layer: row.release.name for layer, row in releases.items()})
    inputs, rasters = stored.head.meta.inputs, rasters_read(stored)
    for layer, row in releases.items():
        now = features_hash(database, layer, row.release.name)
        if now.count == 0 < row.release.feature_count:
            missing.append(
                (
                    f"图层版本 {row.release.key} 的要素已不在库内",
                    f"The features of release {row.release.key} are no longer in the database",
                )
            )
            continue
        then = inputs.releases.get(layer) if inputs else None
        noted = {kept[layer].sha256} if layer in kept else set()
        noted |= {then.features} if then else set()
        differences += _unlike(row, "release_features_differ", ("要素", "features"), noted, now.sha256)
        if then is not None:
            told = (
                "登记内容（文号、日期、状态或覆盖范围等）",
                "registered particulars (document, dates, state, coverage …)",
            )
            differences += _unlike(row, "release_statement_differs", told, {then.statement}, statement_hash(row))
            told = ("原件指纹", "content hash")
            differences += _unlike(row, "release_content_differs", told, {then.content}, row.release.content_hash)
        if layer in rasters:
            differences += _original(row, originals, missing)
    return Check.of(Checked.RELEASES, differences, missing=missing), missing


def _unlike(row: StoredRelease, code: str, what: Words, noted: set[str], found: str) -> Iterator[Difference]:
    if noted and noted != {found}:
        yield Difference(
            code, f"图层版本 {row.release.key} 的{what[0]}与登记的指纹不符",
            f"The {what[1]} of release {row.release.key} are not what was noted of them", layer=row.release.layer,
            stored=" ".join(sorted(noted)), found=found,
        )  # fmt: skip


def _original(row: StoredRelease, originals: Originals | None, missing: list[Words]) -> Sequence[Difference]:
    """Compare the file of a raster with its hash; where there is none, say so in ``missing``."""
    release = row.release
    try:
        if originals is None:
            raise FileMissing(f"{release.key} 的原件不在手边", f"The original of {release.key} is not at hand")
        with originals.path_of(release.content_hash).open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except FileMissing as error:
        missing.append((error.zh, error.en))
        return []
    return list(_unlike(row, "original_differs", ("原件", "bytes of the original"), {release.content_hash}, found))
