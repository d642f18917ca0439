"""The offline bundle: one archive with all that ``make setup`` installs (离线安装包). Standard library only."""
