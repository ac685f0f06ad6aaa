# Every target sets up what it needs, once, and again when a lock file changes.
#
#   make demo ARGS="--port 9000"     arguments for the command behind the target
#   make test PYTHON=python3.12      another interpreter (3.11 or newer)

PYTHON ?= python3
ARGS   ?=
JOBS   ?= auto
FUZZ   ?= 1

VENV := .venv
BIN  := $(VENV)/bin
PIP  := $(BIN)/python -m pip --quiet --disable-pip-version-check

# An empty stamp is newer than the lock it was made from, or make does the step again.
MADE := $(VENV)/.made
RUN  := $(VENV)/.locked
DEV  := $(VENV)/.locked-dev

.DEFAULT_GOAL := help
.PHONY: help demo test check fix bench fuzz texts lock

help: ## say what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

demo: $(RUN) ## start Stand Easy with phones in a web page, nothing else needed
	@$(BIN)/python -m bot demo $(ARGS)

test: $(DEV) ## run every test that this machine can run
	$(BIN)/python -m pytest -n $(JOBS) --maxprocesses 4 --dist worksteal $(ARGS)

check: $(DEV) ## run the gates: style, types, imports, migrations, coverage
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	env -u STANDEASY_DATABASE_URL $(BIN)/alembic check
	$(BIN)/python -m pytest -q -n $(JOBS) --maxprocesses 4 -m "not postgres and not browser" \
	  tests/core tests/sealing --cov=bot.core --cov=bot.sealing --cov-branch \
	  --cov-report=term-missing:skip-covered --cov-fail-under=100

fix: $(DEV) ## mend what can be mended by machine
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: $(DEV) ## print speeds as ratios to a baseline of the same run
	$(BIN)/python -m tests.bench $(ARGS)

# What `make test` takes a share of (tests/shares.py): all generated updates, organisations and
# histories, and a whole year; all conversations in every language; and on PostgreSQL what a mark
# leaves to it (tests/conftest.py).
fuzz: $(DEV) ## try 100,000 broken updates, 10,000 organisations and a whole year
	FUZZ=1 $(BIN)/python -m pytest -q -n $(JOBS) --maxprocesses 4 \
	  tests/journeys/test_fuzz.py tests/journeys/test_a_year.py tests/journeys/test_kill.py \
	  tests/core/disclosure/test_consistency.py \
	  tests/core/disclosure/test_histories.py tests/core/disclosure/test_organisations.py \
	  tests/core/disclosure/test_heads.py tests/core/disclosure/test_band_geometry.py \
	  tests/core/contact_times/test_oracle.py tests/core/year_ahead/test_sameness.py \
	  tests/core/test_drafts.py tests/core/test_responses.py tests/core/test_tabulation.py \
	  tests/core/test_reporting_units.py $(ARGS)
	FUZZ=1 $(BIN)/python -m pytest -q -n $(JOBS) --maxprocesses 4 --dist worksteal \
	  -m "not postgres and not browser" -k "[cy or -cy" tests/officer $(ARGS)
	FUZZ=1 $(BIN)/python -m pytest -q -n $(JOBS) --maxprocesses 4 --dist worksteal \
	  -m "sqlite_first and postgres" tests $(ARGS)
	FUZZ=$(FUZZ) $(BIN)/python -m pytest -q tests/core/outsider/test_histories.py $(ARGS)

# Babel's own tool: what is new or reworded is left empty for a translator, and the tests say so.
texts: $(DEV) ## bring the translations up to date with the texts, and the page of screens
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT \
	  && $(BIN)/pybabel --quiet extract --no-location --omit-header --width 100 \
	       --keyword _ --keyword plural:1,2 --output-file "$$folder/officer.pot" bot/officer/texts \
	  && $(BIN)/pybabel --quiet update --domain officer --ignore-obsolete --no-fuzzy-matching --ignore-pot-creation-date \
	       --width 100 --input-file "$$folder/officer.pot" --output-dir config/translations
	$(BIN)/python -m tests.officer.screens_page

# The lock is made in an environment of its own, so that no tool of ours gets into it.
# Pins stay as they are where they can: make lock ARGS=--upgrade moves them.
COMPILE := pip compile --quiet --universal --python-version 3.11 --generate-hashes \
           --no-emit-index-url --no-annotate --no-header
lock: ## write both lock files anew from pyproject.toml
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT \
	  && $(PYTHON) -m venv "$$folder" \
	  && "$$folder/bin/pip" install --quiet --disable-pip-version-check uv \
	  && "$$folder/bin/uv" $(COMPILE) $(ARGS) pyproject.toml -o requirements.txt \
	  && "$$folder/bin/uv" $(COMPILE) $(ARGS) pyproject.toml --extra dev --extra dp -c requirements.txt -o requirements-dev.txt

$(MADE):
	@command -v $(PYTHON) >/dev/null 2>&1 \
	  || { echo "Python 3.11 or newer is needed; $(PYTHON) was not found. Name another: make PYTHON=/path/to/python" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed; $(PYTHON) is $$($(PYTHON) -c 'import platform; print(platform.python_version())'). Name another: make PYTHON=/path/to/python" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
	  || { echo "Python's venv module is needed and missing here. On Debian or Ubuntu: apt install python3-venv" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(RUN): requirements.txt | $(MADE)
	@echo "Installing $$(grep -c == $<) pinned packages, once; about half a minute ..." >&2
	@$(PIP) install --require-hashes -r $<
	@touch $@

# requirements-dev.txt holds everything that requirements.txt does, at the same versions.
$(DEV): requirements-dev.txt | $(MADE)
	@echo "Installing $$(grep -c == $<) pinned packages, once; about half a minute ..." >&2
	@$(PIP) install --require-hashes -r $<
	@touch $@ $(RUN)
