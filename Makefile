# make demo    a running province with invented data; prints the address and the accounts
# make test    every test, on a database of its own
# make coverage  the same, and no branch of what decides may be left out
# make check   everything a machine can judge without running it
# make bench   speed beside a peer
# Works as root and as an ordinary user, from any folder (make -C …), in any path.

PY := .venv/bin/python
JOBS ?= $(shell n=$$(nproc 2>/dev/null || echo 2); [ "$$n" -gt 4 ] && echo 4 || echo $$n)
export PYTHONUTF8 := 1
export DJANGO_SETTINGS_MODULE := kehui.site.settings

.PHONY: demo up test coverage covered check format bench vendor lock clean runtime dev
.PHONY: lint types layers templates migrations security
.DEFAULT_GOAL := demo

runtime:
	@sh tools/environment.sh runtime

dev:
	@sh tools/environment.sh dev

demo: runtime
	@exec $(PY) -m kehui.cli demo --size small --up

up: runtime
	@exec $(PY) -m kehui.cli up

test: dev
	@$(PY) -m pytest -q -n $(JOBS) $(ARGS)

# What decides, and so is covered branch by branch
comma := ,
space := $(subst ,, )
COVERED := $(subst $(space),$(comma),$(strip \
	src/kehui/*/services/* src/kehui/*/services.py \
	src/kehui/*/selectors/* src/kehui/*/selectors.py \
	src/kehui/*/policies/* src/kehui/*/policies.py \
	src/kehui/*/adapter/* src/kehui/*/adapter.py \
	src/kehui/engines/* src/kehui/core/*))

# Three runs. Engines in processes of their own: late in a long run the tracer has missed
# interpreted loops. What walks every page for every role, drives browsers or ends processes comes
# last and unmeasured: it checks doors and not branches, and would take twice as long.
COUNTED := --cov=kehui --cov-branch --cov-report=
WALKS := tests/browser tests/faults tests/rights
coverage:
	@$(MAKE) --no-print-directory test ARGS="tests/engines $(COUNTED) $(ARGS)"
	@$(MAKE) --no-print-directory test ARGS="$(WALKS:%=--ignore=%) --ignore=tests/engines \
		$(COUNTED) --cov-append $(ARGS)"
	@$(MAKE) --no-print-directory covered
	@$(MAKE) --no-print-directory test ARGS="$(WALKS) $(ARGS)"

# Of the last run that was measured
covered:
	@$(PY) -m coverage report --include='$(COVERED)' --fail-under=100

# All of them, even when one fails: a person wants the whole list at once
check: dev
	@$(MAKE) --no-print-directory --keep-going lint types layers templates migrations security || \
		{ printf '✗ check 没有通过\n'; exit 1; }; printf '✓ check 通过\n'

lint: dev
	@printf '· ruff\n'; status=0; $(PY) -m ruff format --check --quiet . || status=1; \
	$(PY) -m ruff check --quiet . || status=1; exit $$status

types: dev
	@printf '· mypy\n'; $(PY) -m mypy

layers: dev
	@printf '· layers\n'; .venv/bin/lint-imports

templates: dev
	@printf '· templates\n'; $(PY) -m djlint --quiet --check src && $(PY) -m djlint --quiet --lint src

migrations: dev
	@printf '· migrations\n'; $(PY) -W ignore -m kehui.cli makemigrations --check --dry-run

security: dev
	@printf '· bandit\n'; $(PY) -m bandit --quiet --recursive -ll --configfile pyproject.toml src

format: dev
	@$(PY) -m ruff format .
	@$(PY) -m ruff check --fix --quiet . || true
	@$(PY) -m djlint --quiet --reformat src || true

bench: dev
	@$(PY) -m kehui.cli bench matching $(ARGS)

# Check the JavaScript and fonts we ship against their lock
vendor: dev
	@$(PY) tools/vendor.py $(ARGS)

# Pin every dependency with its hashes; needs uv. No file records where a package came from.
COMPILE := uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header --quiet
lock:
	@$(COMPILE) --group build -o requirements/runtime.txt
	@$(COMPILE) --group build --group dev -o requirements/dev.txt

clean:
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache htmlcov
	@find src tests -name __pycache__ -type d -prune -exec rm -rf {} +
	@printf '已清理。数据文件夹（默认 var/）没有动。\n'
