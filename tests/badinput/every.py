"""All kinds, imported so that their cases are known."""

from tests.badinput import (
    attributes,
    container,
    contradiction,
    coordinates,
    crs,
    driver,
    encoding,
    geometry,
    markup,
    truncation,
)

KINDS = (attributes, container, contradiction, coordinates, crs, driver, encoding, geometry, markup, truncation)
