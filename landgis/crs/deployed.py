"""The CRS that a deployment supplies: the city's own plane, whose definition stays outside this repository.

Parameters that tie a local plane to the national system are classified. The definition is read from a file of the
deployment when it is first needed, and only its name, ``local``, is ever shown, stored or exported.
"""

from __future__ import annotations

from collections.abc import Callable

from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError

from landgis.crs.datum import other_datum
from landgis.errors import ConfigError

LOCAL = "local"
"""What to write after ``--crs``, and all that anybody sees of it."""
SETTING = "LANDGIS_CRS_FILE"
_CGCS2000 = 4490

Definition = Callable[[], str]


class _Deployment:
    """What this process knows of its deployment's CRS; the definition is asked for once, when it is needed."""

    def __init__(self) -> None:
        self.definition: Definition | None = None
        self.crs: CRS | None = None


_AT_WORK = _Deployment()


def deploy(definition: Definition | None) -> None:
    """Say where the definition of the local CRS comes from; None: this deployment has none.

    Parameters
    ----------
    definition
        Returns WKT, PROJJSON or a PROJ string (with a grid or seven parameters where it needs them).
    """
    _AT_WORK.definition, _AT_WORK.crs = definition, None


def deployed() -> CRS | None:
    """Return the deployment's CRS, or None if there is none.

    Raises
    ------
    ConfigError
        If the file is no CRS, not a projected one, or only repeats an EPSG code. The message never quotes it.
    """
    if _AT_WORK.crs is None and _AT_WORK.definition is not None:
        _AT_WORK.crs = _parsed(_AT_WORK.definition())
    return _AT_WORK.crs


def is_deployed(crs: CRS) -> bool:
    """Tell whether a CRS is the deployment's own, whose parameters must not be shown."""
    own = deployed()
    return own is not None and (crs is own or bool(crs == own))


def _parsed(text: str) -> CRS:
    try:
        crs = CRS.from_user_input(text.strip())
    except CRSError:
        raise _unusable(
            "不是 PROJ 能识别的坐标系", "is no CRS that PROJ knows"
        ) from None  # its message quotes the file
    plane = crs.source_crs if crs.is_bound and crs.source_crs is not None else crs
    if not plane.is_projected:
        raise _unusable("不是平面坐标系", "is not a projected CRS")
    if crs.to_epsg(min_confidence=60) is not None:
        raise _unusable("与 EPSG 代码相同，应直接用代码", "repeats an EPSG code: use the code")
    if "@" in text:
        raise _unusable(
            "含可有可无的格网（@），缺失时会被悄悄忽略",
            "names an optional grid (@), which is left out unseen when missing",
        )
    if crs.is_bound:
        return _usable(_to_cgcs2000(crs))
    if other_datum(crs) is not None:
        raise _unusable(
            "基于旧的大地基准，却没有换算参数", "stands on an older datum and holds no parameters of conversion"
        )
    return _usable(crs)


def _usable(crs: CRS) -> CRS:
    """Make sure that there is an exact way to CGCS2000, grids included."""
    try:
        Transformer.from_crs(crs, _CGCS2000, allow_ballpark=False, only_best=True).transform(0.0, 0.0, errcheck=True)
    except ProjError:
        raise _unusable(
            "到 CGCS2000 没有可用的换算（格网文件缺失？）", "has no usable way to CGCS2000 (a missing grid?)"
        ) from None
    return crs


def _to_cgcs2000(crs: CRS) -> CRS:
    """Let the parameters lead to CGCS2000: PROJ takes them to lead to WGS 84, and leaves them out on the way to any other."""
    bound = crs.to_json_dict()
    bound["target_crs"] = CRS.from_epsg(_CGCS2000).to_json_dict()
    return CRS.from_json_dict(bound)


def _unusable(zh: str, en: str) -> ConfigError:
    return ConfigError(
        f"部署提供的坐标系文件{zh}",
        f"The deployment's CRS file {en}",
        where=SETTING,
        next_zh="请由保管人核对该文件（WKT、PROJJSON 或 PROJ 字符串）；内容不在此显示",
        next_en="Have its keeper check the file (WKT, PROJJSON or a PROJ string); its content is not shown here",
    )
