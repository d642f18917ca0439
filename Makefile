# 每个目标先跑 setup；已就绪时不到一秒。 Every target runs setup first; when all is ready it takes under a second.
# 例 examples:  make test ARGS="-k overlay"    make demo ARGS="--help"
SHELL := bash
PY = $(shell bash scripts/python.sh)
BIN = $(dir $(PY))

.DEFAULT_GOAL := help
.PHONY: help setup bundle demo test test-deep test-interop check handbook bench-peers bench bench-district bench-files bench-judge bench-choose bench-sheets bench-export bench-web bench-million lock clean

help: ## 列出所有目标 list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## 安装所需的一切（可反复运行） install everything needed (may be run again)
	@bash scripts/setup.sh

bundle: setup ## 做成离线包，供没有网络的机器 one archive for a machine without a network: make setup BUNDLE=…
	$(PY) -m scripts.bundle.build

demo: setup ## 用示例数据从头到尾跑一遍 run the whole story on sample data (ARGS=…)
	$(BIN)landgis demo $(ARGS)

test: check ## 检查并测试 checks and tests (ARGS=… goes to pytest)
	$(PY) -m pytest $(ARGS)

test-deep: export LANDGIS_ALSO = mmdebstrap
test-deep: setup ## 更久更细的测试 the longer, deeper tests
	$(PY) -m pytest -m deep $(ARGS)

test-interop: export LANDGIS_ALSO = python3-qgis qgis-providers gdal-bin
test-interop: setup ## 与其他软件的互通测试 tests against other software
	$(PY) -m pytest -m interop $(ARGS)

check: setup ## 只做静态检查 static checks only: style, types, layering
	$(BIN)ruff check
	$(BIN)ruff format --check
	$(PY) -m mypy
	$(BIN)lint-imports

handbook: setup ## 重拍手册里的图 take the pictures of the handbook anew
	LANDGIS_HANDBOOK=1 $(PY) -m pytest -n 0 tests/browser/test_handbook.py

bench-peers: setup # 装入用来比较的软件 install what landgis is compared with
	@# 跟着 setup 的同步会被移除；已就绪时不到一秒。 A sync of setup removes them; when ready, under a second.
	@if [ -x .bootstrap/bin/uv ]; then \
		UV_SYSTEM_CERTS=1 UV_PYTHON_DOWNLOADS=never .bootstrap/bin/uv pip install -q --python $(PY) \
			--require-hashes --only-binary :all: -r requirements-bench.lock; \
	else \
		$(PY) -m pip install --quiet --require-hashes --only-binary :all: -r requirements-bench.lock; \
	fi

bench: bench-peers ## 叠加内核与各软件并排测速，约 20 分钟 the overlay kernel beside its peers, some 20 minutes (ARGS=…)
	$(PY) scripts/bench_overlay.py $(ARGS)

bench-district: bench-peers ## 全区：建索引、量算、内存 a district: indexes, screening, memory (ARGS=…)
	$(PY) scripts/bench_district.py $(ARGS)

bench-files: setup ## 导入与质检测速 time the import and the quality rules
	$(PY) scripts/bench_import.py
	$(PY) scripts/bench_quality.py --count 50000

bench-judge: setup ## 从已存量测判定二十万个地块 judge 200,000 parcels from stored measurements (ARGS=…)
	PYTHONPATH=. $(PY) scripts/bench_judge.py $(ARGS)

bench-choose: setup ## 组合优选测速 time choosing a year's portfolio (ARGS=…)
	$(PY) scripts/bench_choose.py $(ARGS)

bench-sheets: setup ## 出图测速 time sheets and atlas (ARGS=…)
	$(PY) scripts/bench_sheets.py $(ARGS)

bench-export: setup ## 移交测速：二十万个面写成 GeoPackage hand over 200,000 polygons (ARGS=…)
	$(PY) scripts/bench_export.py $(ARGS)

bench-web: setup ## 工作台负载：瓦片、列表、核查 the desk under load: tiles, pages, checks (ARGS=…)
	PYTHONPATH=. $(PY) scripts/bench_web.py $(ARGS)

bench-million: setup ## 一百万个图斑的导入 import a million polygons
	$(PY) scripts/bench_import.py --count 1000000 --rounds 1

lock: setup ## 重新锁定各依赖的版本 pin all dependencies anew
	UV_SYSTEM_CERTS=1 .bootstrap/bin/uv pip compile -q --upgrade --universal --python-version 3.11 \
		--generate-hashes --no-header --no-annotate --group dev pyproject.toml -o requirements.lock
	npm update --package-lock-only --ignore-scripts --loglevel=error
	@# 锁文件里只留版本与指纹，不留网址。 Versions and hashes only: the lock keeps no addresses.
	$(PY) -c 'import json, pathlib; p = pathlib.Path("package-lock.json"); d = json.loads(p.read_text()); \
		[e.pop("funding", None) for e in d["packages"].values()]; p.write_text(json.dumps(d, indent=2) + "\n")'

clean: ## 删除产出与缓存，不动 .landgis 里的数据与 .venv remove outputs and caches, never the data in .landgis nor .venv
	rm -rf out node_modules landgis/web/static/vendor tests/artefacts
	rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . \( -name .venv -o -name .bootstrap -o -name .landgis -o -name .git \) -prune \
		-o \( -name __pycache__ -o -name .ipynb_checkpoints \) -type d -print0 | xargs -0 rm -rf
