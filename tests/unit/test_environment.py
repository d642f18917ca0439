"""三处写明的依赖须一致：pyproject.toml、environment.yml 与两个锁文件。

The dependencies are written down in several places; these tests keep them in agreement.
"""

import json
import re
import tomllib
from pathlib import Path

import pytest
import yaml
from folium import Map
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
NAMES = tomllib.loads((ROOT / "scripts/conda_names.toml").read_text())
CONDA = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
NPM_LOCK = json.loads((ROOT / "package-lock.json").read_text())["packages"]

DIRECT = [Requirement(line) for line in PYPROJECT["project"]["dependencies"] + PYPROJECT["dependency-groups"]["dev"]]


def written(requirement: Requirement) -> str:
    """The name as pyproject.toml writes it, extras included: "psycopg[binary]"."""
    extras = f"[{','.join(sorted(requirement.extras))}]" if requirement.extras else ""
    return requirement.name + extras


def pinned() -> dict[str, Version]:
    pins = re.findall(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", (ROOT / "requirements.lock").read_text(), re.M)
    return {canonicalize_name(name): Version(version) for name, version in pins}


def conda_lists() -> tuple[dict[str, str], dict[str, str]]:
    """What environment.yml asks conda for, and pip for, as name → version bound."""

    def split(line: str) -> tuple[str, str]:
        name, bound = re.fullmatch(r"([a-z0-9_.\[\]-]+)(.*)", line).groups()  # type: ignore[union-attr]
        return name, bound

    by_conda = dict(split(item) for item in CONDA if isinstance(item, str))
    by_pip = dict(split(line) for item in CONDA if isinstance(item, dict) for line in item["pip"])
    return by_conda, by_pip


def test_environment_yml_and_pyproject_agree_both_ways() -> None:
    lacking = set(NAMES["pip"]["packages"])
    expected_conda = {
        NAMES["names"].get(written(r), written(r)): str(r.specifier) for r in DIRECT if written(r) not in lacking
    }
    expected_pip = {written(r): str(r.specifier) for r in DIRECT if written(r) in lacking}
    by_conda, by_pip = conda_lists()
    extra = set(NAMES["extra"]["packages"])

    assert {name: bound for name, bound in by_conda.items() if name not in extra} == expected_conda
    assert by_pip == expected_pip
    assert extra <= by_conda.keys()


def test_environment_yml_python_is_one_the_project_supports() -> None:
    by_conda, _ = conda_lists()
    supported = Requirement(f"python{PYPROJECT['project']['requires-python']}").specifier
    assert by_conda["python"].lstrip("=") in supported


def test_conda_name_map_has_no_stale_entries() -> None:
    in_pyproject = {written(r) for r in DIRECT}
    assert NAMES["names"].keys() <= in_pyproject
    assert set(NAMES["pip"]["packages"]) <= in_pyproject


@pytest.mark.parametrize("requirement", DIRECT, ids=written)
def test_lock_satisfies_pyproject(requirement: Requirement) -> None:
    assert pinned()[canonicalize_name(requirement.name)] in requirement.specifier


def test_every_pin_is_hashed() -> None:
    for entry in re.split(r"\n(?=\S)", (ROOT / "requirements.lock").read_text().strip()):
        assert "--hash=sha256:" in entry, entry.splitlines()[0]


@pytest.mark.parametrize("name", ["requirements.lock", "package-lock.json"])
def test_lock_files_hold_no_addresses(name: str) -> None:
    # "http" 也是 httpx 的开头，所以查的是 "://"。 "http" also begins httpx, hence "://".
    assert "://" not in (ROOT / name).read_text(), "请运行 run: make lock"


def test_npm_lock_holds_what_package_json_asks_for() -> None:
    package = json.loads((ROOT / "package.json").read_text())
    assert NPM_LOCK[""]["dependencies"] == package["dependencies"]
    for path, entry in NPM_LOCK.items():
        assert path == "" or entry["integrity"].startswith("sha512-"), path


def test_offline_assets_are_the_versions_folium_loads() -> None:
    """folium names its browser files as …/npm/PACKAGE@VERSION/…; the same versions are locked."""
    urls = [url for _, url in Map.default_js + Map.default_css]
    asked = {m.groups() for url in urls if (m := re.search(r"/npm/((?:@[^/]+/)?[^/@]+)@([\d.]+)/", url))}
    asked |= {("jquery", m.group(1)) for url in urls if (m := re.search(r"/jquery-([\d.]+)\.min", url))}

    assert {name for name, _ in asked} == {
        "leaflet",
        "bootstrap",
        "jquery",
        "@fortawesome/fontawesome-free",
    }
    assert {(name, NPM_LOCK[f"node_modules/{name}"]["version"]) for name, _ in asked} == asked
