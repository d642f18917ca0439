#!/usr/bin/env bash
# 打印本项目所用的 Python。 Prints the Python this project runs with.
# 由 environment.yml 建成并已激活的 conda 环境优先，否则用 .venv。
# An active conda environment made from environment.yml comes first, else .venv.
# setup.sh 与 Makefile 都问它，所以规则只写在这一处。 setup.sh and the Makefile both ask here.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if [ -n "${CONDA_PREFIX:-}" ] &&
    { [ -x "$CONDA_PREFIX/bin/shp2pgsql" ] || [ -x "$CONDA_PREFIX/bin/pg_config" ]; } &&
    "$CONDA_PREFIX/bin/python" -c \
        'import importlib.util as u, sys; sys.exit(u.find_spec("geopandas") is None)' 2>/dev/null; then
    echo "$CONDA_PREFIX/bin/python"
else
    echo ".venv/bin/python"
fi
