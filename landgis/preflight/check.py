"""The pre-flight: every check of a receiver, in an order in which each thing is told once."""

from __future__ import annotations

from collections.abc import Sequence

from landgis.domain.preflight_fault import Fault
from landgis.domain.profile import ExportProfile
from landgis.domain.receiver_rule import ReceiverRule
from landgis.frames.delivered import Delivery
from landgis.preflight.between import judge_conditions, judge_keys, judge_points, judge_references
from landgis.preflight.figures import judge_areas, judge_sums, judge_totals
from landgis.preflight.geometry import judge_geometry, judge_pairs
from landgis.preflight.giving import judge_coverage, judge_secrecy
from landgis.preflight.place import judge_crs, judge_place
from landgis.preflight.receiver import judge_receiver, rules_without_layer
from landgis.preflight.structure import judge_fields, judge_geometry_column, layers_present
from landgis.preflight.subject import Subject
from landgis.preflight.values import judge_values


def preflight(
    delivery: Delivery, profile: ExportProfile, receiver_rules: Sequence[ReceiverRule] = ()
) -> tuple[Fault, ...]:
    """Check a delivery as its receiver would.

    Structure comes before values, values before what holds between them: what is told of a field, row or layer is not
    told again by a later check that stands on it.

    Parameters
    ----------
    delivery
        Frames as they will be written; nothing is changed.
    profile
        What the receiver wants.
    receiver_rules
        What the receiver sent back before, kept as rules.

    Returns
    -------
    tuple of Fault
        In the order of the profile's layers; empty where the receiver would find nothing. Areas are compared with the
        ellipsoidal and the planar area of the outline, overlaps measured in EPSG:4549.
    """
    faults = [*layers_present(delivery, profile), *judge_secrecy(delivery, profile)]
    faults += rules_without_layer(profile, receiver_rules)
    for declared in profile.layers:
        if declared.name in delivery.layers:
            subject = Subject(profile, delivery, declared, delivery.layers[declared.name])
            _judge(subject, delivery)
            judge_receiver(subject, receiver_rules)
            faults += subject.faults
    return (*faults, *judge_coverage(delivery))


def _judge(subject: Subject, delivery: Delivery) -> None:
    judge_fields(subject)
    judge_geometry_column(subject)
    judge_values(subject)
    judge_keys(subject)
    judge_conditions(subject)
    judge_references(subject, delivery)
    judge_crs(subject)
    judge_geometry(subject)
    judge_place(subject)
    judge_pairs(subject)
    judge_areas(subject)
    judge_points(subject, delivery)
    judge_sums(subject)
    judge_totals(subject)
