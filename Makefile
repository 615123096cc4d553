# One command for each thing; each makes or refreshes the virtual environment where it is missing or stale.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export OMP_NUM_THREADS ?= 1

.PHONY: check test lint bench build screenshots
.DEFAULT_GOAL := check

$(VENV)/installed: pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	touch $@

$(VENV)/installed-test: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[test]'
	touch $@

check: $(VENV)/installed ## self-check of exercises/
	$(BIN)/python -m pytest grader

test: $(VENV)/installed-test ## the kit's own tests
	$(BIN)/python -m pytest tests -n 2 --dist loadfile

lint: $(VENV)/installed-test ## format, lint, types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: $(VENV)/installed-test ## how long things take, side by side
	$(BIN)/python -m benchmarks

build: $(VENV)/installed ## exercises/ and recordings from solutions/
	$(BIN)/gradkit build

screenshots: $(VENV)/installed-test ## the pictures in docs/screenshots
	$(BIN)/python -m docs.screenshots
	$(BIN)/python -m docs.screenshots.terminal
