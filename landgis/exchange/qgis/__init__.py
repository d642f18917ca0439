"""Projects and styles for QGIS and for map servers: QML, SLD, ``.qgz``; every look comes from ``maps.style``."""
