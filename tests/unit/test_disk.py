from __future__ import annotations

import errno
import subprocess
import sys
from pathlib import Path

import pytest

from landgis.domain.disk import draft_folder, naming_full_disk, require_room
from landgis.errors import ContractBroken, DiskFull

_ABANDON = """
import os, signal, sys
from pathlib import Path
from landgis.domain.disk import draft_folder
with draft_folder(Path(sys.argv[1])) as folder:
    (folder / "half").write_text("")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_draft_goes_when_its_block_ends_however_it_ends(tmp_path: Path) -> None:
    with draft_folder(tmp_path / "new") as folder:
        (folder / "half").write_text("")
    with pytest.raises(ContractBroken), draft_folder(tmp_path / "new"):
        raise ContractBroken("坏", "bad")
    assert list((tmp_path / "new").iterdir()) == []


def test_what_a_killed_program_left_goes_with_the_next_draft_and_one_at_work_stays(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", _ABANDON, tmp_path], check=False)
    [left] = tmp_path.iterdir()
    with draft_folder(tmp_path) as one, draft_folder(tmp_path) as two:
        assert not left.exists()
        assert one.is_dir()
        assert two.is_dir()


def test_too_little_room_names_the_disk_before_anything_is_written(tmp_path: Path) -> None:
    require_room(tmp_path / "not" / "yet", 1)
    with pytest.raises(DiskFull) as raised:
        require_room(tmp_path / "not" / "yet", 1 << 60)
    mount = next(step for step in tmp_path.parents if step.is_mount())
    for said in (raised.value.zh, raised.value.en, raised.value.next_zh, raised.value.next_en):
        assert str(mount) in said
    assert not (tmp_path / "not").exists()


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_named_by_whatever_the_system_calls_it(tmp_path: Path, number: int) -> None:
    with pytest.raises(DiskFull), naming_full_disk(tmp_path):
        raise OSError(number, "…")


def test_other_errors_stay_what_they_are(tmp_path: Path) -> None:
    with pytest.raises(PermissionError), naming_full_disk(tmp_path):
        raise PermissionError(errno.EACCES, "…")
    with pytest.raises(ContractBroken), naming_full_disk(tmp_path):
        raise ContractBroken("坏", "bad")
