"""A bounded slice of the mutants of the rules and of the packs; ``scripts/mutate_*.py`` without arguments try all."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.deep
ROOT = Path(__file__).parents[2]
COUNT = 60


@pytest.mark.parametrize("script", ["mutate_code.py", "mutate_packs.py"])
def test_most_mutants_are_noticed(script: str) -> None:
    """At least 85 % of a slice drawn from all, the same one every time; the script ends with 1 below that."""
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / script, "--count", str(COUNT)], capture_output=True, text=True, check=False
    )
    assert f"mutants {COUNT}," in done.stdout, done.stderr
    assert done.returncode == 0, done.stdout
