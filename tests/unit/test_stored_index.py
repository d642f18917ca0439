"""Saved arrays: texts as long as they are, and no file whose content could lead the kernel astray."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from landgis.errors import InputError
from landgis.overlay import LayerIndex
from landgis.overlay.choice import COMPILED, VARIABLE
from landgis.overlay.texts import Texts
from landgis.screening.indexed import Labels
from tests.support.heaps import heap
from tests.support.stars import star

WORDS = ["甲", "", "a long one" * 9, "é", "乙丙"]
Ints = npt.NDArray[np.int64]


def far_off(numbers: Ints) -> Ints:
    return np.full_like(numbers, 10**12)


def below_zero(numbers: Ints) -> Ints:
    return np.full_like(numbers, -1)


def one_less(numbers: Ints) -> Ints:
    return numbers[:-1]


def one_wild(numbers: Ints) -> Ints:
    changed = numbers.copy()
    changed[len(changed) // 2] = 2**62
    return changed


def wrapping(numbers: Ints) -> Ints:
    """Numbers whose differences overflow to something that looks like steps upwards."""
    changed = numbers.copy()
    changed[len(changed) // 2 :] = np.iinfo(np.int64).min + np.arange(len(changed) - len(changed) // 2)
    return changed


def narrow(numbers: Ints) -> npt.NDArray[np.int32]:
    return numbers.astype(np.int32)


def rewrite(file: Path, array: npt.NDArray[np.generic]) -> None:
    """Replace an array and what the contents say of it: a folder that agrees with itself."""
    file.unlink()  # it may be a link to the good one
    np.save(file, array)
    contents = json.loads((file.parent / "index.json").read_text(encoding="utf-8"))
    contents["arrays"][file.stem] = [str(array.dtype), *array.shape]
    (file.parent / "index.json").unlink()
    (file.parent / "index.json").write_text(json.dumps(contents), encoding="utf-8")


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index with holes, parts, long rings, overlaps and who shares them (the compiled kernel's), ids and classes."""
    rng = np.random.default_rng(6)
    holed = shapely.Polygon(
        shapely.box(0, 0, 30, 30).exterior.coords, [shapely.box(10, 10, 20, 20).exterior.coords]
    )  # fmt: skip
    parts = shapely.MultiPolygon([shapely.box(0, 0, 9, 9), shapely.box(20, 0, 29, 9)])
    shapes = [*heap(rng, 300, 0.002), star(rng, 3_000, 200, (615_100.0, 3_424_100.0)), holed, parts]
    folder = tmp_path_factory.mktemp("saved") / "farmland"
    kinds = [WORDS[number % 5] for number in range(len(shapes))]
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv(VARIABLE, COMPILED)
        LayerIndex.build(shapes, [f"图斑{number:03d}" for number in range(len(shapes))], kinds).save(folder)
    return folder


WHOLE = (
    "rings_start", "rings_ring_of", "rings_block", "rings_group", "part_of", "exterior_of", "tree_level", "tree_rank",
    "tree_row_of", "sharers_first", "sharers_other", "class_of", "feature_ids_start", "class_names_start",
)  # fmt: skip


@pytest.mark.parametrize("name", WHOLE)
@pytest.mark.parametrize("harm", [far_off, below_zero, one_less, one_wild, wrapping, narrow])
def test_numbers_that_lead_nowhere_are_refused(
    saved: Path, tmp_path: Path, name: str, harm: Callable[[Ints], Ints]
) -> None:
    folder = tmp_path / "farmland"
    folder.mkdir()
    for file in saved.iterdir():
        os.link(file, folder / file.name)
    rewrite(folder / f"{name}.npy", harm(np.load(saved / f"{name}.npy")))
    with pytest.raises(InputError, match="farmland"):
        LayerIndex.load(folder)


def test_two_features_in_one_place_are_refused(saved: Path, tmp_path: Path) -> None:
    for name in ("tree_rank", "tree_row_of"):
        folder = tmp_path / name
        LayerIndex.load(saved).save(folder)
        numbers = np.load(folder / f"{name}.npy")
        numbers[0] = numbers[1]
        rewrite(folder / f"{name}.npy", numbers)
        with pytest.raises(InputError, match=name):
            LayerIndex.load(folder)


def test_what_was_opened_can_be_saved_again(saved: Path, tmp_path: Path) -> None:
    LayerIndex.load(saved).save(tmp_path / "again")
    assert {file.name: file.read_bytes() for file in saved.iterdir()} == {
        file.name: file.read_bytes() for file in (tmp_path / "again").iterdir()
    }


def test_an_empty_file_is_damage_and_a_refusal_of_the_system_is_not(saved: Path, tmp_path: Path) -> None:
    folder = tmp_path / "farmland"
    LayerIndex.load(saved).save(folder)
    (folder / "class_of.npy").write_bytes(b"")
    with pytest.raises(InputError, match="farmland"):
        LayerIndex.load(folder)
    (folder / "class_of.npy").unlink()
    (folder / "class_of.npy").mkdir()
    with pytest.raises(IsADirectoryError):
        LayerIndex.load(folder)


def test_checking_a_large_index_takes_milliseconds(tmp_path: Path) -> None:
    x, y = np.meshgrid(np.arange(300.0), np.arange(300.0))
    shapes = shapely.box(x.ravel(), y.ravel(), x.ravel() + 1, y.ravel() + 1)
    LayerIndex.build(shapes, threads=1).save(tmp_path / "cells")
    took = []
    for _ in range(5):
        began = time.perf_counter()
        assert len(LayerIndex.load(tmp_path / "cells").feature_ids) == 90_000
        took.append(time.perf_counter() - began)
    assert min(took) < 0.25


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]))))
def test_texts_come_back_letter_for_letter(words: list[str]) -> None:
    texts = Texts.of(words)
    assert len(texts) == len(words)
    assert texts[np.arange(len(words))].tolist() == words
    assert [texts[number] for number in range(len(words))] == words
    assert texts[np.arange(len(words))[::-1]].tolist() == words[::-1]


def test_one_long_text_makes_no_other_longer(tmp_path: Path) -> None:
    words = [f"{number:05d}" for number in range(20_000)]
    words[3] = "备" * 4_000
    labels = Labels.of(pd.Series(words, dtype="str"), np.arange(len(words)))
    assert labels.texts.utf8.nbytes + labels.texts.start.nbytes < 300_000
    assert labels.at(np.array([3, 4, 19_999])).tolist() == [words[3], words[4], words[-1]]
    shapes = shapely.box(np.arange(20_000.0), 0, np.arange(20_000.0) + 1, 1)
    LayerIndex.build(shapes, words, words).save(tmp_path / "index")
    opened = LayerIndex.load(tmp_path / "index")
    assert sum(file.stat().st_size for file in tmp_path.glob("index/feature_ids*")) < 300_000
    hit = opened.measure([shapely.box(2.5, 0, 3.5, 1)])
    assert hit.pairs.feature.tolist() == sorted([words[2], words[3]])
    assert hit.by_class.class_.tolist() == sorted([words[2], words[3]])


def test_texts_stay_on_the_disk(saved: Path) -> None:
    ids = LayerIndex.load(saved).feature_ids
    assert isinstance(ids, Texts)
    assert isinstance(ids.utf8.base, np.memmap)
    assert ids[np.array([0, 332])].tolist() == ["图斑000", "图斑332"]
