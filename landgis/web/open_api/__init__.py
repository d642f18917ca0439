"""OGC API – Features, Parts 1 and 2, for QGIS, the municipal platform and other programs; pygeoapi behind one door."""
