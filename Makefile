# Targets: make chat · make test · make check · make bench · make bench-retrieval · make bench-peers · make doctor · make clean. Everything installs into .venv/.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
DATA ?= ../shared/data
TORCH := torch==2.13.0

.DEFAULT_GOAL := help
.PHONY: help setup chat test check bench bench-retrieval bench-peers doctor clean

help:  ## list the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

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

# All of Thai Wikipedia in one library, made once; an edit of the program leaves it as it is: remove var/bench to make it again.
var/bench/thwiki.done: | $(VENV)/test.done
	@mkdir -p var/bench
	@began=$$(date +%s) && $(BIN)/tham add --library var/bench/thwiki --format jsonl $(DATA)/thwiki_2018.jsonl.xz \
	  && echo "all of Thai Wikipedia added in $$(( $$(date +%s) - began )) s" > $@

bench-retrieval: $(VENV)/test.done var/bench/thwiki.done  ## measure retrieval on every question set, all of Thai Wikipedia included; results by question in var/bench/
	$(BIN)/python -m bench.retrieval $(DATA)/xquad_th.jsonl --out var/bench/xquad_th.jsonl
	$(BIN)/python -m bench.retrieval $(DATA)/xquad_th.jsonl --noise .04 --out var/bench/xquad_th_noise.jsonl
	$(BIN)/python -m bench.retrieval $(DATA)/iapp_validation.jsonl --titles --out var/bench/iapp_validation.jsonl
	$(BIN)/python -m bench.retrieval $(DATA)/belebele_th_200.jsonl --out var/bench/belebele_th_200.jsonl
	@cat var/bench/thwiki.done
	$(BIN)/python -m bench.articles var/bench/thwiki $(DATA)/miracl_th_dev.jsonl --out var/bench/miracl_th_dev.jsonl

$(VENV)/peers.done: $(VENV)/test.done
	$(BIN)/pip install --quiet --disable-pip-version-check -e ".[bench,peers]"
	@touch $@

bench-peers: $(VENV)/peers.done  ## measure Tham beside others on the same 20,000 passages; draws docs/peers.png
	$(BIN)/python -m bench.peers --data $(DATA) --out var/bench/peers.json
	$(BIN)/python -m bench.plot var/bench/peers.json docs/peers.png

doctor: setup  ## check what is installed and that every retrieval leg works
	@$(BIN)/tham doctor

clean:  ## remove the environment and the library made by make chat
	rm -rf $(VENV) var
