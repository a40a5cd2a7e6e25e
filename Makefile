# One Window. `make` alone says what there is.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
WORKERS ?= 2
BIN := .venv/bin
DIST := web/static/dist
OTHER := bench/other_engine

# What Python has compiled is kept beside the sources also where the surroundings say otherwise, as images of containers
# do: without it each process that starts compiles all that it loads, which takes three times as long.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help run test lint format bench bench-nation mutants tour attack assets translations freeze clean

help:  ## show these targets
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-13s %s\n", $$1, $$2}' Makefile

run: .venv/product.stamp assets  ## install what is missing, open the product with demonstration data
	@OWSO_DEMO=$${OWSO_DEMO-1} $(BIN)/owso serve --prepare

test: .venv/tools.stamp assets  ## run every test on SQLite and PostgreSQL, or those that T names: make test T=tests/engine/bpmn
	@$(BIN)/python -m pytest -q $(or $(T),-n $(WORKERS) --dist worksteal)

lint: .venv/tools.stamp  ## check style, formatting, types and the direction of imports
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: .venv/tools.stamp  ## format the code
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: .venv/tools.stamp assets $(OTHER)/node_modules/.stamp  ## measure speed and size beside other engines; say what held
	@$(BIN)/python -m bench

bench-nation: .venv/tools.stamp assets  ## measure with a nation's cases on PostgreSQL (CASES="1000 1000000" M=inbox; minutes and gigabytes)
	@$(BIN)/python -m bench.nation $(M) $(if $(CASES),--cases $(CASES))

mutants: .venv/mutants.stamp  ## put small faults into what keeps promises and counts money; say which no test notices (M=clocks)
	@$(BIN)/python -m bench.mutants $(M)

tour: .venv/product.stamp assets  ## drive the whole story over HTTP with a movable clock and print it
	@$(BIN)/python -m tour

attack: .venv/product.stamp assets  ## repeat attacks on a server of this machine, and say what held (ONLY=guessing, URL=…)
	@URL='$(URL)' PASSWORD='$(PASSWORD)' ONLY='$(ONLY)' $(BIN)/python -m attack

assets: $(DIST)/manifest.json $(DIST)/fonts.stamp  ## build style sheets, scripts and fonts

translations: .venv/product.stamp  ## bring the Khmer catalogue up to date and say what lacks words
	@$(BIN)/owso translations update

freeze: .venv/tools.stamp  ## write the installed versions into constraints.txt
	@{ echo '# The versions that the product was tested with; `make freeze` writes this file anew.'; \
	   $(BIN)/pip freeze --exclude-editable --all --exclude pip; } > constraints.txt

clean:  ## remove everything that was built or installed; var/ with your data stays
	@rm -rf .venv node_modules $(OTHER)/node_modules $(DIST) *.egg-info .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "One Window needs Python 3.11 or newer; $(PYTHON) is older. Try: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
	  || { echo "This Python cannot make virtual environments. On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	@echo "Making the virtual environment …"
	@$(PYTHON) -m venv .venv

.venv/product.stamp: .venv/bin/python setup.cfg pyproject.toml constraints.txt
	@echo "Installing the product …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

.venv/build.stamp: .venv/product.stamp
	@echo "Installing what builds the front end …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[build]'
	@touch $@

.venv/tools.stamp: .venv/build.stamp
	@echo "Installing the tools for tests …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[build,dev]'
	@touch $@

.venv/mutants.stamp: .venv/tools.stamp
	@echo "Installing the tool that makes faults …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[mutants]'
	@touch $@

node_modules/.stamp: package.json package-lock.json | .venv/build.stamp
	@echo "Installing the front-end sources …"
	@$(BIN)/npm ci --ignore-scripts --no-audit --no-fund --silent
	@touch $@

$(OTHER)/node_modules/.stamp: $(OTHER)/package.json $(OTHER)/package-lock.json | .venv/build.stamp
	@echo "Installing the engine to compare with …"
	@$(BIN)/npm ci --prefix $(OTHER) --ignore-scripts --no-audit --no-fund --silent && touch $@ \
	  || echo "It could not be installed; its rows will not be measured."

$(DIST)/manifest.json: node_modules/.stamp web/static/build.mjs $(shell find web/static/src -type f 2>/dev/null)
	@$(BIN)/node web/static/build.mjs
	@touch $@

$(DIST)/fonts.stamp: node_modules/.stamp engine/documents/fonts.py | $(DIST)/manifest.json
	@$(BIN)/python -m engine.documents.fonts
	@touch $@
