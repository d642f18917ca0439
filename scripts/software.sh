# 要装的系统软件与工具，只写在这一处：scripts/setup.sh 装它们，make bundle 把它们装进离线包。
# What is installed beside the Python packages, told once: setup.sh installs it, make bundle packs it.
# shellcheck shell=bash disable=SC2034  # 由读它的脚本使用 used by the scripts that source this
UV_VERSION=0.13.9
# Debian 12 自带 15；Debian 13、Ubuntu 24.04 可设为 17、16（未经测试）。
# Debian 12 ships 15; on Debian 13 or Ubuntu 24.04 set it to 17 or 16 (untested).
PG_MAJOR="${LANDGIS_PG_MAJOR:-15}"
DEBIAN_PACKAGES=("postgresql-$PG_MAJOR" "postgresql-$PG_MAJOR-postgis-3" fonts-noto-cjk chromium libatomic1) # libatomic1: the browser tests' driver
# 互通测试另要的软件，见 Makefile。 What the tests against other software want beside: see the Makefile.
# shellcheck disable=SC2206  # 一词一包 a word is a package
DEBIAN_PACKAGES+=(${LANDGIS_ALSO:-})
# 只在本机没有时才装 Only where the machine has none of its own:
NODE_PACKAGES=(nodejs npm)
PYTHON_PACKAGES=(python3 python3-venv)
# 内网机器上运行 make setup 本身要的 What running make setup takes, for a machine without a network:
MAKE_PACKAGES=(make git)
