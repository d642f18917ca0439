"""What a page of the handbook is made of."""

from __future__ import annotations

from dataclasses import dataclass

Words = tuple[str, str]
"""Chinese, English."""


@dataclass(frozen=True)
class Step:
    """One thing to do.

    Attributes
    ----------
    title
        What it is, in a few words.
    text
        What to do and what the system answers, a paragraph each.
    picture
        Name of its picture, without the ending; '' where there is none.
    shows
        What the picture shows, for who does not see it.
    wrong
        What can go wrong, and what helps.
    commands
        The same on the command line.
    """

    title: Words
    text: tuple[Words, ...]
    picture: str = ""
    shows: Words = ("", "")
    wrong: tuple[tuple[Words, Words], ...] = ()
    commands: tuple[str, ...] = ()


@dataclass(frozen=True)
class Chapter:
    """One page: a job from its beginning to its end.

    Attributes
    ----------
    key
        Its place in the address.
    title, lead
        What the job is; what it is for and who does it.
    rooms
        Paths of the rooms whose head leads to this page.
    steps
        In the order of the work.
    """

    key: str
    title: Words
    lead: Words
    rooms: tuple[str, ...]
    steps: tuple[Step, ...]
