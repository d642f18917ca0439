#!/usr/bin/env bash
# 准备好运行 landgis 所需的一切；可反复运行，已就绪的步骤直接跳过。
# Makes everything landgis needs; may be run again and again, what is ready is skipped.
# 内网安装：BUNDLE 指明离线包（make bundle 所建），此时不用网络。
# On an intranet BUNDLE names the archive that make bundle built; then no network is used.
# 退出码 exit codes: 0 就绪 ready, 1 某一步失败 a step failed, 2 需要您先做一件事 you must act first.
set -euo pipefail
BUNDLE="${BUNDLE:-}"
case "$BUNDLE" in "" | /*) ;; *) BUNDLE="$PWD/$BUNDLE" ;; esac
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/software.sh

CREATECLUSTER_CONF="${LANDGIS_CREATECLUSTER_CONF:-/etc/postgresql-common/createcluster.conf}"
LOG=.landgis/log/setup.log
VENDOR=landgis/web/static/vendor
UNPACKED=.landgis/bundle
STEPS=7
[ -z "$BUNDLE" ] || STEPS=8

# 私有证书机构之下 uv 也要信系统证书；不让它自行下载 Python。
# uv must trust the system's certificates (private CAs), and never fetch a Python of its own.
export UV_SYSTEM_CERTS=1 UV_PYTHON_DOWNLOADS=never UV_NO_PROGRESS=1
export PIP_DISABLE_PIP_VERSION_CHECK=1

# ---------------------------------------------------------------- 输出 output

# 以十分之一秒计；bash 5 之前没有 EPOCHREALTIME，只到整秒。
# In tenths of a second; before bash 5 there is no EPOCHREALTIME, whole seconds must do.
tenths() {
    local t="${EPOCHREALTIME:-$SECONDS.000000}"
    echo $((${t%[.,]*} * 10 + 10#${t#*[.,]} / 100000))
}
since() {
    local d=$(($(tenths) - $1))
    echo "$((d / 10)).$((d % 10)) s"
}
step_number=0
open_line=""
step() { # 步骤名 name
    step_number=$((step_number + 1))
    step_start="$(tenths)"
    open_line=yes
    printf '[%d/%d] %s … ' "$step_number" "$STEPS" "$1"
}
ok() { # 结果 result
    printf '%s (%s)\n' "$1" "$(since "$step_start")"
    open_line=""
}
stop() { # 退出码 code, 说明 message
    [ -z "$open_line" ] || printf '未完成 not done\n'
    printf '\n%s\n' "$2" >&2
    exit "$1"
}

# 日志可能被贴到别处，所以不留任何主机名。 Logs get pasted around: no host name goes into them.
mask_hosts() {
    sed -E \
        -e 's#([a-z]+://)[^/[:space:]]+#\1…#g' \
        -e 's#(^|[^0-9.])([0-9]{1,3}\.){3}[0-9]{1,3}([^0-9.]|$)#\1…\3#g' \
        -e 's#((resolv|connect|host)[a-z]*( to)?[^A-Za-z0-9]{1,3})[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+#\1…#g' \
        -e 's#[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.(org|com|net|cn|io|dev|local|internal)([^A-Za-z0-9.-]|$)#…\3#g'
}
run() { # 运行，输出进日志；失败则打印日志末尾。 Runs with output to the log; on failure prints its tail.
    if ! { printf '\n$ %s\n' "$*" && "$@" </dev/null 2>&1; } | mask_hosts >>"$LOG"; then
        stop 1 "失败 failed: $1 ${2:-}
完整日志 full log: $LOG
$(tail -n 20 "$LOG")"
    fi
}
have() { command -v "$1" >/dev/null 2>&1; }
digest() { # 文件指纹 of files
    cat "$@" | { if have sha256sum; then sha256sum; else shasum -a 256; fi; } | cut -d ' ' -f 1
}

# ---------------------------------------------------------- 系统软件 system software

python_ok() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }
find_python() {
    local name
    for name in "${LANDGIS_PYTHON:-python3}" python3.13 python3.12 python3.11; do
        if python_ok "$name"; then
            echo "$name"
            return
        fi
    done
}

# 项目文件夹一改名，.venv 里各命令首行的路径便失效。 Once the project's folder is renamed, the first
# lines of .venv's commands point nowhere: such a .venv is made anew.
venv_ok() { python_ok .venv/bin/python && grep -qF "$PWD/.venv" .venv/bin/activate; }

states() { # 包 packages…；dpkg-query 遇到没听说过的包会返回 1 exits 1 over a package it never heard of
    # shellcheck disable=SC2016  # ${Package} 是 dpkg-query 的写法 is dpkg-query's own
    dpkg-query -W -f '${Package} ${Status}\n' "$@" 2>/dev/null || true
}
installed() { # 包 package, states 所述 as states told
    grep -qx "$1 install ok installed" <<<"$2"
}

missing_debian_packages() {
    local wanted=("${DEBIAN_PACKAGES[@]}")
    have node || wanted+=(nodejs)
    # 别处装来的 nodejs 自带 npm，并不是 npm 这个包。 A nodejs from elsewhere brings its own npm.
    have npm || wanted+=(npm)
    if [ -z "$PYTHON" ]; then
        wanted+=(python3 python3-venv)
    elif ! "$PYTHON" -c 'import ensurepip, venv' >/dev/null 2>&1; then
        wanted+=(python3-venv)
    fi
    local here name
    here="$(states "${wanted[@]}")"
    for name in "${wanted[@]}"; do
        installed "$name" "$here" || printf '%s ' "$name"
    done
}

older_debian_packages() { # 已装而离线包里有更新的 installed, and newer in the bundle
    local name here offered
    for name in "${DEBIAN_PACKAGES[@]}" "${NODE_PACKAGES[@]}" "${PYTHON_PACKAGES[@]}"; do
        # shellcheck disable=SC2016  # ${Version} 是 dpkg-query 的写法 is dpkg-query's own
        here="$(dpkg-query -W -f '${Version}' "$name" 2>/dev/null || true)"
        offered="$(awk -v name="$name" '$1 == "Package:" { here = $2 } $1 == "Version:" && here == name { print $2; exit }' \
            "$UNPACKED/debian/Packages")"
        if installed "$name" "$(states "$name")" && dpkg --compare-versions "$here" lt "$offered"; then
            printf '%s ' "$name"
        fi
    done
}

install_debian_packages() { # 包 packages…
    local apt=(env DEBIAN_FRONTEND=noninteractive apt-get -y -q -o DPkg::Lock::Timeout=300)
    local install=(install --no-install-recommends)
    local from="" # 离线包作唯一来源 the bundle as the only source
    if [ -n "$BUNDLE" ]; then
        from=" -c '$PWD/$UNPACKED/apt.conf'"
        apt+=(-c "$PWD/$UNPACKED/apt.conf")
    fi
    local no_cluster='s/^[#[:space:]]*create_main_cluster[[:space:]]*=.*/create_main_cluster = false/'
    local sudo=() server=""
    if [[ " $* " == *" postgresql-$PG_MAJOR "* ]] && ! installed "postgresql-$PG_MAJOR" "$(states "postgresql-$PG_MAJOR")"; then
        server=yes
    fi
    if [ "$(id -u)" != 0 ]; then
        sudo=(sudo -n)
        if ! "${sudo[@]}" true >/dev/null 2>&1; then
            local how="  sudo apt-get$from update"
            [ -z "$server" ] || how+="
  sudo apt-get$from install -y --no-install-recommends postgresql-common
  sudo sed -i -E '$no_cluster' $CREATECLUSTER_CONF"
            how+="
  sudo apt-get$from install -y --no-install-recommends $*"
            stop 2 "缺少系统软件包，而当前用户无权安装。请运行以下命令，然后再运行一次 make setup${BUNDLE:+ BUNDLE=…}：
