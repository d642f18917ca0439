"""The one family of exceptions.

Every error says what happened, where, and what to do next, in Chinese first and in English::

    LandgisError
    ├── UsageError            a command was called in a way that cannot work
    ├── InputError            what came in cannot be used as a whole
    │   ├── FileMissing         there is no such file
    │   ├── FormatUnknown       no reader for this content
    │   ├── TooLarge            more bytes than are taken at a time
    │   ├── FileUnreadable      the reader gave up: damaged, half copied, wrong encoding
    │   ├── NeedsAnswer         only the deliverer can say it: ranked candidates, and the option that answers
    │   │   ├── CrsMissing        nothing says which CRS the coordinates are in
    │   │   └── EncodingUnknown   nothing says in which encoding the text is, or the bytes contradict what does
    │   ├── CrsUnsuitable       a CRS that survey data of this place do not come in
    │   ├── OutsideArea         the coordinates land somewhere else on the globe
    │   ├── LayerEmpty          a layer without features
    │   ├── ContractBroken      columns, keys, types or geometry are not what the table declares
    │   │   ├── NumbersRepeated   one number names two parcels; carries an issue for every row
    │   │   ├── LossesNotAccepted the file format cannot hold everything; carries every loss
    │   │   ├── DeliveryFaulty    a receiver would send the delivery back; carries every fault
    │   │   └── SheetFaulty       a drawn sheet failed its own check; carries every fault
    │   └── GeometryInvalid     the kernel was given invalid geometry
    ├── ConfigError           settings or the layer catalogue are wrong
    ├── RulePackError         a rule pack does not load; carries every fault with file, line and rule
    ├── NotFound              no parcel, layer, release, pack, run, pool or plan of that name
    ├── Conflict              the state of things forbids it (published twice, approved by its author …)
    │   └── Overtaken           somebody changed it meanwhile; carries both, field by field
    ├── NotAllowed            the acting person may not do this
    │   └── NotEntered          nobody has logged in, or the session is over
    ├── NotReady              something must come first (layer not published, database not started …)
    └── ExternalError         something outside failed
        ├── ToolMissing         a program or font is not installed
        ├── DiskFull            no room is left where something had to be written
        └── DatabaseError       the database refused or is not there

A bad *row* is never an exception: it is an issue (``landgis.domain.issue``). Exit codes and HTTP states are tables at
the edges (``landgis.cli``, ``landgis.web``); nothing here knows of them.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, ClassVar, TypedDict, Unpack

if TYPE_CHECKING:
    from landgis.domain.fault import Fault
    from landgis.domain.issue import Issue
    from landgis.domain.loss import Loss
    from landgis.domain.preflight_fault import Fault as PreflightFault
    from landgis.domain.question import Question
    from landgis.domain.rival import Rival
    from landgis.domain.sheet_fault import SheetFault


class _Told(TypedDict, total=False):
    """What every error may say beside what happened."""

    where: str
    next_zh: str
    next_en: str


class LandgisError(Exception):
    """Base of the family.

    Parameters
    ----------
    zh, en
        What happened, in Chinese and in English, with the values that matter.
    where
        File, layer, row, parcel or setting concerned; empty if there is none.
    next_zh, next_en
        What to do next.
    """

    code: ClassVar[str] = "error"

    def __init__(self, zh: str, en: str, *, where: str = "", next_zh: str = "", next_en: str = "") -> None:
        super().__init__(en)
        self.zh = zh
        self.en = en
        self.where = where
        self.next_zh = next_zh
        self.next_en = next_en

    def as_dict(self) -> dict[str, Any]:
        """Return the error as plain fields, for ``--json`` and the web."""
        return {
            "code": self.code,
            "where": self.where,
            "message_zh": self.zh,
            "message_en": self.en,
            "next_zh": self.next_zh,
            "next_en": self.next_en,
        }


class UsageError(LandgisError):
    code = "usage"


class InputError(LandgisError):
    code = "input"


class FileMissing(InputError):
    code = "file_missing"


class FormatUnknown(InputError):
    code = "format_unknown"


class FileUnreadable(InputError):
    code = "file_unreadable"


class TooLarge(InputError):
    code = "too_large"


class NeedsAnswer(InputError):
    """What came in is usable once a person has said what nothing in it says.

    Parameters
    ----------
    questions
        Each with its candidates, best first; none where nothing is known to offer.
    """

    code = "needs_answer"

    def __init__(self, zh: str, en: str, *, questions: tuple[Question, ...] = (), **told: Unpack[_Told]) -> None:
        super().__init__(zh, en, **told)
        self.questions = questions

    def as_dict(self) -> dict[str, Any]:
        """Return the error and its questions as plain fields."""
        return super().as_dict() | {"questions": [question.as_dict() for question in self.questions]}


class CrsMissing(NeedsAnswer):
    code = "crs_missing"


class EncodingUnknown(NeedsAnswer):
    code = "encoding_unknown"


class CrsUnsuitable(InputError):
    code = "crs_unsuitable"


class OutsideArea(InputError):
    code = "outside_area"


class LayerEmpty(InputError):
    code = "layer_empty"


class ContractBroken(InputError):
    code = "contract_broken"


class NumbersRepeated(ContractBroken):
    """Numbers in a delivery name more than one row each.

    Parameters
    ----------
    issues
        One for every such row.
    """

    code = "numbers_repeated"

    def __init__(self, zh: str, en: str, *, issues: tuple[Issue, ...] = (), **told: Unpack[_Told]) -> None:
        super().__init__(zh, en, **told)
        self.issues = issues

    def as_dict(self) -> dict[str, Any]:
        """Return the error and its rows as plain fields."""
        return super().as_dict() | {"issues": [issue.as_dict() for issue in self.issues]}


class LossesNotAccepted(ContractBroken):
    """A file of this format would not hold everything, and nobody accepted that.

    Parameters
    ----------
    losses
        Those that stand in the way.
    """

    code = "losses_not_accepted"

    def __init__(self, zh: str, en: str, *, losses: tuple[Loss, ...] = (), **told: Unpack[_Told]) -> None:
        super().__init__(zh, en, **told)
        self.losses = losses

    def as_dict(self) -> dict[str, Any]:
        """Return the error and its losses as plain fields."""
        return super().as_dict() | {"losses": [asdict(loss) for loss in self.losses]}


class DeliveryFaulty(ContractBroken):
    """A receiver would send this delivery back.

    Parameters
    ----------
    faults
        Each with its layer, row and field.
    """

    code = "delivery_faulty"

    def __init__(self, zh: str, en: str, *, faults: tuple[PreflightFault, ...] = (), **told: Unpack[_Told]) -> None:
        super().__init__(zh, en, **told)
        self.faults = faults

    def as_dict(self) -> dict[str, Any]:
        """Return the error and its faults as plain fields."""
        return super().as_dict() | {"faults": [fault.as_dict() for fault in self.faults]}


class SheetFaulty(ContractBroken):
    """A drawn sheet is not what it says it is, and must not be signed.

    Parameters
    ----------
    faults
        Each with its page.
    """

    code = "sheet_faulty"

    def __init__(self, zh: str, en: str, *, faults: tuple[SheetFault, ...] = (), **told: Unpack[_Told]) -> None:
        super().__init__(zh, en, **told)
        self.faults = faults

    def as_dict(self) -> dict[str, Any]:
        """Return the error and its faults as plain fields."""
        return super().as_dict() | {"faults": [fault.as_dict() for fault in self.faults]}


class GeometryInvalid(InputError):
    code = "geometry_invalid"


class ConfigError(LandgisError):
    code = "config"


class RulePackError(LandgisError):
    """A rule pack does not load.

    Parameters
    ----------
    faults
        Each with its file, line and rule; none where it is found out only in judging.
    """

    code = "rule_pack"

    def __init__(self, zh: str, en: str, *, faults: tuple[Fault, ...] = (), **told: Unpack[_Told]) -> None:
        super().__init__(zh, en, **told)
        self.faults = faults

    def as_dict(self) -> dict[str, Any]:
        """Return the error and its faults as plain fields."""
        return super().as_dict() | {"faults": [fault.as_dict() for fault in self.faults]}


class NotFound(LandgisError):
    code = "not_found"


class Conflict(LandgisError):
    code = "conflict"


class Overtaken(Conflict):
    """Somebody changed it after it was looked at.

    Parameters
    ----------
    rivals
        Field by field what was looked at, what is wanted, and what stands there now.
    """

    code = "overtaken"

    def __init__(self, zh: str, en: str, *, rivals: tuple[Rival, ...] = (), **told: Unpack[_Told]) -> None:
        super().__init__(zh, en, **told)
        self.rivals = rivals

    def as_dict(self) -> dict[str, Any]:
        """Return the error as plain fields, with the rivals."""
        return super().as_dict() | {"rivals": [asdict(rival) for rival in self.rivals]}


class NotAllowed(LandgisError):
    code = "not_allowed"


class NotEntered(NotAllowed):
    code = "not_entered"


class NotReady(LandgisError):
    code = "not_ready"


class ExternalError(LandgisError):
    code = "external"


class ToolMissing(ExternalError):
    code = "tool_missing"


class DiskFull(ExternalError):
    code = "disk_full"


class DatabaseError(ExternalError):
    code = "database"
