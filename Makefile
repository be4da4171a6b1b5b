# The front desk: `make help` lists what can be done here.
# The first Python here that is promised; or say which: `make PYTHON=…`.
PROMISED := -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2> /dev/null
PYTHON ?= $(shell for each in python3.11 python3.12 python3.13 python3 python; do \
	$$each $(PROMISED) && echo $$each && break; done)
# Cases that `make fuzz` tries in each test; whole commands get a fifth.
CASES  ?= 320
VENV   := .venv
BIN    := $(VENV)/bin
# DVC runs its stages with the `python` that is found first.
export PATH := $(CURDIR)/$(BIN):$(PATH)
export MLFLOW_DISABLE_TELEMETRY := true
export DVC_NO_ANALYTICS := true
# With it every stage and every tested process would compile its libraries anew, for seconds.
unexport PYTHONDONTWRITEBYTECODE
ONE_THREAD := OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1
# A process a core, and a thread a process: more would wait for one another. A file's tests stay in
# one process, because they share what the file made, and the files in the order of conftest.py.
SIDE_BY_SIDE := $(ONE_THREAD) $(BIN)/pytest --numprocesses auto --dist loadfile --no-loadscope-reorder

.DEFAULT_GOAL := help

.PHONY: help
help: ## Show this page
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' Makefile

.PHONY: setup
setup: $(VENV)/ready ## Create .venv with every pinned and hashed dependency

# Scripts of an environment name its place: after a move they do not start, and in a copy they run
# the original's code. So it is made anew then.
ifneq ($(wildcard $(VENV)/ready),)
# An environment that is shared by a link is another folder's, and is left alone.
ifeq ($(shell test -L $(VENV) || grep -lsF '$(CURDIR)/$(VENV)/' $(BIN)/undertow || echo moved),moved)
.PHONY: $(VENV)/ready
CLEAR := --clear
endif
endif

$(VENV)/ready: requirements.lock pyproject.toml
	@test -z "$(CLEAR)" || echo "The project was moved or copied: $(VENV) is made anew." >&2
	@"$(PYTHON)" $(PROMISED) || { echo "Python 3.11, 3.12 or 3.13 is needed, and $(if $(PYTHON),$(PYTHON) is none,none is on the PATH): install one, or run make with PYTHON=<its path>" >&2; exit 2; }
	$(PYTHON) -m venv $(CLEAR) $(VENV)
	@awk '/^[a-z]/ {mine = /^uv==/} mine' requirements.lock > $(VENV)/uv.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --requirement $(VENV)/uv.txt
	$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

.PHONY: repro
repro: setup ## Run the whole pipeline on the market that params.yaml names
	@$(BIN)/python -m pipeline.checks
	$(BIN)/dvc repro
	@$(BIN)/undertow score --no-fetch --json > /dev/null
	@$(BIN)/undertow summary

.PHONY: live
live: setup ## Fetch public data, no account needed, and run the whole pipeline on it
	$(BIN)/undertow fetch
	$(BIN)/undertow use live
	@$(BIN)/python -m pipeline.checks
	$(BIN)/dvc repro
	@$(BIN)/undertow score --no-fetch --json > /dev/null
	@$(BIN)/undertow summary

.PHONY: test
test: setup ## Pass the tests
	$(SIDE_BY_SIDE)

.PHONY: quick
quick: setup ## Pass the tests that take no more than a minute, all together
	$(SIDE_BY_SIDE) -m "not slow and not browser and not chaos"

.PHONY: coverage
coverage: setup ## Pass the tests and tell the lines that none of them runs
	$(SIDE_BY_SIDE) --cov --cov-report=term-missing

.PHONY: chaos
chaos: setup ## Harm a scratch project in every way, and check what is left (an hour)
	$(ONE_THREAD) $(BIN)/python -m tools.chaos $(CHAOS)

.PHONY: check
check: setup ## Lint, format check, types, declared packages and known vulnerabilities of the lock
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	@$(BIN)/deptry pipeline features models
	@$(BIN)/deptry tests tools benchmarks --ignore DEP002,DEP004
	$(BIN)/mypy
	@$(BIN)/python tools/audit_lock.py

.PHONY: fuzz
fuzz: setup ## Try every reader on some 11,000 bad inputs
	FUZZ_CASES=$(CASES) $(BIN)/pytest tests/fuzz

.PHONY: reproducible
reproducible: setup ## Run every stage twice, by one worker and by two, and compare
	$(BIN)/python tools/reproducible.py

.PHONY: mutants
mutants: setup ## Plant a leak of each kind in a copy, and see that the audit notices (half an hour)
	$(BIN)/python -m tools.mutants $(MUTANTS)

.PHONY: published
published: setup ## Publish the last run's headline figures in tests/published.json
	@$(BIN)/python tools/published.py --renew

.PHONY: bench
bench: setup ## Measure time and memory as ratios; BENCH="--full --folder <market files>" for all of it
	$(BIN)/python -m benchmarks $(BENCH)

.PHONY: ui
ui: setup ## Show the runs in MLflow's pages; it tells the address
	@$(BIN)/undertow ui

.PHONY: lock
lock: setup ## Renew requirements.lock from pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
		--no-annotate --no-header --all-extras --group dev pyproject.toml --output-file requirements.lock
