# One target a purpose; `make help` lists them. Every target sets up what it needs; a second call starts at once.

PYTHON ?= $(firstword $(foreach name,python3 python3.13 python3.12 python3.11,$(shell command -v $(name))))
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help setup run test lint format types floors licences docs bench lock

help: ## list these targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

setup: ## install everything into this folder (.venv, node_modules, bundles, translations)
	@test -n "$(PYTHON)" || { printf '%s\n' \
	  '未找到 Python:请安装 Python 3.11 或更高版本(如 apt-get install python3 python3-venv python3-pip)后重试。' \
	  'No Python found: install Python 3.11 or newer (for example: apt-get install python3 python3-venv python3-pip) and call again.' >&2; exit 1; }
	@$(PYTHON) scripts/bootstrap.py

run: setup ## serve Tujing on 127.0.0.1:8000, with the motor-works example when there is no data yet
	@$(BIN)/tujing serve

test: setup ## run the whole suite on SQLite, and what uses the database again on PostgreSQL
	@$(BIN)/python scripts/suite.py

lint: setup ## style and common mistakes
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

format: setup ## put the code into the house style
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .

types: setup ## strict types in the pure engines
	@$(BIN)/mypy $$($(BIN)/python scripts/engines.py)

floors: setup ## a room imports only from floors below
	@$(BIN)/lint-imports

licences: setup ## no package in the environment may be under a licence we cannot ship
	@$(BIN)/python scripts/licences.py

docs: setup ## build the documentation into build/site
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

bench: setup ## measure speed and memory, and every scenario beside its peer (FULL=--full: the long form)
	@missed=; for each in benchmarks/platform/[a-z]*.py; do $(BIN)/python $$each || missed="$$missed $$each"; done; \
	$(BIN)/python benchmarks/scenarios_table.py $(FULL) || missed="$$missed scenarios"; \
	test -z "$$missed" || { echo "missed or broken:$$missed" >&2; exit 1; }

lock: setup ## renew requirements/*.txt from pyproject.toml (needs uv)
	@sh scripts/lock.sh
