"""Open a bundle for ``scripts/setup.sh``: verify it, unpack it, and tell apt where its packages are.

Run in the project folder: ``python -m scripts.bundle.opening BUNDLE FOLDER``. Exit code 2: refused, in words.
"""

from __future__ import annotations

import sys
from pathlib import Path
from urllib.parse import quote

from scripts.bundle.archive import open_archive
from scripts.bundle.contents import Contents, Refused, Target, count, pinned, read_locks


def open_bundle(archive: Path, into: Path, root: Path, here: Target) -> Contents:
    """Unpack a bundle that is whole, fits this machine and belongs to this landgis.

    Raises
    ------
    Refused
        It does not; nothing was unpacked.
    """

    def judge(contents: Contents) -> None:
        contents.must_fit(here, read_locks(root))
        _must_be_locked(contents, pinned(root))

    contents = open_archive(archive, into, judge)
    _tell_apt(into.resolve())
    return contents


def _must_be_locked(contents: Contents, allowed: set[str]) -> None:
    """Every wheel is one that requirements.lock names; uv itself, which reads that lock, is the one exception."""
    for item in contents.files:
        if item.path.startswith("wheels/") and item.name != "uv" and item.sha256 not in allowed:
            raise Refused(
                f"{item.path} 不是 requirements.lock 所锁定的文件。请重新取得离线包。\n"
                f"{item.path} is not the file requirements.lock pins. Fetch the bundle again."
            )


def _tell_apt(folder: Path) -> None:
    """Write an apt configuration that knows the bundle's packages and no other source; lists stay in the folder."""
    for name in ("apt/lists/partial", "apt/archives/partial"):
        (folder / name).mkdir(parents=True)
    # 文件的指纹都已核对，且指纹之外并无签名。 Hashes were compared, and there is no signature beside them: trusted.
    (folder / "sources.list").write_text(f"deb [trusted=yes] file:{quote(str(folder / 'debian'))} ./\n")
    settings = {
        "Dir::Etc::sourcelist": folder / "sources.list",
        "Dir::Etc::sourceparts": "/dev/null",
        "Dir::Etc::preferences": "/dev/null",
        "Dir::Etc::preferencesparts": "/dev/null",
        "Dir::State::lists": folder / "apt/lists",
        "Dir::Cache": folder / "apt",
        "APT::Sandbox::User": "root",
        "Acquire::Languages": "none",
    }
    (folder / "apt.conf").write_text("".join(f'{name} "{value}";\n' for name, value in settings.items()))


def main(archive: Path, into: Path) -> int:
    """Open a bundle, or say why not."""
    try:
        contents = open_bundle(archive, into, Path.cwd(), Target.here())
    except Refused as refused:
        print(refused, file=sys.stderr)
        return 2
    except OSError as error:
        print(
            f"离线包解不开（磁盘满了，或没有权限）：{error.strerror}。腾出空间后再运行一次即可。\n"
            f"The bundle cannot be unpacked (disk full, or not allowed): {error.strerror}. Make room and run again.",
            file=sys.stderr,
        )
        return 2
    print(count(contents.files))
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
