"""The large sizes of the sample: countryside of a town or a district, made tile by tile without a loop over features.

Everything in it is stand-in data without legal force (替代数据，非法定成果).
"""

from landgis.sample.country.ground import DISTRICT_SIZE, SIZES, TOWN_SIZE, CountrySize

__all__ = ["DISTRICT_SIZE", "SIZES", "TOWN_SIZE", "CountrySize"]
