"""Making one self-contained page: assets read from a folder, scripts allowed by fingerprint, nothing fetched."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

from landgis.errors import ConfigError, ToolMissing

_TYPES = {".png": "image/png", ".svg": "image/svg+xml", ".woff2": "font/woff2", ".woff": "font/woff"}
_URL = re.compile(r"""url\(\s*['"]?([^'")]+)['"]?\s*\)""")
_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_ABROAD = re.compile(r"\s*(?:https?:)?//", re.I)
_STYLED = re.compile(r"""url\(\s*["']?(?!data:|#)|@import""", re.I)
_LEADING = {"src", "href", "xlink:href", "action", "formaction", "data", "poster", "srcset"}


class _Fetching(HTMLParser):
    """What the marks and styles of a page would fetch; a text that only says so fetches nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._in_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_style = tag == "style"
        for name, value in attrs:
            if (name in _LEADING and _ABROAD.match(value or "")) or (name == "style" and _STYLED.search(value or "")):
                self.found.append(f"<{tag} {name}={(value or '')[:60]}>")

    def handle_endtag(self, tag: str) -> None:
        self._in_style = self._in_style and tag != "style"

    def handle_data(self, data: str) -> None:
        found = _STYLED.search(data) if self._in_style else None
        if found is not None:
            self.found.append(data[max(0, found.start() - 20) : found.end() + 60])


def script(assets: Path, name: str) -> str:
    """Return a script of the assets folder as text that can stand inside a script element."""
    return _read(assets, name).decode("utf-8").replace("</script", r"<\/script")


def style(assets: Path, name: str) -> str:
    """Return a style sheet with its images as ``data:`` addresses, resolved against the sheet's own folder."""

    def inlined(found: re.Match[str]) -> str:
        address = found.group(1)
        if address.startswith(("data:", "#")):
            return found.group(0)
        content = _read(assets, str((Path(name).parent / address).as_posix()))
        return f"url(data:{_TYPES[Path(address).suffix]};base64,{b64encode(content).decode('ascii')})"

    return _URL.sub(inlined, _read(assets, name).decode("utf-8"))


def sealed(html: str) -> str:
    """Forbid a page every request, and every script but those it was made with.

    Raises
    ------
    ConfigError
        If something in the page would be fetched from elsewhere.
    """
    page = _Fetching()
    page.feed(html)
    page.close()
    if page.found:
        around = page.found[0]
        raise ConfigError(
            f"分发页引用了外部资源：{around}",
            f"The hand-out would fetch something from elsewhere: {around}",
            next_zh="请重新运行 make setup 以恢复网页资源",
            next_en="Run make setup again to restore the browser assets",
        )
    prints = [b64encode(sha256(body.encode("utf-8")).digest()).decode("ascii") for body in _SCRIPT.findall(html)]
    allowed = " ".join(f"'sha256-{value}'" for value in prints)
    policy = f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
    return html.replace("<head>", f'<head>\n<meta http-equiv="Content-Security-Policy" content="{policy}">', 1)


def _read(assets: Path, name: str) -> bytes:
    path = assets / name
    if not path.is_file():
        raise ToolMissing(
            f"缺少网页资源 {name}，无法制作离线分发页",
            f"The browser asset {name} is missing: an offline hand-out cannot be made",
            where=str(assets),
            next_zh="请运行 make setup",
            next_en="Run make setup",
        )
    return path.read_bytes()
