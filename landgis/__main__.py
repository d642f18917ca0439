"""``python -m landgis``: the command, where its script is not on the path."""

from landgis.cli.app import main

main()
