#!/bin/sh
# Make .venv hold what requirements/<kind>.txt pins: environment.sh runtime|dev
# Repeated calls end at once. Works from any path, with spaces and Chinese, as any user.
set -eu
cd "$(dirname "$0")/.."
kind=$1
lock="requirements/$kind.txt"
home=$(pwd -P)

say() { printf '%s\n' "$*" >&2; }

# What is installed: these locks, in this place
wanted="$home $(cat "$lock" pyproject.toml | cksum)"
is_current() { [ "$(cat ".venv/.installed-$1" 2>/dev/null || true)" = "$2" ]; }
if [ -x .venv/bin/python ] && is_current "$kind" "$wanted"; then exit 0; fi
dev="$home $(cat requirements/dev.txt pyproject.toml | cksum)"
if [ "$kind" = runtime ] && [ -x .venv/bin/python ] && is_current dev "$dev"; then exit 0; fi

# A virtual environment does not survive being moved or copied, or a failed half
if [ -e .venv ] && [ "$(cat .venv/.home 2>/dev/null || true)" != "$home" ]; then
    if [ -L .venv ]; then rm .venv; else rm -rf .venv; fi
fi

find_python() {
    for each in ${PYTHON:-} python3.11 python3 python3.12 python3.13 python3.14; do
        if command -v "$each" >/dev/null 2>&1 &&
            "$each" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            printf '%s\n' "$each"
            return
        fi
    done
    say "✗ 需要 Python 3.11 或更新的版本（Debian 12：apt install python3 python3-venv）。"
    say "  Python 3.11 or newer is needed (Debian 12: apt install python3 python3-venv)."
    exit 1
}

install() {
    # The lock is complete, so nothing needs to be resolved; bytecode is made when it is needed
    if [ -x .venv/bin/pip ]; then
        .venv/bin/python -m pip install --quiet --no-compile --no-input --disable-pip-version-check "$@"
    else
        "$python" -m pip --python .venv/bin/python install --quiet --no-compile --no-input --disable-pip-version-check "$@"
    fi
}

python=$(find_python)
if [ ! -x .venv/bin/python ]; then
    say "· 建立虚拟环境 .venv（$python）"
    # A pip of the machine's own saves the seconds that making another one takes
    whole=$("$python" -c 'import sys; print(sys.executable)')
    if "$python" -m pip --python "$whole" --version >/dev/null 2>&1; then
        "$python" -m venv --without-pip .venv
    elif "$python" -c 'import ensurepip' 2>/dev/null; then
        "$python" -m venv .venv
    else
        say "✗ 这台机器的 Python 不能建立虚拟环境。请先安装：apt install python3-venv"
        say "  This Python cannot make virtual environments. Install: apt install python3-venv"
        exit 1
    fi
    printf '%s' "$home" >.venv/.home
fi
say "· 安装 $lock 锁定的依赖（首次需要一两分钟）"
install --require-hashes --no-deps -r "$lock"
install --no-deps --no-build-isolation -e .
printf '%s' "$wanted" >".venv/.installed-$kind"
