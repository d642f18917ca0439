"""Evidence in blocks of parcels, so that judging a district takes no more memory than judging a town."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from landgis.rules.judging.weighing import Places
from landgis.rules.measures import Evidence

_FRAMES = ("areas", "overlaps", "coverage", "cells")
_FEW = ("layer", "class", "state", "release", "measure")
"""Columns of few different texts."""


def in_blocks(evidence: Evidence, at_once: int) -> Iterator[Evidence]:
    """Cut evidence by parcels, in the order of its facts; rows of a parcel keep their order.

    In a block a parcel is called by its place there, 0, 1, …, in every table: numbers are found faster than texts. The
    column ``parcel_id`` of the facts keeps its number.

    Parameters
    ----------
    evidence
        Parcels are unique in its facts; rows of other parcels are left out.
    at_once
        The most parcels in a block; there is always one block.
    """
    parcels = evidence.facts.index
    cuts = [_Cut.of(getattr(evidence, name), parcels, at_once) for name in _FRAMES]
    for number, start in enumerate(range(0, max(len(parcels), 1), at_once)):
        facts = _plain(evidence.facts.iloc[start : start + at_once])
        areas, overlaps, coverage, cells = (cut.block(number) for cut in cuts)
        facts = facts.set_axis(pd.RangeIndex(len(facts)))
        yield replace(evidence, facts=facts, areas=areas, overlaps=overlaps, coverage=coverage, cells=cells)


@dataclass(frozen=True)
class _Cut:
    """A table, its rows by block, and the place of every row's parcel in its block."""

    table: pd.DataFrame
    rows: list[Places]
    place: Places

    @classmethod
    def of(cls, frame: pd.DataFrame, parcels: pd.Index, at_once: int) -> _Cut:
        """Look once where the parcels of all rows stand."""
        place = _places(frame["parcel_id"], parcels)
        known = np.flatnonzero(place >= 0)
        block = place[known] // at_once
        order = np.argsort(block, kind="stable")
        ends = np.searchsorted(block[order], range(1, -(-len(parcels) // at_once)))
        return cls(_compared(frame.drop(columns="parcel_id")), np.split(known[order], ends), place % at_once)

    def block(self, number: int) -> pd.DataFrame:
        """Return the rows of a block."""
        rows = self.rows[number]
        return self.table.iloc[rows].assign(parcel_id=self.place[rows])


def _places(ids: pd.Series, parcels: pd.Index) -> Places:
    """Return where ids stand among the parcels, -1 for others; Arrow hashes millions of texts fast."""
    texts, known = (pa.array(each, type=pa.large_string()) for each in (ids, parcels))
    place: Places = pc.index_in(texts, value_set=known).fill_null(-1).to_numpy().astype(np.intp)
    return place


def _plain(facts: pd.DataFrame) -> pd.DataFrame:
    """Return facts whose texts are objects: many rules read one, and Arrow would write it out for each."""
    columns = {
        name: column.to_numpy(dtype=object) if isinstance(column.dtype, pd.StringDtype) else column.array
        for name, column in facts.items()
    }
    return pd.DataFrame(columns, index=facts.index)


def _compared(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table whose few texts are categories: so they are compared, and cut, fast."""
    columns = {}
    for name in [each for each in _FEW if each in frame.columns]:
        code, texts = pd.factorize(frame[name])
        columns[name] = pd.Series(pd.Categorical.from_codes(code, pd.Index(texts)), frame.index)
    return frame.assign(**columns)
