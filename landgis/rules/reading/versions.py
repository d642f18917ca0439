"""Whether the law of a pack is the law that its version stands for."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources.abc import Traversable

from landgis.rules.pack import RulePack
from landgis.rules.reading.folder import read_folder, shipped


@dataclass(frozen=True)
class Sealed:
    """A version and its law.

    Attributes
    ----------
    pack_id, version
        The pack, and its own version without that of the pack under it.
    recorded, found
        Sha256 of the law: as the change log records it for this version, and of the files as they are.
    """

    pack_id: str
    version: str
    recorded: str
    found: str

    @property
    def holds(self) -> bool:
        """Whether the law is unchanged since its version was recorded."""
        return self.recorded == self.found


def sealed(pack: RulePack, folder: Traversable | None = None) -> Sealed:
    """Compare the law of a pack in a folder with what its change log records.

    Parameters
    ----------
    folder
        Where the pack lies; None: the shipped pack of that id.
    """
    present = pack.changes[0]
    return Sealed(pack.pack_id, present.version, present.sha256, read_folder(folder or shipped(pack.pack_id)).law())
