# Two commands matter: `make demo` runs the whole course once, `make test` proves that it works.
# Both set up everything they need first. `make help` lists the rest.

# The first Python that runs and is new enough; a name on the PATH alone does not tell.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && command -v $$p && break; done)
BIN := .venv/bin
export NOTMNIST_SOURCE ?= embedded

.DEFAULT_GOAL := help

## make demo        the whole course once: student version, three submissions, marks, feedback, report
demo: setup sandbox
	$(BIN)/coursekit demo

## make test        lint, types and tests (with a browser)
test: setup system lint
	$(BIN)/python -m pytest -n 2 --dist loadfile -m "not slow"

## make test-all    the same, and the slow proofs
test-all: setup system lint
	$(BIN)/python -m pytest -n 2 --dist loadfile

## make lab         JupyterLab on the student version
lab: setup notebooks
	scripts/jupyter.sh build/student/Assignment1

## make formgrader  JupyterLab with nbgrader's formgrader, for the TA
formgrader: setup sandbox
	scripts/jupyter.sh . /formgrader

## make collect     what lies in inbox/ becomes submissions
# Its status 3 says that something was set aside; `make collect grade` goes on, and grade ends with it.
collect: setup
	$(BIN)/coursekit collect || [ $$? -eq 3 -a -n "$(filter grade,$(MAKECMDGOALS))" ]

## make grade       autograde new submissions, write marks, report and feedback (FORCE=1: all again)
grade: setup sandbox
	$(BIN)/coursekit grade $(if $(FORCE),--force)

## make notebooks   the student notebooks and Assignment1.tar.gz again, from source/
notebooks: setup
	$(BIN)/coursekit release

## make fonts       the free fonts that the embedded letters are drawn from, into build/fonts (once)
fonts: setup
	$(BIN)/python -m coursekit.embedded fetch

## make data        the embedded archives again, from the fonts: the same bytes
data: fonts
	$(BIN)/python -m coursekit.embedded build

## make data-full   529,114 + 18,724 images from the same fonts, into build/full
data-full: fonts
	$(BIN)/python -m coursekit.embedded full

## make bench       the benchmarks; each runs both sides and prints the ratio (two hours)
bench: setup
	$(BIN)/python benchmarks/curation.py
	$(BIN)/python benchmarks/training.py
	$(BIN)/python benchmarks/autograde.py

## make lint        style, format and types
lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

## make format      put the code in the project's format
format: setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

## make setup       the Python packages, in .venv
setup: .venv/installed

.venv/installed: pyproject.toml constraints.txt
	scripts/setup.sh "$(PYTHON)"
	touch $@

## make system      the Debian packages that tests need (a sandbox, a browser, a database); installed only as root
system:
	scripts/system-packages.sh bubblewrap chromium postgresql

## make sandbox     the Debian package that isolates submissions; installed only as root
sandbox:
	scripts/system-packages.sh bubblewrap

## make clean       remove what was built, but not the packages and nothing of a course in progress
clean:
	rm -rf build .mypy_cache .pytest_cache .ruff_cache

help:
	@grep -E '^## ' Makefile | sed 's/^## //'

# One target after the other, also with -j: `make collect grade` grades what it collected.
.NOTPARALLEL:

.PHONY: demo test test-all lab formgrader collect grade notebooks fonts data data-full bench lint format setup system sandbox clean help