System packages are missing and this user may not install them. Run the following, then make setup${BUNDLE:+ BUNDLE=…} again:

$how"
        fi
    fi
    run "${sudo[@]}" "${apt[@]}" update
    if [ -n "$BUNDLE" ]; then
        # 上次被打断的先收尾；没有则什么也不做。 What an earlier run left half done is finished first, if anything.
        "${sudo[@]}" dpkg --configure -a </dev/null >>"$LOG" 2>&1 || true
        run "${sudo[@]}" "${apt[@]}" "${install[@]}" --fix-broken
    fi
    if [ -n "$server" ]; then
        # 数据库由 landgis 自己在 .landgis 里建，不要系统级的。 landgis makes its own cluster in
        # .landgis: the server package must not make and start one for the whole system.
        run "${sudo[@]}" "${apt[@]}" "${install[@]}" postgresql-common
        run "${sudo[@]}" sed -i -E "$no_cluster" "$CREATECLUSTER_CONF"
        grep -qx 'create_main_cluster = false' "$CREATECLUSTER_CONF" ||
            run "${sudo[@]}" sed -i '1i create_main_cluster = false' "$CREATECLUSTER_CONF"
    fi
    run "${sudo[@]}" "${apt[@]}" "${install[@]}" "$@"
}

missing_programs() { # 没有 apt 的系统：只看程序在不在。 Systems without apt: are the programs there?
    local version control
    version="$(pg_config --version 2>/dev/null | sed -E 's/[^0-9]*([0-9]+).*/\1/')" || true
    if [ "${version:-0}" -lt 15 ]; then
        echo "  - PostgreSQL ≥ 15 (pg_config 须在 PATH 上 must be on PATH)"
    fi
    control="$(pg_config --sharedir 2>/dev/null || true)/extension/postgis.control"
    if ! grep -qE "^default_version = '(3\.([3-9]|[0-9]{2,})|[4-9]|[0-9]{2,})" "$control" 2>/dev/null; then
        echo "  - PostGIS ≥ 3.3"
    fi
    if ! { have fc-list && fc-list : family | grep 'Noto Sans CJK' >/dev/null; }; then
        echo "  - Noto Sans CJK 字体 font (fc-list 须能列出 must list it)"
    fi
    have chromium || have chromium-browser || have google-chrome || echo "  - Chromium"
    have node || echo "  - node"
    have npm || echo "  - npm"
    if [ -z "$PYTHON" ] || ! "$PYTHON" -c 'import ensurepip, venv' >/dev/null 2>&1; then
        echo "  - Python ≥ 3.11，含 with venv"
    fi
}

