"""A page told in one language: headings, lines and captions. Every form of the page prints exactly these."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from landgis.domain.layer import SUBSTITUTE_EN, SUBSTITUTE_ZH
from landgis.maps.card.told_lines import Line, card_lines, shortened
from landgis.maps.card.words import Voice

Row = dict[str, Any]


@dataclass(frozen=True)
class CardTold:
    """One finding: number on the maps, rule id, outcome (key and words), title in both languages, sentence, lines.

    ``map_caption`` is empty where there is no map.
    """

    number: int
    rule_id: str
    outcome: str
    outcome_words: str
    title: str
    title_other: str
    message: str
    lines: tuple[Line, ...]
    map_caption: str


@dataclass(frozen=True)
class PageTold:
    """One page.

    Attributes
    ----------
    parcel_id, title, lang
        The parcel, the heading, the language.
    verdict, verdict_words
        Key and words of the verdict.
    banner
        What every form must say of stand-in data; empty where there are none.
    notes
        What a reader must know first.
    facts
        The parcel and what it was judged by.
    cards
        Findings that are not clear, the worst first.
    cures, clear, not_asked
        Further lines.
    cures_heading
        Whether it can be cured.
    all_asked
        Said where no rule is left to be listed as not asked.
    context_caption, map_note
        Beside the maps; empty where there are none.
    """

    parcel_id: str
    lang: str
    title: str
    verdict: str
    verdict_words: str
    banner: str
    notes: tuple[str, ...]
    facts: tuple[Line, ...]
    cards: tuple[CardTold, ...]
    cures_heading: str
    cures: tuple[Line, ...]
    clear: tuple[Line, ...]
    not_asked: tuple[Line, ...]
    all_asked: str
    context_caption: str
    map_note: str


def told(page: Row, lang: str) -> PageTold:
    """Tell a page (``explain.schema.json``) in one language, ``zh`` or ``en``."""
    say = Voice(lang)
    context = page["context_map"]
    return PageTold(
        parcel_id=page["parcel_id"],
        lang=lang,
        title=say("title"),
        verdict=page["verdict"],
        verdict_words=say.part(page, "verdict"),
        banner=(SUBSTITUTE_ZH if lang == "zh" else SUBSTITUTE_EN) if page["substitute"] else "",
        notes=tuple(say.of(note) for note in page["notes"]),
        facts=tuple(_facts(page, say)),
        cards=tuple(_card(card, say) for card in page["cards"]),
        cures_heading=_cures_heading(page["cures"], say),
        cures=tuple(_cures(page["cures"], say)),
        clear=tuple(_clear(row, say) for row in page["clear"]),
        not_asked=tuple(Line(say.part(row, "title"), say.part(row, "message")) for row in page["not_asked"]),
        all_asked=say("none_not_asked" if page["areas"]["planar"] else "nothing_asked"),
        context_caption=f"{say('map_context')} {_scale(context)}" if context else "",
        map_note=say("scale_note", crs=page["crs"]) if context else "",
    )


def _facts(page: Row, say: Voice) -> list[Line]:
    areas, pack = page["areas"], page["pack"]
    place = " ".join(filter(None, (page["town_name"], page["village_name"])))
    named = (("place", place), ("owner", page["owner_name"]), ("certificate", page["certificate_no"]))
    lines = [Line(say(key), value) for key, value in named if value]
    for kind in ("registered", "ellipsoidal", "planar"):
        area = areas[kind]
        lines.append(Line(say(f"area_{kind}"), say.of(area) if area else say("no_area")))
    if areas["planar"]:
        lines.append(Line(say("area_method"), say.part(areas, "method")))
    lines.append(Line(say("stability"), say.of(page["stability"])))
    stands = f"{say.part(pack, 'title')} {pack['version']}"
    lines.append(Line(say("pack"), f"{stands}{say('separator')}{say('scope_' + page['scope'])}"))
    lines.append(Line(say("as_of"), page["as_of"]))
    lines.append(Line(say("run"), page["run_id"] or say("not_stored")))
    return lines


def _card(card: Row, say: Voice) -> CardTold:
    other = "en" if say.lang == "zh" else "zh"
    return CardTold(
        number=card["number"],
        rule_id=card["rule_id"],
        outcome=card["outcome"],
        outcome_words=say.part(card, "outcome"),
        title=say.part(card, "title"),
        title_other=card[f"title_{other}"],
        message=say.part(card, "message"),
        lines=tuple(card_lines(card, say)),
        map_caption=_caption(card, say),
    )


def _caption(card: Row, say: Voice) -> str:
    drawn = card["map"]
    if drawn is None:
        return ""
    whole = "map_largest" if drawn["pieces"] > 1 else "map_whole"
    shows = whole if drawn["whole"] else "map_deepest"
    return f"{say('map')} {card['number']} {_scale(drawn)}{say('separator')}{say(shows, count=drawn['pieces'])}"


def _scale(drawn: Row) -> str:
    return f"1:{drawn['scale']:,}".replace(",", " ")


def _cures_heading(cures: Row | None, say: Voice) -> str:
    if cures is None:
        return say("cures_none")
    count = len(cures["cures"])
    if cures["curable"]:
        return say("cures_yes", count=count)
    return say("cures_partly", count=count) if count else say("cures_no")


def _cures(cures: Row | None, say: Voice) -> list[Line]:
    if cures is None:
        return []
    lines = [Line(say("cures_no"), say.of(row)) for row in cures["incurable"]]
    for cure in cures["cures"]:
        lines.append(Line(say.part(cure, "effort"), say.of(cure)))
        lines += shortened([_edit(edit, say) for edit in cure.get("edits", [])], say)
    return lines


def _edit(edit: Row, say: Voice) -> Line:
    return Line(say("edit"), f"{edit['feature_id']}{say('colon')}{say.of(edit)}")


def _clear(row: Row, say: Voice) -> Line:
    layer = row["layer"]
    if layer is None:
        return Line(say.part(row, "title"), say.part(row, "message"))
    release = layer["release"] + (f"，{say('substitute_badge')}" if layer["substitute"] and say.lang == "zh" else "")
    if layer["substitute"] and say.lang == "en":
        release += f", {say('substitute_badge')}"
    checked = say("checked_layer", layer=say.part(layer, "title"), release=release)
    hits = [say(f"hits_{row['hits_are']}", count=row["hits"])] if row["hits"] is not None else []
    away = [say("distance", distance=say.of(row["distance"]))] if row["distance"] else []
    return Line(say.part(row, "title"), say("separator").join((say.part(row, "message"), checked, *hits, *away)))
