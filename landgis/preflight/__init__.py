"""What the receiver of a delivery would check, checked before anything is written: pure, frames in, faults out."""

from landgis.preflight.check import preflight

__all__ = ["preflight"]