# -------------------------------------------------------------------- 各步骤 the steps

all_start="$(tenths)"
mkdir -p "$(dirname "$LOG")"

step "平台 platform"
PY="$(bash scripts/python.sh)"
CONDA=""
[ "$PY" = .venv/bin/python ] || CONDA=yes
PYTHON="$(find_python)"
if [ -n "$CONDA" ]; then
    PYTHON="$PY"
    ok "conda 环境 environment（未经测试 untested）"
elif have apt-get; then
    ok "Debian/Ubuntu"
else
    ok "$(uname -s)"
fi

if [ -n "$BUNDLE" ]; then
    step "离线包 bundle"
    [ -z "$CONDA" ] || stop 2 "离线包不装入 conda 环境。请先退出它（conda deactivate），再运行一次。
A bundle is not installed into a conda environment. Leave it first (conda deactivate) and run again."
    [ -n "$PYTHON" ] || stop 2 "核对离线包需要 Python 3.11 或更新版本；Debian 12 的做法见 docs/offline.md。
Verifying the bundle takes Python 3.11 or newer; docs/offline.md tells how Debian 12 gets it from the bundle."
    found="$("$PYTHON" -m scripts.bundle.opening "$BUNDLE" "$UNPACKED" 2>&1)" || stop 2 "$found"
    export PIP_NO_INDEX=1 PIP_FIND_LINKS="$UNPACKED/wheels"
    export UV_OFFLINE=1 UV_NO_INDEX=1 UV_FIND_LINKS="$UNPACKED/wheels"
    ok "已核对 verified: $found"
fi

step "系统软件包 system packages"
if [ -z "$CONDA" ] && have apt-get; then
    read -ra missing <<<"$(missing_debian_packages) ${BUNDLE:+$(older_debian_packages)}"
    if [ "${#missing[@]}" -eq 0 ]; then
        ok "已就绪 ok"
    else
        install_debian_packages "${missing[@]}"
        PYTHON="$(find_python)"
        ok "已安装 installed: ${missing[*]}"
    fi
else
    lacking="$(missing_programs)"
    if [ -z "$lacking" ]; then
        ok "已就绪 ok"
    elif [ -n "$CONDA" ]; then
        # conda 环境不带浏览器与字体：提醒即可。 The environment brings no browser or font: say so, go on.
        ok "缺 missing: $(tr -d '\n' <<<"${lacking//  - / · }")"
    else
        stop 2 "本系统没有 apt-get，无法代装。landgis 需要（标出的是缺少的）：
This system has no apt-get, so nothing can be installed for you. landgis needs PostgreSQL ≥ 15 with
PostGIS ≥ 3.3, a Noto Sans CJK font, Chromium, node with npm, and Python ≥ 3.11 with venv. Missing are:

$lacking

请用系统自己的办法装好，或用 conda（未经测试），然后再运行一次 make setup：
Install them in this system's own way, or use conda (untested), then run make setup again:

  conda env create -f environment.yml
  conda activate landgis"
    fi
fi

step "Python 与 and uv"
if [ -z "$PYTHON" ]; then
    stop 2 "需要 Python 3.11 或更新版本；现有 $(python3 --version 2>/dev/null || echo '没有 none')。请安装后用 LANDGIS_PYTHON 指明，例如：
Python 3.11 or newer is needed, and this one is older. Install one and name it in LANDGIS_PYTHON, for example:

  LANDGIS_PYTHON=/usr/local/bin/python3.12 make setup"
fi
if [ -n "$CONDA" ]; then
    ok "由 conda 提供 from conda"
elif [ "$(.bootstrap/bin/uv --version 2>/dev/null | cut -d ' ' -f 2)" = "$UV_VERSION" ]; then
    ok "已就绪 ok"
else
    run "$PYTHON" -m venv --clear .bootstrap
    run .bootstrap/bin/pip install --quiet --only-binary :all: "uv==$UV_VERSION"
    ok "已安装 installed: uv $UV_VERSION"
fi

step "Python 依赖 dependencies"
# 指纹最后才写：中途失败则下次重来。 The stamp is written last: after a failure it all runs again.
want="$(digest requirements.lock pyproject.toml)"
stamp=.venv/.landgis-stamp
if [ -n "$CONDA" ]; then
    stamp=.landgis/conda-stamp
    want="$want $CONDA_PREFIX"
fi
if [ "$(cat "$stamp" 2>/dev/null)" = "$want" ] && { [ -n "$CONDA" ] || venv_ok; }; then
    ok "已就绪 ok"
elif [ -n "$CONDA" ]; then
    run "$PY" -m pip install --quiet --no-deps --no-build-isolation -e .
    echo "$want" >"$stamp"
    ok "已装入 conda 环境 installed into the conda environment"
else
    venv_ok || run .bootstrap/bin/uv venv --clear --python "$PYTHON" .venv
    run .bootstrap/bin/uv pip sync --python .venv/bin/python --compile-bytecode --require-hashes --only-binary :all: requirements.lock
    run .bootstrap/bin/uv pip install --python .venv/bin/python --no-deps --no-build-isolation -e .
    # 有的机器不许 Python 自己存字节码。 Some machines let Python keep no byte code of its own.
    run "$PY" -m compileall -q landgis
    echo "$want" >"$stamp"
    ok "已安装 installed"
fi

step "网页资源 browser assets"
want="$(digest package-lock.json scripts/vendor_assets.py)"
if [ "$(cat "$VENDOR/.landgis-stamp" 2>/dev/null)" = "$want" ]; then
    ok "已就绪 ok"
else
    if [ -n "$BUNDLE" ]; then
        run "$PYTHON" -m scripts.bundle.npm "$UNPACKED/npm"
    else
        run npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
    fi
    run "$PY" scripts/vendor_assets.py
    echo "$want" >"$VENDOR/.landgis-stamp"
    ok "已安装 installed"
fi

# 机器码随内核源码与 numba 的版本而定；源码未变则不重编。
# The machine code belongs to the kernel's source and numba's version: unchanged, it is not compiled again.
step "编译量算内核 compile the overlay kernel"
KERNEL=landgis/overlay/compiled
want="$(digest requirements.lock "$KERNEL"/*.py landgis/overlay/polygons.py landgis/overlay/tree.py)"
if [ "$(cat "$KERNEL/__pycache__/landgis-stamp" 2>/dev/null)" = "$want" ]; then
    ok "已就绪 ok"
else
    run "$PY" -m landgis.overlay.warm
    mkdir -p "$KERNEL/__pycache__"
    echo "$want" >"$KERNEL/__pycache__/landgis-stamp"
    ok "已编译 compiled"
fi

[ -z "$BUNDLE" ] || rm -rf "$UNPACKED"

step "完成 ready"
step_start="$all_start"
ok "可以运行 now run: make demo"
