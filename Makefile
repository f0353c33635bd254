# Everything a person types often. Needs python3 (3.11 or later) and make; the rest goes into .venv.

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet
# Resolves for every platform and every Python from 3.11 on at once, which pip-compile cannot.
LOCK_TOOL := uv==0.13.9
LOCK := .venv-lock/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--custom-compile-command "make lock" $(UPGRADE)

.DEFAULT_GOAL := help
.PHONY: help demo test lint docs bench lock kerberos clean

help: ## This list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile

demo: .venv/.ready ## Simulated organisation, real protocols, a report
	$(BIN)/muster demo

test: .venv/.ready ## The tests of muster itself
	.venv/bin/python -m pytest -n 2 tests

lint: .venv/.ready ## Style, types, and who may import whom
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict plugins checks tests
	$(BIN)/lint-imports

docs: .venv/.ready ## The pages of docs/ that are made from the code
	$(BIN)/muster docs

bench: .venv/.ready ## Speed and memory, as ratios
	set -e; for script in bench/*.py; do $(BIN)/python "$$script"; done

kerberos: .venv/.ready ## Adds Kerberos to .venv (compiles: see CONTRIBUTING)
	$(PIP) --require-hashes -r requirements-kerberos.lock

lock: ## Rewrites the lock files; UPGRADE=--upgrade takes newer releases
	$(PYTHON) -m venv .venv-lock
	.venv-lock/bin/python -m pip --disable-pip-version-check install --quiet $(LOCK_TOOL)
	$(LOCK) --extra lab --extra dev --output-file requirements.lock pyproject.toml
	$(LOCK) --extra kerberos --constraints requirements.lock --output-file requirements-kerberos.lock pyproject.toml

clean: ## Removes what can be made again; reports/ stays
	rm -rf .venv .venv-lock build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# A new lock makes a new environment, so that nothing stays that the lock does not name.
.venv/.locked: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "muster needs Python 3.11 or later, and $(PYTHON) is older: make PYTHON=python3.12 …" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' || \
		{ echo "$(PYTHON) cannot make virtual environments. Debian, Ubuntu: apt install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv --clear .venv
	$(PIP) --require-hashes -r requirements.lock
	@touch $@

# The build back end comes from the lock too: nothing is fetched here.
.venv/.ready: .venv/.locked pyproject.toml
	$(PIP) --no-deps --no-build-isolation -e .
	@touch $@
