# Targets: make chat · make test · make check · make bench · make doctor · make clean. Everything installs into .venv/.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
DATA ?= ../shared/data
TORCH := torch==2.13.0

.DEFAULT_GOAL := help
.PHONY: help setup chat test check bench doctor clean

help:  ## list the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# torch comes first, in its own step and at one version: asked for by another package, pip would take the newest, with gigabytes of CUDA.
$(VENV)/torch.done:
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check "$(TORCH)"
	@touch $@

$(VENV)/setup.done: $(VENV)/torch.done pyproject.toml
	$(BIN)/pip install --quiet --disable-pip-version-check -e .
	@touch $@

$(VENV)/test.done: $(VENV)/setup.done
	$(BIN)/pip install --quiet --disable-pip-version-check -e ".[test,bench]"
	@touch $@

setup: $(VENV)/setup.done  ## make the environment in .venv/, the command .venv/bin/tham included

chat: setup  ## fill the library from seeds/ if need be and open the chat at http://127.0.0.1:7860
	@$(BIN)/tham chat --seeds seeds

test: $(VENV)/test.done  ## run all tests
	$(BIN)/python -m pytest

check: $(VENV)/test.done  ## lint and types
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: $(VENV)/test.done  ## measure: seeds, XQuAD-th, times (DATA=folder of the question sets)
	$(BIN)/python -m bench.seeds $(DATA)/seed_questions.jsonl bench/questions/seeds.jsonl
	$(BIN)/python -m bench.retrieval $(DATA)/xquad_th.jsonl
	$(BIN)/python -m bench.speed

doctor: setup  ## check what is installed and that every retrieval leg works
	@$(BIN)/tham doctor

clean:  ## remove the environment and the library made by make chat
	rm -rf $(VENV) var
