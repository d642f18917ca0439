"""The lines of a finding: what it measured, why that is there, and which release and clauses say so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from landgis.domain.outcome import Outcome
from landgis.maps.card.words import Voice
from landgis.maps.style import VERDICT_EN

SHOWN = 4
"""So many features, causes and edits are printed of a finding; the JSON lists all, and the page says how many it leaves."""
Row = dict[str, Any]


@dataclass(frozen=True)
class Line:
    """A label and what it says; ``quote`` is a sentence of the law, Chinese in both languages."""

    label: str
    text: str
    quote: str = ""


def card_lines(card: Row, say: Voice) -> list[Line]:
    """Tell what a finding rests on: what was measured, why it is there, which release and which clauses say so."""
    lines = []
    if card["measured"] and not card["overlaps"]:
        areal = card["measured"]["unit"] in ("m2", "share", "m")
        partly = card["layer"] is not None and card["layer"]["coverage"]["state"] == "partial"
        text = say.of(card["measured"]) + (say("covered_part") if partly else "")
        lines.append(Line(say("measured" if areal else "fact"), text))
    lines += _overlap_lines(card, say)
    if card["threshold"]:
        lines.append(Line(say("threshold"), say.of(card["threshold"])))
    if card["depth"]:
        lines.append(Line(say("depth"), say.of(card["depth"])))
    lines += shortened([_cause(sliver, say) for sliver in card["slivers"]], say)
    lines += _layer_lines(card["layer"], say) if card["layer"] else []
    lines += [_clause(clause, say, first=place == 0) for place, clause in enumerate(card["clauses"])]
    if card["supply"]:
        lines.append(Line(say("supply"), say.of(card["supply"])))
    if card["map_of"] is not None:
        lines.append(Line(say("map"), say("map_same", number=card["map_of"])))
    return lines


def _overlap_lines(card: Row, say: Voice) -> list[Line]:
    """Tell every overlap that counts, then its features, the largest first."""
    lines = []
    for overlap in card["overlaps"]:
        label = "overlap" if overlap["features"] else "bare"
        lines.append(Line(say(label), say("separator").join(_overlap(overlap, card["outcome"], say))))
        lines += shortened([Line(say("feature"), _feature(feature, say)) for feature in overlap["features"]], say)
    return lines


def shortened(lines: list[Line], say: Voice) -> list[Line]:
    """Keep the first lines of a kind, and say how many there are besides."""
    more = len(lines) - SHOWN
    return lines if more <= 0 else [*lines[:SHOWN], Line(lines[0].label, say("more", count=more))]


def _layer_lines(layer: Row, say: Voice) -> list[Line]:
    """Tell the release, its document and dates, and how far it covers the parcel."""
    said = [say.part(layer, "title")]
    if not layer["release"]:
        said.append(say("no_release"))
    else:
        said.append(say("release", name=layer["release"]))
        said.append(say("document", number=layer["document_no"]) if layer["document_no"] else _undocumented(layer, say))
        dated = (("dated", "issued_on"), ("state_of_data", "state_of_data_on"), ("expires", "expires_on"))
        said += [say(key, day=layer[name]) for key, name in dated if layer[name]]
        said += [say("usable_to", day=layer["usable_to"])] if _ends_sooner(layer) else []
        if layer["accuracy_m"] is not None:
            said.append(say("accuracy", metres=layer["accuracy_m"]))
        if layer["substitute"]:
            said.append(say("substitute_badge"))
    return [Line(say("layer"), say("separator").join(said)), Line(say("coverage"), _coverage(layer["coverage"], say))]


def _ends_sooner(layer: Row) -> bool:
    """Tell whether its data grow too old before the release itself expires."""
    usable, expires = layer["usable_to"], layer["expires_on"]
    return usable is not None and (expires is None or usable < expires)


def _undocumented(layer: Row, say: Voice) -> str:
    reason = layer["no_document_reason"]
    return f"{say('no_document')}（{reason}）" if reason else say("no_document")


def _coverage(coverage: Row, say: Voice) -> str:
    said = [say.of(coverage)]
    if coverage["basis"] == "assumed":
        said.append(coverage["basis_zh"] if say.lang == "zh" else "assumed")
    if coverage["uncovered"]:
        said.append(say("uncovered", area=say.of(coverage["uncovered"])))
    return say("separator").join(said)


def _overlap(overlap: Row, outcome: str, say: Voice) -> list[str]:
    """Tell one overlap; its own outcome too where that is not the finding's."""
    name = say.part(overlap, "class")
    said = [f"{name} {say.of(overlap['area'])}" if name else say.of(overlap["area"])]
    if overlap["outcome"] != outcome:
        own = Outcome(overlap["outcome"])
        said.append(own.zh if say.lang == "zh" else VERDICT_EN[own])
    if overlap["share_of_parcel"]:
        said.append(say("of_parcel", share=overlap["share_of_parcel"]["printed"]))
    if overlap["ellipsoidal"]:
        said.append(say("ellipsoidal", area=overlap["ellipsoidal"]["printed"]["m2"]))
    if overlap["hits"]:
        said += [say("hits", count=overlap["hits"]), say("pieces", count=overlap["pieces"])]
    if overlap["mean_width"]:
        said.append(say("mean_width", width=say.of(overlap["mean_width"])))
    return said


def _feature(feature: Row, say: Voice) -> str:
    label = feature["label"] or ""
    name = feature["feature_id"] if label in ("", feature["feature_id"]) else f"{feature['feature_id']} {label}"
    shares = (
        say("of_parcel", share=feature["share_of_parcel"]["printed"]),
        say("of_feature", share=feature["share_of_feature"]["printed"]),
    )
    return f"{name}{say('colon')}" + say("separator").join((say.of(feature["area"]), *shares))


def _cause(sliver: Row, say: Voice) -> Line:
    x, y = sliver["place"]
    at = say("cause_at", x=f"{x:.3f}", y=f"{y:.3f}")
    text = say("separator").join((say.part(sliver, "message"), at, say.part(sliver, "remedy")))
    return Line(say("cause"), f"{sliver['feature_id']}{say('colon')}{text}")


def _clause(clause: Row, say: Voice, *, first: bool) -> Line:
    day = say("issued", day=clause["issued_on"]) if clause["issued_on"] else ""
    number = clause["number"] if clause["number"] != clause["document_zh"] else ""
    where = " ".join(filter(None, (number, f"《{clause['document_zh']}》", clause["article"], day)))
    return Line(say("clause" if first else "also"), where, quote=clause["quote_zh"])
