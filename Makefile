# One verb per need. A fresh machine with Python 3.11 and nothing else is enough.
.DEFAULT_GOAL := help
.PHONY: help run test tests check lint types bench soak demo generate site playground certs lock release test-newest \
  test-lowest clean

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUN := $(VENV)/.run
READY := $(VENV)/.ready
UV := .venv-uv/bin/uv
PIP_INSTALL := pip install --quiet --disable-pip-version-check
CERTS := certs
PORT ?= 8443
# Test processes; all end-to-end tests share one of them and mostly wait for the API server.
JOBS ?= 3

help: ## List the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

# What the program needs, in the versions of the lock: nothing is downloaded that has no hash there.
$(RUN): pyproject.toml requirements/build.lock requirements/run.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "elbguard needs Python 3.11 or later; set PYTHON=/path/to/python3.11")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/$(PIP_INSTALL) --require-hashes --requirement requirements/build.lock --requirement requirements/run.lock
	$(BIN)/$(PIP_INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

# And what its development needs.
$(READY): $(RUN) requirements/dev.lock
	$(BIN)/$(PIP_INSTALL) --require-hashes --requirement requirements/dev.lock
	@touch $@

$(CERTS)/tls.crt: | $(RUN)
	$(BIN)/elbguard certs $(CERTS) --host localhost --host 127.0.0.1

certs: $(CERTS)/tls.crt ## Make development certificates under certs/, once

run: $(RUN) $(CERTS)/tls.crt ## Serve on https://127.0.0.1:8443, with a command to try
	@printf '%s\n' '' 'Try, in another terminal, what kubectl would say of a Service:' \
	  '  $(BIN)/python -m elbguard.demo --ask https://localhost:$(PORT) --ca $(CERTS)/ca.crt app/elbguard/demo/samples/3-many-mistakes.yaml' \
	  'Ctrl-C ends the server.' ''
	@$(BIN)/elbguard serve --host 127.0.0.1 --port $(PORT) --tls-cert $(CERTS)/tls.crt --tls-key $(CERTS)/tls.key

demo: $(RUN) ## Show refusals and a patch, over HTTPS, without a cluster
	$(BIN)/python -m elbguard.demo

test: check tests ## Lint, types, layers and every test

tests: $(READY)
	$(BIN)/pytest --numprocesses $(JOBS) --dist loadgroup

check: lint types ## Lint, types, layers and fresh generated files

lint: $(READY)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports

types: $(READY)
	$(BIN)/mypy

generate: $(READY) ## Write what is made from the rules
	$(BIN)/python -m tests.generators

# Code 3: something of the playground cannot be fetched, as it said; the site is made without it.
site: $(READY) ## Build the site, guides, a page for each rule and annotation, and the playground, into build/site
	$(BIN)/python docs/playground/build.py build/playground || test $$? = 3
	$(BIN)/python -m tests.site

playground: $(READY) ## Build the page that runs the rules in a browser, into build/playground
	$(BIN)/python docs/playground/build.py build/playground

bench: $(READY) ## Measure decisions, requests and check against baselines; writes docs/benchmarks.md
	$(BIN)/python -m tests.bench

soak: $(READY) ## Serve mixed traffic for twenty minutes; writes docs/soak.svg
	$(BIN)/python -m tests.bench.soak

$(UV):
	$(PYTHON) -m venv .venv-uv
	.venv-uv/bin/$(PIP_INSTALL) uv

# Hashes of every file of a release, so that the lock serves every platform and every Python from 3.11 on. The second
# and the third are of one piece with the first.
LOCK = $(UV) pip compile --quiet --universal --python-version 3.11 --fork-strategy fewest --generate-hashes --upgrade \
  --no-annotate --custom-compile-command 'make lock' --output-file

lock: $(UV) ## Renew the lock: the newest releases that pyproject.toml admits, with hashes
	$(LOCK) requirements/run.lock pyproject.toml
	$(LOCK) requirements/dev.lock --group dev --constraint requirements/run.lock pyproject.toml
	$(LOCK) requirements/build.lock --group build

# Of what Git has, and nothing that lies about beside it: CONTRIBUTING.md, "Release".
release: $(READY) ## Make what is handed out of this commit in dist/: packages, image context, chart, SBOM, notes, sums
	@$(BIN)/python -m tests.release

# Make $(3) in another environment, $(1), with other versions than the lock's: those that uv resolves by $(2).
define try
	$(PYTHON) -m venv --clear $(1)
	$(UV) pip compile --quiet --python $(1)/bin/python $(2) --group build pyproject.toml --output-file $(1)/run.txt
	$(UV) pip compile --quiet --python $(1)/bin/python --group dev --group build --constraint $(1)/run.txt \
	  --no-annotate --no-header pyproject.toml --output-file $(1)/versions.txt
	$(1)/bin/$(PIP_INSTALL) --requirement $(1)/versions.txt
	$(1)/bin/$(PIP_INSTALL) --no-deps --no-build-isolation --editable .
	@touch $(1)/.run $(1)/.ready
	@echo 'Other than in the lock:'
	@grep -hoE '^[^ ;]+==[^ ;]+' requirements/*.lock | grep -vxFf - $(1)/versions.txt || echo 'nothing'
	$(MAKE) --keep-going VENV=$(1) $(3)
endef

test-newest: $(UV) ## The tests with the newest releases that pyproject.toml admits: they may break them
	$(call try,.venv-newest,--resolution highest,check tests)

# Without lint and types: those of the newest stubs do not describe the lowest releases.
test-lowest: $(UV) ## The tests with the lowest releases that pyproject.toml admits
	$(call try,.venv-lowest,--resolution lowest-direct,tests)

clean: ## Remove what the other targets made; certificates stay
	rm -rf $(VENV) .venv-* docs/playground/node_modules build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
