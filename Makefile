# Everything sets itself up: Python 3.11 or later and make are all that has to be there.
PYTHON ?= python3
VENV := .venv/bin
JOBS ?= 3

.PHONY: help setup demo test prove up down status clean

help:
	@echo "make demo    the whole story on this machine: months of claims in minutes"
	@echo "make test    all checks and tests, at bounded counts"
	@echo "make prove   the full counts (long; resumable)"
	@echo "make up | down | status    keep the local stack running, stop it, look at it"

setup:
	@command -v $(PYTHON) >/dev/null || { echo "make: no $(PYTHON) found: install Python 3.11 or later, or say make PYTHON=/path/to/python $(MAKECMDGOALS)" >&2; exit 2; }
	@$(PYTHON) stack/bootstrap.py

demo: setup
	@$(VENV)/claimflow demo

test: setup
	@$(VENV)/python -m stack.check

prove: setup
	@$(VENV)/python -m tests.prove --jobs $(JOBS)

up down status: setup
	@$(VENV)/claimflow $@

# The state of the local stack (its database too); the caches stay.
clean: down
	rm -rf .claimflow
