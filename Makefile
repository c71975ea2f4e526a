# `make test` and `make demo` need Python 3.11 or newer, nothing else: they create .venv and install what they use.
# Node.js (with npm) lets two more judges of rewritten workflows take part in the tests.

PYTHON ?= $(shell for python in python3 python python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$python; break; }; done)
WORKERS ?= 2
BIN := .venv/bin
JUDGES := tests/oracles/node_modules/.installed

# What decides whether a rewrite is safe: all but the last branches of new readers are tested.
SAFETY := */needful/source.py,*/needful/document/*,*/needful/effects/*,*/needful/dependence/*,*/needful/rules/*,*/needful/planning/*
# Of the whole, in percent, branches included.
COVERED := 95

.PHONY: help test quick demo lint types layers docs check-docs self bench lock clean
.DEFAULT_GOAL := help

help:  ## Show this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 14

demo: .venv/.runtime  ## Rewrite the demonstration repository in a temporary copy: the plan and the diff
	@$(BIN)/python tools/demo.py

test: .venv/.dev $(JUDGES)  ## Run every test: those on real workflows first, then the others, which must cover all
	@real=0; $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile -m real $(PYTEST) || real=$$?; \
	$(BIN)/coverage erase; \
	$(BIN)/python -m pytest -n $(WORKERS) -m 'not real' --cov --cov-report= $(PYTEST) && exit $$real
	@$(BIN)/coverage report --fail-under=$(COVERED)
	@echo 'What decides safety:'
	@$(BIN)/coverage report --fail-under=98 --include='$(SAFETY)'

quick: .venv/.dev $(JUDGES)  ## Run the tests that take milliseconds, without coverage
	$(BIN)/python -m pytest -n $(WORKERS) -m 'not slow and not real' $(PYTEST)

lint: .venv/.dev  ## Style
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: .venv/.dev  ## Types
	$(BIN)/mypy

layers: .venv/.dev  ## Imports point down; a third-party library has one door
	$(BIN)/lint-imports

docs: .venv/.dev  ## Write the documentation that is generated: pages of the rules, parts of the README and of the model
	$(BIN)/python tools/rule_docs.py
	$(BIN)/python tools/settings_docs.py
	$(BIN)/python tools/readme.py
	$(BIN)/python tools/explained.py
	$(BIN)/python tools/demo_history.py

check-docs: .venv/.dev  ## The generated documentation is what would be generated now
	$(BIN)/python tools/rule_docs.py --check
	$(BIN)/python tools/settings_docs.py --check
	$(BIN)/python tools/readme.py --check
	$(BIN)/python tools/explained.py --check
	$(BIN)/python tools/demo_history.py --check

self: .venv/.dev  ## Our own workflows and image, judged by others and by ourselves
	$(BIN)/zizmor --offline --quiet --no-progress .github action.yml fixtures/example
	$(BIN)/hadolint Dockerfile
	$(BIN)/needful check .
	$(BIN)/needful plan .

bench: .venv/.dev  ## Time the plan over real workflows, measure predictions on recorded runs
	$(BIN)/python benchmarks/speed.py
	$(BIN)/python benchmarks/recorded.py
	$(BIN)/python benchmarks/prediction.py

lock: ## Renew requirements-dev.lock: exact versions for everything that is installed
	rm -rf build/lock && $(PYTHON) -m venv build/lock
	build/lock/bin/pip install --quiet --disable-pip-version-check '.[dev]'
	build/lock/bin/pip freeze --exclude needful --exclude pip --exclude setuptools > build/lock/frozen
	(sed -n '/^#/p' requirements-dev.lock; cat build/lock/frozen) > build/lock/new
	mv build/lock/new requirements-dev.lock

clean:  ## Remove everything that was made
	rm -rf .venv build dist .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	rm -rf tests/oracles/node_modules

.venv/bin/python:
	@test -n '$(PYTHON)' || { echo 'Needful needs Python 3.11 or newer.' >&2; exit 1; }
	$(PYTHON) -m venv .venv

.venv/.runtime: .venv/bin/python pyproject.toml requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint requirements-dev.lock --editable .
	@touch $@

.venv/.dev: .venv/.runtime
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint requirements-dev.lock --editable '.[dev]'
	@touch $@

# Without npm nothing is installed, and the tests that would ask these judges say that they are skipped.
$(JUDGES): tests/oracles/package.json tests/oracles/package-lock.json
	@if command -v npm >/dev/null; then \
		npm ci --prefix tests/oracles --ignore-scripts --no-audit --no-fund --loglevel=error && touch $@; \
	else echo 'npm is not here: the Node.js judges are skipped.'; fi
