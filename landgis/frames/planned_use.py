"""Planned uses of parcels in one scheme, so that codes of two editions are never counted together."""

from __future__ import annotations

import pandas as pd

from landgis.domain.guide_2020 import in_guide_2023
from landgis.domain.land_use import Scheme


def planned_use_codes(parcels: pd.DataFrame) -> pd.Series:
    """Return the planned-use codes of parcels as codes of the guide of 2023.

    Codes of 2020 become what they certainly are in 2023; where that is not certain the code is missing. Codes of 2023
    stay as delivered.

    Parameters
    ----------
    parcels
        With the columns ``planned_use_code`` and ``planned_use_scheme``.

    Returns
    -------
    pandas.Series
        Text, with the index of ``parcels``.
    """
    codes, old = parcels["planned_use_code"], parcels["planned_use_scheme"] == Scheme.GUIDE_2020
    old = old.fillna(False).astype(bool) & codes.notna()
    translated = [in_guide_2023(str(code), Scheme.GUIDE_2020) for code in codes[old]]
    return codes.mask(old).fillna(pd.Series(translated, index=codes.index[old], dtype=codes.dtype))
