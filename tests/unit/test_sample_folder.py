"""A large sample on disk: read back by the doors that deliveries come in through, and judged by the engine."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from landgis.domain.layer import SUBSTITUTE_ZH, CoverageBasis
from landgis.domain.outcome import Scope
from landgis.exchange.catalogue import load_catalogue
from landgis.rules.reading.load import load_pack
from landgis.sample.country import TOWN_SIZE
from landgis.screening.judge import judge
from landgis.screening.measure import measure
from landgis.services.checking.check import candidates_from_file, layers_from_folder
from landgis.services.sample.build_country import build_country
from tests.support.command import landgis

LAYERS = Path(__file__).resolve().parents[2] / "layers"
HAMLET = replace(
    TOWN_SIZE, columns=2, rows=2, parcels=1_600, farmland=16_000, homesteads=2_400, red_lines=2, boundaries=1, copies=1
)
MEASURED = {"development_boundary", "permanent_basic_farmland", "ecological_redline", "homestead"}


@pytest.fixture(scope="module")
def hamlet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hamlet")
    build_country(HAMLET, 3, folder)
    return folder


def _planted(folder: Path) -> pd.DataFrame:
    return pd.read_csv(folder / "planted.csv", dtype={"parcel_id": str}, keep_default_na=False)


def _hashes(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_every_planted_answer_holds_in_the_engine(hamlet: Path) -> None:
    planted = _planted(hamlet)
    candidates = candidates_from_file(hamlet / "parcels.parquet")
    assert candidates.rejected == ()
    assert len(candidates.parcels) == HAMLET.parcels
    own = candidates.parcels[candidates.parcels["parcel_id"].isin(planted["parcel_id"])].reset_index(drop=True)
    pack = load_pack("songjiang")
    wanted = (*pack.layers(Scope.FULL), *pack.optional_layers(Scope.FULL))
    layers, _ = layers_from_folder(hamlet / "layers", load_catalogue(LAYERS), wanted=set(wanted))
    assert all(layer.release.substitute and layer.complete for layer in layers.values())
    assert {layer.release.coverage_basis for layer in layers.values()} == {CoverageBasis.DECLARED}
    wrong = []
    for day, cases in planted.groupby("as_of"):
        as_of = date.fromisoformat(str(day))
        measured = measure(own, layers, wanted, as_of)
        for scope, column in ((Scope.FULL, "expected_verdict"), (Scope.CONTROL_LINES, "expected_control_lines")):
            verdicts = judge(pack, own, measured, as_of, scope).verdicts.set_index("parcel_id")["verdict"]
            wrong += [
                (row["kind"], scope.value, row[column], verdicts[row["parcel_id"]])
                for row in cases.to_dict("records")
                if verdicts[row["parcel_id"]] != row[column]
            ]
    assert wrong == []


def test_the_folder_says_that_it_is_generated(hamlet: Path) -> None:
    files = [hamlet / "parcels.parquet", *(hamlet / "layers").glob("*.parquet")]
    assert len(files) == 17
    for file in files:
        schema = pq.read_schema(file)
        assert SUBSTITUTE_ZH in (schema.metadata or {})[b"landgis:substitute"].decode()
        geo = json.loads((schema.metadata or {})[b"geo"])
        assert geo["columns"]["geometry"]["crs"]["id"] == {"authority": "EPSG", "code": 4549}
    for text in ("README.md", "layers/layers.yaml"):
        assert SUBSTITUTE_ZH in (hamlet / text).read_text(encoding="utf-8")


def test_tiles_are_row_groups_so_that_a_reader_needs_one_at_a_time(hamlet: Path) -> None:
    farmland = pq.ParquetFile(hamlet / "layers" / "permanent_basic_farmland.parquet")
    groups = [farmland.metadata.row_group(at).num_rows for at in range(farmland.metadata.num_row_groups)]
    assert groups == [4_000] * 4


def test_the_known_answers_stand_in_the_parcels(hamlet: Path) -> None:
    planted = _planted(hamlet)
    ids = pq.read_table(hamlet / "parcels.parquet", columns=["DKBM"])["DKBM"].to_pylist()
    assert len(set(ids)) == len(ids)
    assert set(planted["parcel_id"]) <= set(ids)
    assert planted["kind"].nunique() >= 100
    assert set(planted["cause"]) == {"", "double_drawn", "projection_chord", "uniform_shift", "true_encroachment"}


def test_same_seed_same_bytes_and_a_part_is_a_part(hamlet: Path, tmp_path: Path) -> None:
    build_country(HAMLET, 3, tmp_path / "again")
    whole = _hashes(hamlet)
    assert _hashes(tmp_path / "again") == whole
    seen = []
    written = build_country(
        HAMLET, 3, tmp_path / "part", measured_only=True, progress=lambda done, of: seen.append((done, of))
    )
    part = _hashes(tmp_path / "part")
    assert set(written.features) == MEASURED
    assert {name: part[name] for name in part if name.endswith("parquet")} == {
        name: whole[name] for name in ["parcels.parquet", *(f"layers/{key}.parquet" for key in MEASURED)]
    }
    assert seen == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_the_command_names_the_sizes_and_refuses_others(tmp_path: Path) -> None:
    unknown = landgis("sample", "build", "--size", "county", "--out", tmp_path, "--json")
    assert unknown.returncode == 2
    assert "small, town, district" in json.loads(unknown.stdout)["error"]["next_en"]
    part = landgis("sample", "build", "--size", "small", "--measured-only", "--out", tmp_path)
    assert part.returncode == 2
    assert "--measured-only" in part.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_command_tells_what_it_wrote(tmp_path: Path) -> None:
    ran = landgis("sample", "build", "--size", "small", "--seed", 2, "--out", tmp_path / "small", "--json")
    assert ran.returncode == 0
    told = json.loads(ran.stdout)
    assert (told["size"], told["seed"], told["substitute"]) == ("small", 2, True)
    assert told["planted"] == len(_planted(tmp_path / "small"))
