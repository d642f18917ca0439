from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from landgis.db.originals import Originals
from landgis.errors import FileMissing


def test_an_original_is_kept_byte_for_byte_under_its_hash(tmp_path: Path) -> None:
    delivered, content = tmp_path / "松江区 图斑.zip", bytes(range(256)) * 9000
    delivered.write_bytes(content)
    originals = Originals(tmp_path / "home")
    kept = originals.keep(delivered)
    assert kept.content_hash == hashlib.sha256(content).hexdigest()
    assert (kept.name, kept.byte_size) == ("松江区 图斑.zip", len(content))
    assert originals.path_of(kept.content_hash).read_bytes() == content
    assert originals.keep(delivered) == kept
    assert [path.name for path in originals.folder.iterdir()] == [kept.content_hash]


def test_a_missing_file_leaves_nothing_behind(tmp_path: Path) -> None:
    originals = Originals(tmp_path)
    with pytest.raises(FileMissing):
        originals.keep(tmp_path / "none.zip")
    with pytest.raises(FileMissing):
        originals.path_of("0" * 64)
    assert list(tmp_path.iterdir()) == []
