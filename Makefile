# The two commands of this project are `make demo` and `make test`; both set up what they need first.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
LOCALES := zh_CN

.PHONY: demo test check bench format messages screens clean

demo: ## open the console on an embedded backend with the sample desk
	@[ -t 0 ] && [ -t 1 ] || { echo "make demo opens a full-screen program: run it in a terminal (or draw a screen with: $(BIN)/console demo --screenshot desk.svg)." >&2; exit 2; }
	@$(MAKE) --no-print-directory $(VENV)/.demo
	@$(BIN)/console demo

test: check ## everything that has to hold
	@echo "Running the tests ..."
	@$(BIN)/python -m pytest -n 3 --dist worksteal -q

check: $(VENV)/.dev ## format, lint, types and import directions
	@echo "Checking format, lint, types and import directions ..."
	@$(BIN)/ruff format --check --quiet . || { echo "Run 'make format' and commit the result." >&2; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: $(VENV)/.dev ## measure, print the table, fail when a bound is missed
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -m compileall -q desk console backend
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -m bench $(BENCH)

messages: $(VENV)/.dev ## bring the catalogues up to date with the code, and compile them
	@$(BIN)/pybabel -q extract -k _ -k mark -k ngettext:1,2 --no-location --sort-output --no-wrap --omit-header -o console/locale/console.pot console
	@$(BIN)/pybabel -q update -i console/locale/console.pot -d console/locale -D console $(LOCALES:%=-l %) --no-wrap --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date
	@$(BIN)/pybabel -q compile -d console/locale -D console
	@rm console/locale/console.pot

screens: $(VENV)/.dev ## draw the pictures of the documentation again
	@$(BIN)/python -m docs.draw_screens $(SCREENS)

format: $(VENV)/.dev
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

clean:
	rm -rf $(VENV) demo-data local.db*

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Agent Console needs Python 3.11 or newer; name one with: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@echo "Making a virtual environment in $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.demo: pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "Installing the console and its backend into $(VENV) (a minute on a fresh machine) ..."
	@$(PIP) install --constraint constraints.txt --editable '.[backend,serve]'
	@touch $@

$(VENV)/.dev: pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "Installing the console, its backend and the test tools into $(VENV) (two minutes on a fresh machine) ..."
	@$(PIP) install --constraint constraints.txt --editable '.[backend,serve,dev]'
	@touch $@ $(VENV)/.demo
