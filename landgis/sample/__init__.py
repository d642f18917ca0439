"""The sample district: generated, seeded countryside with planted cases whose answers are known.

No file and no database: frames out. Everything in it is stand-in data without legal force (替代数据，非法定成果).
"""

from landgis.sample.district import SampleDistrict, build
from landgis.sample.layers import LayerSample

__all__ = ["LayerSample", "SampleDistrict", "build"]
