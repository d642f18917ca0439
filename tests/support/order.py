"""The order of test files: the longest first, so that no worker is left with one when the others are done."""

from __future__ import annotations

from pathlib import Path

import pytest

LONGEST = (
    "postgis/test_cli_inventory.py",
    "postgis/test_decisions.py",
    "postgis/test_cli_atlas.py",
    "postgis/test_verify_run.py",
    "unit/test_cli_check.py",
    "postgis/test_flips.py",
    "postgis/test_backup.py",
    "unit/test_doubts.py",
    "postgis/test_totals_agree.py",
    "unit/test_bad_inputs.py",
    "unit/test_check_by_district.py",
    "postgis/test_migrations_on_data.py",
    "unit/test_sample.py",
    "unit/test_atlas.py",
    "postgis/test_backtest.py",
    "unit/test_explain.py",
    "web/test_open_clients.py",
    "unit/test_reading_confined.py",
    "postgis/test_screen_command.py",
    "unit/test_planted.py",
    "unit/test_preflight.py",
    "postgis/test_screen_changed.py",
    "unit/test_exchange_folder.py",
    "postgis/test_verify_command.py",
    "unit/test_sheet_checking.py",
    "unit/test_rule_properties.py",
    "postgis/test_main_job.py",
    "postgis/test_pool_effect.py",
)
"""By measured time; a name that is wrong or missing costs nothing but time."""
_TESTS = Path(__file__).parents[1]


def longest_first(items: list[pytest.Item]) -> None:
    """Sort tests by file; within one, and among files that are not listed, the order stays."""
    place = {_TESTS / name: number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.path, len(place)))
