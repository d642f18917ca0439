"""Holding what happened against the table."""

from __future__ import annotations

import re
from pathlib import Path

from landgis.domain.issue import Severity, shown
from landgis.errors import LandgisError, NeedsAnswer
from tests.badinput.case import CANARY, Delivery, Expected
from tests.badinput.doors import Met

_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_LATIN = re.compile(r"[A-Za-z]{2,}")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
LONGEST = 4_000
"""A message is for reading."""


def faults(expected: Expected, delivery: Delivery, met: Met, private: Path) -> list[str]:
    """Everything in which a case differs from the table; empty where nothing does."""
    found = [*_outcome_faults(expected, met), *_message_faults(delivery, met, private)]
    if met.error is None:
        found += _content_faults(expected, delivery, met)
    return found


def _outcome_faults(expected: Expected, met: Met) -> list[str]:
    said = _told(met)
    if not expected.is_bad:
        return _sound_faults(expected, met)
    if met.outcome not in expected.outcomes:
        return [f"expected {'|'.join(expected.outcomes)}, got {met.outcome} {sorted(met.codes)}: {said[:300]}"]
    found = []
    if met.outcome == "issue" and expected.is_bad:
        missing = ["|".join(group) for group in expected.codes if not met.codes & set(group)]
        found += [f"no issue {' '.join(missing)}; got {sorted(met.codes)}"] if missing else []
    elif met.error is not None and not met.codes & {code for group in expected.codes for code in group}:
        found.append(f"expected code {expected.codes}, got {met.error.code}: {said[:300]}")
    found += [f"does not say “{text}”: {said[:300]}" for text in expected.says if text not in said]
    return found


def _sound_faults(expected: Expected, met: Met) -> list[str]:
    """A sound file comes in, with exactly the remarks, the CRS and the encoding that the table states."""
    if met.error is not None:
        return [f"expected sound, got {met.error.code}: {_told(met)[:300]}"]
    fatal = [issue.code for issue in met.issues if issue.severity is Severity.FATAL]
    found = [f"fatal issues {fatal}"] if fatal else []
    codes = {code for group in expected.codes for code in group}
    stated = (codes, expected.crs, expected.encoding)
    if (met.codes, met.crs, met.encoding) != stated:
        found.append(f"expected {stated}, got {(met.codes, met.crs, met.encoding)}")
    return found


def _told(met: Met) -> str:
    """All Chinese that was said."""
    if met.error is None:
        return " ".join(f"{issue.where} {issue.message_zh}" for issue in met.issues)
    error = met.error
    asked = ""
    if isinstance(error, NeedsAnswer):
        for question in error.questions:
            asked += question.asks_zh + "".join(f" {one.value} {one.evidence_zh}" for one in question.candidates)
    return f"{error.zh} {error.where} {error.next_zh} {asked}"


def _message_faults(delivery: Delivery, met: Met, private: Path) -> list[str]:
    stem = shown(Path(delivery.path).name.split(".")[0], 20).removesuffix("…")
    if met.error is not None:
        return _error_faults(met.error, stem, delivery, private)
    found = []
    for issue in met.issues:
        where = f"issue {issue.code}"
        found += _text_faults(where, issue.message_zh, issue.message_en, delivery, private, issue.where)
        if stem not in issue.where:
            found.append(f"{where} does not name the file: {issue.where!r}")
    return found


def _error_faults(error: LandgisError, stem: str, delivery: Delivery, private: Path) -> list[str]:
    found = _text_faults(f"error {error.code}", error.zh, error.en, delivery, private, error.where)
    found += _text_faults(f"remedy of {error.code}", error.next_zh, error.next_en, delivery, private, "")
    if stem not in error.where and not (stem in error.zh and stem in error.en):
        found.append(f"error {error.code} does not name the file: {error.where!r} {error.en!r}")
    if isinstance(error, NeedsAnswer):
        found += [] if error.questions else [f"{error.code} asks nothing"]
        for question in error.questions:
            found += _text_faults(
                f"question {question.code}", question.asks_zh, question.asks_en, delivery, private, ""
            )
            found += [] if question.option.startswith("--") else ["the question names no option"]
            for one in question.candidates:
                said = (one.evidence_zh, one.evidence_en, delivery, private, "")
                found += _text_faults(f"candidate {one.value}", *said)
    return found


def _text_faults(what: str, zh: str, en: str, delivery: Delivery, private: Path, where: str) -> list[str]:
    found = []
    together = f"{zh}\n{en}\n{where}"
    if not _CHINESE.search(zh):
        found.append(f"{what}: no Chinese: {zh!r}")
    if not _LATIN.search(en):
        found.append(f"{what}: no English: {en!r}")
    if len(zh) > LONGEST or len(en) > LONGEST or len(where) > LONGEST:
        found.append(f"{what}: {max(len(zh), len(en), len(where))} characters long")
    if _CONTROL.search(together):
        found.append(f"{what}: control characters: {together[:200]!r}")
    if str(private) in together:
        found.append(f"{what}: names a private folder: {together[:300]}")
    shown = [text for text in (CANARY, *delivery.hidden) if text in together]
    return found + [f"{what}: shows {text}" for text in shown]


def _content_faults(expected: Expected, delivery: Delivery, met: Met) -> list[str]:
    found = []
    if expected.rows is not None and met.rows != expected.rows:
        found.append(f"{met.rows} rows measured, expected {expected.rows}; {sorted(met.codes)}")
    if met.table is None:
        return found
    text = met.table.drop(columns=met.table.geometry.name).to_json(force_ascii=False) if met.rows else ""
    text = text.encode("utf-8", "backslashreplace").decode("utf-8")
    if CANARY in text:
        found.append("content of the secret file came in")
    found += [f"text {wanted!r} did not come in as delivered" for wanted in delivery.texts if wanted not in text]
    if met.rows and not met.table.geometry.is_valid.all():
        found.append("invalid geometry came through")
    return found
