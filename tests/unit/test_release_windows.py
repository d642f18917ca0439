"""On which days a release may be used, by its legal state, and what is said on all others."""

from __future__ import annotations

from datetime import date

import pytest

from landgis.domain.layer import Coverage, LegalState, Release

NOTICE = Release("l", "n", "红线", feature_count=1, legal_state=LegalState.PUBLIC_NOTICE,
                 issued_on=date(2026, 5, 1), expires_on=date(2026, 5, 31))  # fmt: skip
PENDING = Release("l", "n", "红线", feature_count=1, legal_state=LegalState.APPROVED_PENDING,
                  approved_on=date(2026, 5, 1), in_force_from=date(2026, 7, 1))  # fmt: skip
IN_FORCE = Release("l", "n", "红线", feature_count=1, approved_on=date(2026, 5, 1), in_force_from=date(2026, 7, 1))


@pytest.mark.parametrize(
    ("release", "day", "state", "said"),
    [
        (NOTICE, date(2026, 4, 30), Coverage.ABSENT, "2026-05-01 开始公示"),
        (NOTICE, date(2026, 5, 1), Coverage.COMPLETE, ""),
        (NOTICE, date(2026, 5, 31), Coverage.COMPLETE, ""),
        (NOTICE, date(2026, 6, 1), Coverage.STALE, "公示已于 2026-05-31 结束"),
        (PENDING, date(2026, 4, 30), Coverage.ABSENT, "2026-05-01 批准"),
        (PENDING, date(2026, 6, 30), Coverage.COMPLETE, ""),
        (PENDING, date(2026, 7, 1), Coverage.STALE, "自 2026-07-01 起应作为生效版本发布"),
        (IN_FORCE, date(2026, 6, 30), Coverage.ABSENT, "2026-07-01 起生效"),
        (IN_FORCE, date(2026, 7, 1), Coverage.COMPLETE, ""),
    ],
)
def test_the_days_of_a_legal_state(release: Release, day: date, state: Coverage, said: str) -> None:
    assert release.state_on(day) is state
    zh, en = release.why_unusable(day)
    assert said in zh
    assert bool(zh) == bool(en) == (state is not Coverage.COMPLETE)
