# Everything sets itself up: Python 3.11 or newer, make and git are all that is needed. See CONTRIBUTING.md.
.DEFAULT_GOAL := help
.PHONY: help demo test check bench soak screenshots format lock clean

export PYTHON
# Compiled code is kept, also where images say otherwise: the tests start hundreds of processes.
unexport PYTHONDONTWRITEBYTECODE
ARGS ?=

help: ## what there is
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1|\2/p' $(MAKEFILE_LIST) | while IFS='|' read -r name text; do printf '%-14s%s\n' "$$name" "$$text"; done

demo: ## a simulated company whose new people get their numbers (Ctrl-C ends it; ARGS="--people 500")
	@scripts/setup.sh run
	@exec .venv/bin/python scripts/foreground.py .venv/bin/numberline demo $(ARGS)

test: ## the whole suite, on SQLite and on PostgreSQL (ARGS="-k name" for a part)
	@scripts/test.sh $(ARGS)

check: ## lint, format, types, import contracts, structure
	@scripts/check.sh

bench: ## measure, and fail when a promised figure is missed (ARGS=--small for a quick one)
	@scripts/setup.sh dev peer
	@.venv/bin/python -m bench $(ARGS)

soak: ## the long tests: random kills and random lives, over and over
	@scripts/soak.sh $(ARGS)

screenshots: ## a picture of every page of the portal into docs/images (ARGS="FOLDER NAME" for another folder, and a part)
	@scripts/setup.sh dev browser
	@.venv/bin/python -m tests.browser.screenshots $(ARGS)

format: ## put the code into its one format, and mend what lint can mend
	@scripts/setup.sh dev
	@.venv/bin/ruff check --fix --quiet . ; .venv/bin/ruff format .

lock: ## write requirements/*.txt anew from pyproject.toml (ARGS=--upgrade for the newest versions)
	@scripts/lock.sh $(ARGS)

clean: ## remove the environment and all caches, so that the next command starts afresh
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache src/*.egg-info
	@find src tests bench -name __pycache__ -type d -prune -exec rm -rf {} +
