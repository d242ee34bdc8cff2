# The gateway: 'make demo' shows the main job, 'make test' sets up and passes the tests.
PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin
READY := $(VENV)/ready

.DEFAULT_GOAL := help
.PHONY: help demo test shots interop conformance bench check planted schemas clean

help: ## Say what can be made
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

$(READY): pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; name it with make PYTHON=...")'
	$(PYTHON) -m venv $(VENV)
	$(RUN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	touch $(READY)

demo: $(READY) ## Two councils and a school on this machine: the main job from end to end (ARGS="--seed 7")
	$(RUN)/gateway demo --once $(ARGS)

test: $(READY) ## Run all tests; says plainly what this machine cannot run (ARGS="-k name")
	$(RUN)/python -m pytest -n 2 --dist loadscope --no-loadscope-reorder $(ARGS)

shots: $(READY) ## A picture of every page of every story, under tests/shots/ (ARGS="-k operator")
	GATEWAY_SHOTS=tests/shots $(RUN)/python -m pytest -n 2 tests/web -k "test_browser or phone" $(ARGS)

interop: $(READY) ## Exchange messages with products of others, as a table: rows send, columns receive
	$(RUN)/python -m tests.interop

conformance: $(READY) ## What the AS4 profile asks, as a table: each rule, the tests that show it, and what came of them now
	$(RUN)/python -m tests.core.as4.conformance

bench: $(READY) ## What it costs on this machine, as a table and in bench.json (ARGS="--quick", "--only log", "--help")
	$(RUN)/python -m tests.bench $(ARGS)

check: $(READY) ## Style and types
	$(RUN)/ruff check gateway tests schemas
	$(RUN)/mypy

planted: $(READY) ## Plant a dozen mistakes, one at a time; each must turn the tests red (ARGS="--only NAME")
	$(RUN)/python -m tests.faults.planted $(ARGS)

schemas: $(READY) ## Write the XSD of each version from its master
	$(RUN)/python schemas/build.py

clean: ## Remove what was made
	rm -rf $(VENV) .venv-peers tests/interop/phase4/target .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist
