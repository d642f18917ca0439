"""The metadata record of a package: ISO 19115 in the XML of ISO 19139, by pygeometa from core elements."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree as ET

from pygeometa.schemas.iso19139 import ISO19139OutputSchema

from landgis.domain.district import DISTRICTS
from landgis.domain.layer import Secrecy
from landgis.exchange.package import core_elements as core
from landgis.exchange.package.record import Record

METADATA = "元数据.xml"
_SPACES = {
    "gmd": "http://www.isotc211.org/2005/gmd", "gco": "http://www.isotc211.org/2005/gco", "gmx": "http://www.isotc211.org/2005/gmx",
    "gml": "http://www.opengis.net/gml", "xlink": "http://www.w3.org/1999/xlink",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
}  # fmt: skip
_DEGREES = 4326
"""The template writes an extent in degrees for this code alone."""
_CODE_LIST = "http://www.isotc211.org/2005/resources/Codelist/gmxCodelists.xml#MD_ClassificationCode"


def iso_record(record: Record) -> str:
    """Return the record as XML; the same package gives the same text.

    What nobody knows is 未知; of a local CRS nothing is told but that it is the local one.
    """
    root = ET.fromstring(ISO19139OutputSchema().write(_mcf(record)))
    _put_reference_system(root, record)
    _put_classification(root, record)
    _prune(root)
    for prefix, space in _SPACES.items():
        ET.register_namespace(prefix, space)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _mcf(record: Record) -> dict[str, Any]:
    """Return the record in pygeometa's own form."""
    day = record.origin.day.isoformat()
    drawn = record.extent is not None
    unknown = {"organization": core.UNKNOWN, "individualname": None, "positionname": None}
    open_to_all = record.secrecy is Secrecy.PUBLIC
    spatial = [{"bbox": list(record.extent), "crs": _DEGREES}] if record.extent else []
    return {
        "mcf": {"version": 1.0},
        "metadata": {
            "identifier": core.identifier_of(record), "language": "zho", "language_alternate": None, "charset": "utf8",
            "hierarchylevel": "dataset", "datestamp": day, "dataseturi": "",
        },
        "spatial": {"datatype": "vector" if drawn else "textTable", "geomtype": "surface"},
        "identification": {
            "language": "zho", "charset": core.character_set(record), "title": core.title_of(record),
            "edition": record.profile.version, "abstract": core.abstract_of(record), "dates": {"creation": day},
            "status": "completed", "maintenancefrequency": "asNeeded", "topiccategory": [core.topic(record)],
            "rights": core.use_limitation(record), "url": None, "license": {"name": ""},
            "accessconstraints": "otherRestrictions" if open_to_all else "restricted",
            "keywords": {
                "theme": {"keywords": ["农村集体经营性建设用地入市", record.profile.name_zh], "keywords_type": "theme"},
                "place": {"keywords": ["上海市", DISTRICTS[record.origin.district].name_zh], "keywords_type": "place"},
            },
            "extents": {"spatial": spatial, "temporal": [{"begin": day, "end": day}]},
        },
        "contact": {"pointOfContact": unknown, "author": unknown},
        "distribution": {
            str(number): {"format": name, "url": "", "type": ""} for number, name in enumerate(core.formats_of(record))
        },
        "dataquality": {"scope": {"level": "dataset"}, "lineage": {"statement": core.lineage_of(record)}},
    }  # fmt: skip


def _put_reference_system(root: ET.Element, record: Record) -> None:
    """Name the CRS in place of the degrees that the template takes for it; only codes of EPSG have its authority."""
    identifier = root.find(".//gmd:referenceSystemIdentifier/gmd:RS_Identifier", _SPACES)
    assert identifier is not None
    code = identifier.find("gmd:code/gco:CharacterString", _SPACES)
    assert code is not None
    registered = record.crs.startswith("EPSG:")
    code.text = (
        f"urn:ogc:def:crs:EPSG::{record.crs.removeprefix('EPSG:')}" if registered else core.reference_system(record)
    )
    for name in ("version",) if registered else ("version", "authority"):
        told = identifier.find(f"gmd:{name}", _SPACES)
        if told is not None:
            identifier.remove(told)


def _put_classification(root: ET.Element, record: Record) -> None:
    """Say the secrecy mark behind the legal constraints."""
    about = root.find("gmd:identificationInfo/gmd:MD_DataIdentification", _SPACES)
    assert about is not None
    mark = core.classification(record)
    if not mark:
        return
    legal = about.findall("gmd:resourceConstraints", _SPACES)[-1]
    constraints = ET.Element(_name("resourceConstraints"))
    security = ET.SubElement(constraints, _name("MD_SecurityConstraints"))
    told = ET.SubElement(ET.SubElement(security, _name("classification")), _name("MD_ClassificationCode"))
    told.text = mark
    told.attrib.update({"codeList": _CODE_LIST, "codeListValue": mark})
    about.insert(list(about).index(legal) + 1, constraints)


def _name(tag: str) -> str:
    return f"{{{_SPACES['gmd']}}}{tag}"


def _prune(element: ET.Element) -> None:
    """Take out what says nothing: elements without text, attributes and content."""
    for child in list(element):
        _prune(child)
        reason = f"{{{_SPACES['gco']}}}nilReason"
        if not len(child) and not (child.text or "").strip() and set(child.attrib) <= {reason}:
            element.remove(child)
