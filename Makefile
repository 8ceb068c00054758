# Two commands: `make book` to read, `make test` to check. Nothing has to be activated.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:
.DELETE_ON_ERROR:

VENV ?= .venv
# a python of your choice: make book PYTHON=/usr/bin/python3.12
PYTHON ?=
# one notebook: make refresh PAGE=book/part3/standard-lstm.ipynb
PAGE ?=
# tests run in this many processes
JOBS ?= 2

BIN := $(VENV)/bin
# the warnings are the installer's own, about folders beside the package
PIP_INSTALL := PYTHONWARNINGS=ignore $(BIN)/python -m pip install --quiet --constraint requirements.txt
PYTEST := $(BIN)/python -m pytest
NBVAL := $(PYTEST) --nbval --nbval-current-env --nbval-sanitize-with tests/book/sanitize.cfg \
         --nbval-cell-timeout 300 -p no:cacheprovider -n $(JOBS) --dist loadscope $(or $(PAGE),book)

# One thread and no log lines: the outputs in the notebooks were made this way.
export OMP_NUM_THREADS := 1
export OPENBLAS_NUM_THREADS := 1
export MKL_NUM_THREADS := 1
export TF_NUM_INTRAOP_THREADS := 1
export TF_NUM_INTEROP_THREADS := 1
export TF_CPP_MIN_LOG_LEVEL := 3
export TF_ENABLE_ONEDNN_OPTS := 0
export CUDA_VISIBLE_DEVICES :=
export PYTHONHASHSEED := 0
# the kernels' own settings: lines that C++ writes are not outputs of a cell
export IPYTHONDIR := $(CURDIR)/tools/ipython
export PIP_DISABLE_PIP_VERSION_CHECK := 1

# A stored output must not depend on the machine: what a processor without AVX computes, from start
# weights that are moved by a millionth.
OLD_CPU := IPYTHONDIR=$(CURDIR)/tools/ipython_perturbed ATEN_CPU_CAPABILITY=default ONEDNN_MAX_CPU_ISA=SSE41 OPENBLAS_CORETYPE=Nehalem \
           MKL_ENABLE_INSTRUCTIONS=SSE4_2 \
           NPY_DISABLE_CPU_FEATURES="X86_V3 X86_V4 AVX512_ICL AVX512_SPR"

.PHONY: help install book test lint unit rules site browser notebooks notebooks-old-cpu \
        notebooks-kernels exercises \
        refresh repository benchmark gpu mutants clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1|/p' Makefile | while IFS='|' read -r name text; do \
	  printf '  make %-18s %s\n' "$$name" "$$text"; done

# ---------------------------------------------------------------- set-up

$(VENV)/.stamp-venv:
	@./tools/make_venv.sh "$(VENV)" "$(PYTHON)"
	@touch $@

$(VENV)/.stamp-book: requirements.txt pyproject.toml | $(VENV)/.stamp-venv
	@echo "Installing what the book needs into $(VENV) (the first time: about a minute)"
	@$(PIP_INSTALL) --editable ".[book]"
	@touch $@

$(VENV)/.stamp-test: requirements.txt pyproject.toml | $(VENV)/.stamp-venv
	@echo "Installing everything into $(VENV) (the first time: some minutes)"
	@$(PIP_INSTALL) --editable ".[all]"
	@touch $(VENV)/.stamp-book $@

install: $(VENV)/.stamp-test ## install everything that the notebooks and tests import

# ---------------------------------------------------------------- read

# A failed build forgets what it read, so that the next one warns again.
BUILD = $(BIN)/jupyter-book build . -W --keep-going || { rm -rf _build/.doctrees; exit 1; }

book: $(VENV)/.stamp-book ## build the HTML (first time: makes .venv), print the file to open
	$(BUILD)
	@echo
	@echo "Open this file in a browser:  $(CURDIR)/_build/html/index.html"

# ---------------------------------------------------------------- check

test: lint unit rules site browser notebooks exercises notebooks-old-cpu ## install everything, check everything
	@echo
	@echo "make test: all parts passed"

lint: $(VENV)/.stamp-test ## code style and types: ruff, pyright; eslint, prettier where npm is
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	@if $(BIN)/pyright --version >/dev/null 2>&1; then $(BIN)/pyright --pythonpath $(BIN)/python; \
	  else echo "pyright, or what it would fetch, does not start: types not checked"; fi
	@if command -v npm >/dev/null && { [ -d node_modules ] || npm install --silent >/dev/null 2>&1; }; \
	  then npm run --silent lint; else echo "npm, or what it would install, is not there: JavaScript not linted"; fi

unit: $(VENV)/.stamp-test ## unit tests and the examples in docstrings
	$(PYTEST) -n $(JOBS) --doctest-modules lstmbook tests --ignore=tests/book

rules: $(VENV)/.stamp-test ## rules for notebooks, README's example, the repository's address
	$(PYTEST) -n $(JOBS) tests/book --ignore=tests/book/browser --ignore=tests/book/test_exercises.py \
	  --ignore=tests/book/test_three_frameworks.py

site: $(VENV)/.stamp-test ## the book from nothing, warnings as errors
	rm -rf _build/.doctrees _build/html
	$(BUILD)

browser: $(VENV)/.stamp-test ## the built pages in Chromium (skipped where there is none)
	@test -d _build/html || $(MAKE) --no-print-directory site
	$(PYTEST) -n $(JOBS) tests/book/browser

notebooks: $(VENV)/.stamp-test ## run every notebook, compare every output [PAGE=book/...]
	$(NBVAL)
	$(if $(PAGE),,$(PYTEST) -n $(JOBS) tests/book/test_three_frameworks.py)

notebooks-old-cpu: $(VENV)/.stamp-test ## the same on an emulated older processor, from moved weights
	$(OLD_CPU) $(NBVAL)

# Names of kernels that this processor lacks make OpenBLAS fall back to one that it has.
notebooks-kernels: $(VENV)/.stamp-test ## the same with the kernels of four processors, one by one
	for kernels in Nehalem Haswell Zen SkylakeX; do echo "kernels of $$kernels"; \
	  OPENBLAS_CORETYPE=$$kernels $(NBVAL) || exit 1; done

exercises: $(VENV)/.stamp-test ## every starter fails its check, every solution passes [PAGE=book/...]
	$(PYTEST) -n $(JOBS) tests/book/test_exercises.py $(if $(PAGE),-k $(PAGE))

# ---------------------------------------------------------------- write

refresh: $(VENV)/.stamp-test ## run notebooks top to bottom and store their outputs [PAGE=book/...]
	$(BIN)/python -m tools.refresh $(PAGE)

repository: $(VENV)/.stamp-book ## write the address from _config.yml to where it is repeated
	$(BIN)/python -m tools.repository

# make mutants FILES=lstmbook/metrics TESTS=tests/data/test_metrics.py
mutants: $(VENV)/.stamp-test ## change one thing at a time in FILES: do TESTS see it? [MOST=150]
	$(BIN)/python -m tools.mutants $(FILES) --tests $(TESTS) --most $(or $(MOST),150)

benchmark: $(VENV)/.stamp-test ## speed against torch.nn.LSTM and keras.layers.LSTM
	$(BIN)/python -m benchmarks

gpu: $(VENV)/.stamp-test ## tests and speed of the PyTorch layers on a GPU, 8 minutes at most
	env -u CUDA_VISIBLE_DEVICES $(BIN)/python -m benchmarks.gpu --out _build/gpu.json --seconds 420

clean: ## remove what was built (not .venv)
	rm -rf _build .pytest_cache .ruff_cache .hypothesis
