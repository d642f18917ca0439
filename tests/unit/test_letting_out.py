"""Whether something may leave: over all roles, marks, receivers and kinds, what is unknown never does."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from landgis.access.letting_out import Hindrance, hindrances
from landgis.access.roles import Action, Role, may
from landgis.domain.layer import Secrecy
from landgis.domain.leaving import ExportKind, Leaving, above, full_element, mark_of_ours, strictest
from landgis.domain.profile import Personal

INTERNAL = Leaving(
    ExportKind.PACKAGE, "songjiang", "报市局", {"a": 1}, secrecy=Secrecy.INTERNAL, receiver=Secrecy.INTERNAL, continuous_m2=0.0,
)  # fmt: skip
PUBLIC = replace(INTERNAL, secrecy=Secrecy.PUBLIC, receiver=Secrecy.PUBLIC)
STAFF = (Role.DISTRICT_PLANNER, Role.DISTRICT_REVIEWER)
LEAVINGS = st.builds(
    Leaving,
    st.sampled_from(ExportKind),
    st.just("songjiang"),
    st.sampled_from(["", "  ", "报市局"]),
    st.just({"a": 1}),
    secrecy=st.sampled_from(Secrecy),
    receiver=st.sampled_from(Secrecy),
    personal=st.sampled_from(Personal),
    continuous_m2=st.none() | st.floats(min_value=0, max_value=60e6) | st.just(float("nan")),
    since=st.sampled_from(["", "E-000001"]),
)


@given(st.sampled_from(Role), LEAVINGS, st.booleans())
def test_whatever_leaves_is_known_in_every_respect(role: Role, leaving: Leaving, published: bool) -> None:
    if hindrances(role, leaving, published=published):
        return
    assert leaving.why.strip()
    assert may(role, Action.EXPORT)
    assert leaving.continuous_m2 is not None
    assert 0 <= leaving.continuous_m2 <= 25e6
    assert leaving.secrecy is Secrecy.PUBLIC or leaving.receiver is not Secrecy.PUBLIC
    assert leaving.secrecy is Secrecy.PUBLIC or role in STAFF
    assert leaving.personal is not Personal.KEEP or (role in STAFF and leaving.receiver is not Secrecy.PUBLIC)
    assert (leaving.kind is ExportKind.DELTA) == bool(leaving.since)
    if role is Role.PLATFORM:
        assert published
        assert leaving.kind in (ExportKind.PACKAGE, ExportKind.DELTA)


@given(st.sampled_from(Role), LEAVINGS, st.booleans())
def test_a_stricter_mark_a_lesser_receiver_or_more_ground_never_lets_more_out(
    role: Role, leaving: Leaving, published: bool
) -> None:
    before = set(hindrances(role, leaving, published=published))
    for stricter in (
        replace(leaving, secrecy=Secrecy.UNSTATED),
        replace(leaving, receiver=Secrecy.PUBLIC),
        replace(leaving, continuous_m2=None),
        replace(leaving, why=""),
        replace(leaving, personal=Personal.KEEP),
    ):
        after = set(hindrances(role, stricter, published=published))
        gone = before - after
        assert gone <= {Hindrance.CONTINUOUS}  # what is not measured is told as that
        assert not before or after


def test_staff_let_out_what_is_internal_and_what_is_public() -> None:
    for role in STAFF:
        for leaving in (INTERNAL, PUBLIC, replace(INTERNAL, secrecy=Secrecy.UNSTATED)):
            assert hindrances(role, leaving, published=False) == ()
        for kind in set(ExportKind) - {ExportKind.DELTA}:
            assert hindrances(role, replace(INTERNAL, kind=kind), published=False) == ()


@pytest.mark.parametrize(
    ("role", "leaving", "published", "found"),
    [
        (Role.DISTRICT_PLANNER, replace(PUBLIC, why=" "), True, Hindrance.NO_REASON),
        (Role.LEADER, PUBLIC, True, Hindrance.ROLE),
        (Role.AUDIT_ADMIN, PUBLIC, True, Hindrance.ROLE),
        (Role.PLATFORM, replace(PUBLIC, secrecy=Secrecy.INTERNAL, receiver=Secrecy.INTERNAL), True, Hindrance.INTERNAL),
        (Role.PLATFORM, replace(PUBLIC, kind=ExportKind.LAYER), True, Hindrance.PLATFORM_KIND),
        (Role.PLATFORM, PUBLIC, False, Hindrance.NOT_PUBLISHED),
        (Role.DISTRICT_REVIEWER, replace(INTERNAL, receiver=Secrecy.PUBLIC), True, Hindrance.MARK_ABOVE),
        (Role.DISTRICT_REVIEWER, replace(PUBLIC, secrecy=Secrecy.UNSTATED), True, Hindrance.MARK_ABOVE),
        (Role.DISTRICT_PLANNER, replace(PUBLIC, personal=Personal.KEEP), True, Hindrance.PERSONAL_OPEN),
        (Role.DISTRICT_PLANNER, replace(PUBLIC, continuous_m2=None), True, Hindrance.NOT_MEASURED),
        (Role.DISTRICT_PLANNER, replace(PUBLIC, continuous_m2=float("nan")), True, Hindrance.NOT_MEASURED),
        (Role.DISTRICT_PLANNER, replace(PUBLIC, continuous_m2=25e6 + 1), True, Hindrance.CONTINUOUS),
        (Role.DISTRICT_PLANNER, replace(PUBLIC, kind=ExportKind.DELTA), True, Hindrance.NO_BASE),
        (Role.DISTRICT_PLANNER, replace(PUBLIC, since="E-000001"), True, Hindrance.NO_BASE),
    ],
)
def test_each_hindrance_stands_alone(role: Role, leaving: Leaving, published: bool, found: Hindrance) -> None:
    assert hindrances(role, leaving, published=published) == (found,)
    assert found.of_person == (
        found in (Hindrance.ROLE, Hindrance.INTERNAL, Hindrance.PLATFORM_KIND, Hindrance.NOT_PUBLISHED)
    )


def test_a_leaving_of_which_nobody_says_more_does_not_leave() -> None:
    bare = Leaving(ExportKind.PACKAGE, "songjiang", "报市局", {"a": 1})
    assert set(hindrances(Role.DISTRICT_PLANNER, bare, published=True)) == {
        Hindrance.MARK_ABOVE,
        Hindrance.NOT_MEASURED,
    }


@given(st.lists(st.sampled_from(Secrecy)))
def test_the_whole_is_never_more_open_than_a_part(marks: list[Secrecy]) -> None:
    whole = strictest(marks)
    assert not any(above(mark, whole) for mark in marks)
    assert (whole is Secrecy.PUBLIC) == (set(marks) == {Secrecy.PUBLIC})


def test_what_the_system_made_is_public_only_once_published() -> None:
    assert mark_of_ours(True) is Secrecy.PUBLIC
    assert mark_of_ours(False) is Secrecy.INTERNAL


def test_only_zones_and_small_scales_are_no_full_elements() -> None:
    assert full_element("survey_land_use")
    assert full_element("survey_land_use", 2000)
    assert full_element("a_layer_that_nobody_knows")
    assert not full_element("survey_land_use", 10_000)
    assert not full_element("town")
