"""The files of a rule pack: what lies in its folder, what of that is law, and the digests of both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable

from landgis.domain.fault import Fault
from landgis.rules.reading.faults import refuse
from landgis.rules.reading.marked import Marked, read_marked

HEAD = "pack.yaml"
_NO_LAW = ("cases/", "clauses.yaml")
"""What shows and checks the law, but says none."""


@dataclass(frozen=True)
class PackFolder:
    """The YAML of one pack, as bytes.

    Attributes
    ----------
    name
        Name of the folder; faults begin with it.
    content
        Path below the folder → bytes, in name order.
    """

    name: str
    content: Mapping[str, bytes]

    def read(self, name: str) -> Marked:
        """Read one file.

        Raises
        ------
        RulePackError
            If it is not there, no UTF-8, no YAML, or repeats a key.
        """
        shown = f"{self.name}/{name}"
        if name not in self.content:
            raise refuse([Fault(shown, 1, "", "没有这个文件", "there is no such file")])
        try:
            text = self.content[name].decode("utf-8")
        except UnicodeDecodeError as error:
            line = self.content[name].count(b"\n", 0, error.start) + 1
            raise refuse(
                [Fault(shown, line, "", "不是 UTF-8 文本，请另存为 UTF-8", "no UTF-8: save it as UTF-8")]
            ) from error
        marked, faults = read_marked(text, shown)
        if faults:
            raise refuse(faults)
        return marked

    def below(self, folder: str) -> Iterator[Marked]:
        """Read every file of one of its folders, in name order."""
        return (self.read(name) for name in self.content if name.startswith(f"{folder}/"))

    def law(self) -> str:
        """Return the sha256 of what the pack says: all but cases, clause table and the change log that records it."""
        return digest({name: _above_changes(name, data) for name, data in self.content.items() if _is_law(name)})


def read_folder(folder: Traversable, name: str = "") -> PackFolder:
    """Read the YAML of a pack; ``name`` where the folder is called otherwise."""
    found: dict[str, bytes] = {}
    for entry in folder.iterdir():
        if entry.is_file() and entry.name.endswith(".yaml"):
            found[entry.name] = entry.read_bytes()
        elif entry.is_dir():
            inner = (file for file in entry.iterdir() if file.is_file() and file.name.endswith(".yaml"))
            found |= {f"{entry.name}/{file.name}": file.read_bytes() for file in inner}
    return PackFolder(name or folder.name, dict(sorted(found.items())))


def shipped(name: str) -> Traversable:
    """Return the folder of a pack that ships with landgis."""
    return files("landgis.rulepacks").joinpath(name)


def is_pack(folder: Traversable) -> bool:
    """Say whether a folder holds a pack."""
    return folder.is_dir() and folder.joinpath(HEAD).is_file()


def digest(content: Mapping[str, bytes]) -> str:
    """Return the sha256 of files: their names, lengths and bytes, in name order."""
    whole = sha256()
    for name in sorted(content):
        whole.update(f"{name}\0{len(content[name])}\0".encode())
        whole.update(content[name])
    return whole.hexdigest()


def _is_law(name: str) -> bool:
    return not name.startswith(_NO_LAW)


def _above_changes(name: str, data: bytes) -> bytes:
    """Cut the change log off, which stands last: it holds the digest of what is above it."""
    if name != HEAD:
        return data
    lines = data.splitlines(keepends=True)
    ends = [place for place, line in enumerate(lines) if line.startswith(b"changes:")]
    return b"".join(lines[: ends[0]] if ends else lines)
