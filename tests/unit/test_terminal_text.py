"""Text for a terminal: Chinese breaks anywhere but before its punctuation, and nothing in it moves the cursor."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from landgis.cli.show import printable
from landgis.cli.wrapping import wrapped

MIXED = st.text(st.sampled_from("泖港镇集体建设用地，。（）aZ 09.-–°%𠮷"), max_size=120)


@settings(deadline=None)
@given(MIXED, st.integers(8, 80))
def test_no_line_is_too_wide_and_nothing_is_lost(text: str, width: int) -> None:
    lines = wrapped(text, width)
    assert lines
    assert max(cell_len(line) for line in lines) <= width
    assert "".join("".join(lines).split()) == "".join(text.split())


def test_punctuation_never_begins_a_line() -> None:
    lines = wrapped("东坐标八位，前两位是带号；落在松江区，核实后再加。", 12)
    assert len(lines) > 3
    assert not any(line.startswith(("，", "；", "。")) for line in lines)


def test_english_breaks_at_blanks() -> None:
    assert wrapped("make sure of it, then add it", 12) == ["make sure of", "it, then add", "it"]


def test_controls_are_shown_as_lost_and_line_ends_kept() -> None:
    assert printable("a\x1b[2J\u202e\u200bb\n\u3000中𠮷") == "a\ufffd[2J\ufffd\ufffdb\n\u3000中𠮷"
