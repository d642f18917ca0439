"""The real-geometry pack through the overlay command: all 6,512 parcels against four layers, to the table's rounding."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from pyproj import CRS

from landgis.services.checking.measure_files import Source, measure_files

REAL = Path(__file__).resolve().parents[2] / "data" / "real"
LAYERS = {"czkfbj": None, "stbhhx": None, "yjjbnt": "TBBH", "zjd": "ZJDBM"}


@pytest.mark.parametrize("name", LAYERS)
def test_the_expected_overlaps_are_reproduced(name: str, tmp_path: Path) -> None:
    expected = pd.read_csv(REAL / "expected_overlaps.csv", dtype={"DKBM": "str"}).set_index("DKBM")
    gpkg = REAL / "landgis_real.gpkg"
    measure_files(
        Source(gpkg, "dk_standin", "DKBM"), Source(gpkg, f"{name}_standin", LAYERS[name]), CRS.from_epsg(4528), tmp_path
    )
    measured = pd.read_csv(tmp_path / "parcels.csv", dtype={"parcel_id": "str"}).set_index("parcel_id")
    assert len(measured) == 6512
    wanted = expected.loc[measured.index, f"{name}_m2"]
    assert (measured["union_m2"] - wanted).abs().max() < 0.0006
    assert ((measured["union_m2"] > 0.001) == (wanted > 0.001)).all()
    pairs = pd.read_csv(tmp_path / "pairs.csv", dtype={"parcel_id": "str"})
    sums = pairs.groupby("parcel_id")["area_m2"].sum().reindex(measured.index, fill_value=0.0)
    assert (sums >= measured["union_m2"] - 1e-5).all()
