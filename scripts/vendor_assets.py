"""Copy the browser files landgis serves (and hands out for offline use) out of node_modules.

把网页用到的前端文件从 node_modules 拷到 landgis/web/static/vendor/（不入库）。
Standard library only: one small table, run by scripts/setup.sh.
"""

import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENDOR = Path("landgis/web/static/vendor")

# (node_modules 里的文件或文件夹 from, vendor 里的位置 to)
ASSETS: list[tuple[str, str]] = [
    ("ol/dist/ol.js", "ol/ol.js"),
    ("ol/ol.css", "ol/ol.css"),
    ("proj4/dist/proj4.js", "proj4/proj4.js"),
    ("htmx.org/dist/htmx.min.js", "htmx/htmx.min.js"),
    # 以下即 folium.Map.default_js / default_css 所引用的文件（离线成果用）。
    # Below: what folium.Map.default_js / default_css load, for the offline hand-out. Each
    # style sheet keeps its place relative to the images and fonts it asks for.
    ("leaflet/dist/leaflet.js", "folium/leaflet.js"),
    ("leaflet/dist/leaflet.css", "folium/leaflet.css"),
    ("leaflet/dist/images", "folium/images"),
    ("leaflet.awesome-markers/dist/leaflet.awesome-markers.js", "folium/leaflet.awesome-markers.js"),
    ("leaflet.awesome-markers/dist/leaflet.awesome-markers.css", "folium/leaflet.awesome-markers.css"),
    ("leaflet.awesome-markers/dist/images", "folium/images"),
    ("jquery/dist/jquery.min.js", "folium/jquery.min.js"),
    ("bootstrap/dist/js/bootstrap.bundle.min.js", "folium/bootstrap.bundle.min.js"),
    ("bootstrap/dist/css/bootstrap.min.css", "folium/bootstrap.min.css"),
    ("@fortawesome/fontawesome-free/css/all.min.css", "folium/fontawesome/css/all.min.css"),
    ("@fortawesome/fontawesome-free/webfonts", "folium/fontawesome/webfonts"),
    # folium 的默认图标出自 Bootstrap 3；此包只含其图标部分。
    # folium's default marker icons are Bootstrap 3's; this package holds nothing but them.
    ("glyphicons-only-bootstrap/css/bootstrap.min.css", "folium/glyphicons/css/bootstrap-glyphicons.min.css"),
    ("glyphicons-only-bootstrap/fonts", "folium/glyphicons/fonts"),
]


def vendor(root: Path = ROOT) -> None:
    """Fill the vendor folder anew, or stop and name what is missing."""
    modules, target = root / "node_modules", root / VENDOR
    missing = [source for source, _ in ASSETS if not (modules / source).exists()]
    if missing:
        sys.exit(
            "前端文件缺失（npm 包的结构变了？请改 scripts/vendor_assets.py 的表）：\n"
            "browser files are missing (did an npm package move them? see the table in "
            "scripts/vendor_assets.py):\n  " + "\n  ".join(f"node_modules/{name}" for name in missing)
        )
    # 先清空：旧版本的文件不得留下。 Emptied first: nothing of an older version stays behind.
    shutil.rmtree(target, ignore_errors=True)
    for source, to in ASSETS:
        destination = target / to
        destination.parent.mkdir(parents=True, exist_ok=True)
        if (modules / source).is_dir():
            shutil.copytree(modules / source, destination, dirs_exist_ok=True)
        else:
            shutil.copyfile(modules / source, destination)


if __name__ == "__main__":
    vendor()
