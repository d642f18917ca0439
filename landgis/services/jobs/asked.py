"""What a job of each kind is asked to do; files are named by the hash of a kept original, never by a path."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import PurePath
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator

from landgis.domain.layer import LegalState
from landgis.exchange.delivery.layers_file import LayerEntry

_NAME_BYTES = 200


def _file_name(name: str) -> str:
    """Accept what is the name of one file and nothing else."""
    if not name.isprintable() or "\\" in name or name != PurePath(name).name or len(name.encode()) > _NAME_BYTES:
        raise ValueError("not the name of a file")
    return name


Plain = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
"""A key of ours; nothing that could be a path."""
MaybePlain = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{0,64}$")]
District = Literal["songjiang", "chongming"]


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class KeptFile(_Asked):
    """A file that came in: SHA-256 of its bytes, and the name it had."""

    content_hash: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    name: Annotated[str, Field(min_length=1), AfterValidator(_file_name)]


class LayerAsked(_Asked):
    """Import a layer as a draft release; as ``landgis layer import``."""

    file: KeptFile
    coverage: KeptFile | None = None
    as_layer: str = ""
    source_layer: str | None = None
    says: LayerEntry = LayerEntry()

    @field_validator("says")
    @classmethod
    def _names_no_file(cls, says: LayerEntry) -> LayerEntry:
        """Refuse what would be read from a path of the server."""
        if says.file is not None or says.coverage is not None:
            raise ValueError("files are given as file and coverage")
        return says


class ParcelsAsked(_Asked):
    """Import parcels; as ``landgis parcel import``."""

    file: KeptFile
    facts: KeptFile | None = None
    documents: KeptFile | None = None
    layer: str | None = None
    crs: str | None = None
    encoding: str | None = None
    district: District | None = None
    valid_from: date | None = None
    columns: dict[str, str] | None = None


class ScreenAsked(_Asked):
    """Screen a district by a published pack; as ``landgis screen``."""

    rules: Plain = "songjiang"
    as_of: date
    changed: bool = False
    legal_state: LegalState = LegalState.IN_FORCE
    known_at: datetime | None = None


class AtlasAsked(_Asked):
    """Draw the atlas of a plan; as ``landgis map atlas``."""

    district: District = "songjiang"
    plan: Plain | None = None
    drawn_on: date
    formats: tuple[Literal["pdf", "png", "geotiff"], ...] = ("pdf",)
    towns: tuple[str, ...] = ()
    paper: Literal["a3", "a2", "a1"] = "a3"
    dpi: Annotated[int, Field(ge=72, le=600)] = 200
    prepared_by: str = ""


class PackageAsked(_Asked):
    """Hand a package over under a profile; as ``landgis export package``."""

    profile: Plain
    district: District = "songjiang"
    as_of: date
    why: Annotated[str, Field(min_length=1, pattern=r"\S")]
    plan: Plain | None = None
    pool: Plain | None = None
    format: str = ""
    crs: str = ""
    known_at: datetime | None = None
    since: MaybePlain = ""
    accept: tuple[str, ...] = ()


def as_record(asked: Asked) -> dict[str, Any]:
    """Return what is asked as it is kept; read again, it is the same."""
    record = asked.model_dump(mode="json", exclude_none=True, exclude={"says"})
    if isinstance(asked, LayerAsked):
        record["says"] = asked.says.model_dump(mode="json", exclude_defaults=True)
    return record


Asked = LayerAsked | ParcelsAsked | ScreenAsked | AtlasAsked | PackageAsked
