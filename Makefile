# Every target sets up what it needs. `make` alone prints this help.
.DEFAULT_GOAL := help
UV := $(shell command -v uv 2>/dev/null)
PYTHON ?= python3

.PHONY: help setup demo test test-browser proof bench lint types arch docs check

help: ## Show this help
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

setup: ## Create the environment (uv is installed with pip if it is missing)
ifeq ($(UV),)
	@$(PYTHON) -m pip install --quiet --user uv 2>/dev/null || $(PYTHON) -m pip install --quiet --break-system-packages uv
	@$(PYTHON) -m uv sync --frozen --quiet
else
	@uv sync --frozen --quiet
endif

TORGPRED := .venv/bin/torgpred
PYTEST := .venv/bin/pytest

demo: setup ## Start a whole sample world and print its addresses (Ctrl-C stops it)
	@$(TORGPRED) demo

test: setup ## Run the tests
	@$(PYTEST) -n auto --dist loadfile -m "not proof and not browser"

test-browser: setup ## Look at every page in Chromium (Debian's, installed if it is missing)
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || \
		(apt-get update -qq && apt-get install -y -qq chromium fonts-noto-cjk)
	@$(PYTEST) tests/e2e -m browser

proof: setup ## Run the long ones: kills, outages (PROOF=short for two minutes)
	@$(PYTEST) -m proof

bench: setup ## Print one JSON object a line for each benchmark
	@.venv/bin/python -m benchmarks

lint: setup ## ruff: rules and format
	@.venv/bin/ruff check . && .venv/bin/ruff format --check .

types: setup ## mypy, strict, with django-stubs
	@.venv/bin/mypy

arch: setup ## The directions of the house
	@.venv/bin/lint-imports

docs: setup ## What the documents promise
	@$(PYTEST) tests/docs

check: lint types arch test ## Everything before a commit
