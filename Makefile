# Two commands matter: `make demo` runs the whole course once, `make test` proves that it works.
# Both set up everything they need first. `make help` lists the rest.

# The first Python that runs and is new enough; a name on the PATH alone does not tell.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && command -v $$p && break; done)
BIN := .venv/bin
export NOTMNIST_SOURCE ?= embedded
# What the README says that root installs for an ordinary user.
NEEDS_ROOT := apt-get install -y -qq git make python3-venv bubblewrap chromium libatomic1 >/dev/null

.DEFAULT_GOAL := help

## make demo        the whole course once: student version, three submissions, marks, feedback, report
demo: sandbox setup
	$(BIN)/coursekit demo

## make test        lint, types and tests (with a browser)
test: system setup lint
	$(BIN)/python -m pytest -n 2 --dist loadfile -m "not slow"

## make test-all    the same, and the slow proofs, and `make test` for an ordinary user of a bare Debian 13
test-all: system setup lint
	$(BIN)/python -m pytest -n 2 --dist loadfile
	scripts/fresh.sh --suite trixie --user --before '$(NEEDS_ROOT)' -- make test || [ $$? = 3 ]

## make fresh       RUN (default: make demo) in a bare Debian of SUITE (default: bookworm), as root
fresh:
	scripts/fresh.sh --suite $(or $(SUITE),bookworm) -- $(or $(RUN),make demo)

## make lab         JupyterLab on the student version
lab: setup
	$(BIN)/coursekit release --quick
	scripts/jupyter.sh build/student/Assignment1

## make formgrader  JupyterLab with nbgrader's formgrader, for the TA
formgrader: sandbox setup
	scripts/jupyter.sh . /formgrader

## make collect     what lies in inbox/ becomes submissions
# Its status 3 says that something was set aside; `make collect grade` goes on, and grade ends with it.
collect: setup
	$(BIN)/coursekit collect || [ $$? -eq 3 -a -n "$(filter grade,$(MAKECMDGOALS))" ]

## make grade       autograde new submissions, write marks, report and feedback (FORCE=1: all again)
grade: sandbox setup
	$(BIN)/coursekit grade $(if $(FORCE),--force)

## make notebooks   student notebooks and Assignment1.tar.gz again, from source/, if all right solutions pass
notebooks: setup
	$(BIN)/coursekit release

## make proof       every right and wrong solution and every mutant through the tests, into docs/proof.md
proof: sandbox setup
	$(BIN)/coursekit prove --page docs/proof.md

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
	@scripts/setup.sh "$(PYTHON)"
	@touch $@

## make pins        constraints.txt for what pyproject.toml asks (UPGRADE=1: all packages newer)
pins: setup
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11.0 --fork-strategy fewest \
		--no-annotate --no-header $(if $(UPGRADE),--upgrade) --extra dev pyproject.toml -o constraints.txt
	sed -i '1i # The versions that are tested, for every Python and system that is promised. Made by: make pins' \
		constraints.txt

## make system      Debian's packages that tests need (a sandbox, a browser, a database); installed only as root
system:
	@scripts/system-packages.sh "$(PYTHON)" python3-venv bubblewrap -- chromium libatomic1 postgresql

## make sandbox     Debian's packages that grading needs; installed only as root
sandbox:
	@scripts/system-packages.sh "$(PYTHON)" python3-venv bubblewrap

## make clean       remove what was built, but not the packages and nothing of a course in progress
clean:
	rm -rf build .mypy_cache .pytest_cache .ruff_cache

help:
	@grep -E '^## ' Makefile | sed 's/^## //'

# One target after the other, also with -j: `make collect grade` grades what it collected.
.NOTPARALLEL:

.PHONY: demo test test-all proof fresh lab formgrader collect grade notebooks fonts data data-full bench lint format setup pins system sandbox clean help
