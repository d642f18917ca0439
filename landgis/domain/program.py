"""The program's own name and version, as records and manifests state them."""

from __future__ import annotations

VERSION = "0.1.0"
