# One verb per need. A fresh machine with Python 3.11 and nothing else is enough.
.DEFAULT_GOAL := help
.PHONY: help run test check lint types bench demo generate certs clean

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
CERTS := certs
PORT ?= 8443
# Test processes; all end-to-end tests share one of them and mostly wait for the API server.
JOBS ?= 3

help: ## List the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

$(READY): pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "elbguard needs Python 3.11 or later; set PYTHON=/path/to/python3.11")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --upgrade 'pip>=25.1'
	$(BIN)/pip install --quiet --editable . --group dev
	touch $@

$(CERTS)/tls.crt: | $(READY)
	$(BIN)/elbguard certs $(CERTS) --host localhost --host 127.0.0.1

certs: $(CERTS)/tls.crt ## Make development certificates under certs/, once

run: $(READY) $(CERTS)/tls.crt ## Serve on https://127.0.0.1:8443, with a command to try
	@printf '%s\n' '' 'Try, in another terminal:' \
	  '  $(BIN)/python -m app.demo app/demo/samples/3-many-mistakes.yaml | \' \
	  '    curl --silent --cacert $(CERTS)/ca.crt --data-binary @- https://localhost:$(PORT)/validate' ''
	$(BIN)/elbguard serve --host 127.0.0.1 --port $(PORT) --tls-cert $(CERTS)/tls.crt --tls-key $(CERTS)/tls.key

demo: $(READY) ## Show refusals and a patch, over HTTPS, without a cluster
	$(BIN)/python -m app.demo

test: check ## Lint, types, layers and every test
	$(BIN)/pytest --numprocesses $(JOBS) --dist loadgroup

check: lint types ## Lint, types, layers and fresh generated files

lint: $(READY)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports

types: $(READY)
	$(BIN)/mypy

generate: $(READY) ## Write what is made from the rules
	$(BIN)/python -m app.generate

bench: $(READY) ## Time one decision, and requests per second against a bare application
	$(BIN)/python -m tests.bench

clean: ## Remove what the other targets made; certificates stay
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
