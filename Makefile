# Everything runs from .venv. Each target first installs into it what it needs and no more: the demo's few packages, the
# suite's, or everything. Needs Python 3.11 or later, make and git.
PYTHON ?= python3
PYTHONS ?= 3.12 3.13
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# Whichever larger set is installed already serves for a smaller one.
TEST := $(firstword $(wildcard $(STAMP)) $(VENV)/.installed-test)
DEMO := $(firstword $(wildcard $(STAMP) $(VENV)/.installed-test) $(VENV)/.installed-demo)
LOCKING := --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header
UNLOCKED := --quiet --no-emit-index-url --no-emit-find-links --no-header
# One process more than there are cores, since many tests wait for another; one that has nothing left takes their tests.
PARALLEL = -n $(shell $(PYTHON) -c 'import os; print((os.cpu_count() or 1) + 1)') --dist worksteal
# What one process of the suite compiles the others find, whatever the environment says.
test test-fast test-wheel test-pythons test-lowest test-newest faults mutants: export PYTHONDONTWRITEBYTECODE :=

define test_with
build/$(1)/venv/bin/python -m pip install --quiet -r build/$(1)/requirements.txt
build/$(1)/venv/bin/python -m pip install --quiet --no-deps --no-build-isolation .
build/$(1)/venv/bin/python -m pytest $(PARALLEL) $(addprefix tests/,jobs cli distributed facade faults packaging sandbox shared_rate socket unit)
endef

.PHONY: help setup demo test test-fast test-browser test-proxies test-foreign test-wheel test-pythons test-lowest test-newest mutants faults check dist sbom verify-types docs docs-serve format regenerate update-spec sandbox benchmark lock clean

help: ## list all targets
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(STAMP) ## install everything that development uses into .venv, from the locked versions

$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or later is needed, this is " + sys.version.split()[0] + "; say make PYTHON=python3.11")'
	$(PYTHON) -m venv $(VENV)
	@touch $@

define install
$(BIN)/python -m pip install --quiet --require-hashes -r $(1)
$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
@touch $@
endef

$(STAMP): requirements-dev.lock pyproject.toml | $(VENV)/.python
	$(call install,$<)

$(VENV)/.installed-test: requirements-test.lock pyproject.toml | $(VENV)/.python
	$(call install,$<)

$(VENV)/.installed-demo: requirements-demo.lock pyproject.toml | $(VENV)/.python
	$(call install,$<)

demo: $(DEMO) ## the main job on the sandbox: search every area code at once (DEMO_LIVE=1: on the real API, read-only)
	@$(BIN)/python scripts/demo.py

test: $(TEST) ## run the test suite
	$(BIN)/python -m pytest $(PARALLEL)

test-fast: $(TEST) ## run the tests of the units, the facade and the regeneration, but for the few that run type checkers: about a minute on two cores
	$(BIN)/python -m pytest $(PARALLEL) -m "not heavy" tests/unit tests/facade tests/generated

test-browser: $(STAMP) ## test the sandbox's page in a real browser, and take the documentation's pictures
	scripts/install_browser.sh
	$(BIN)/python -m pytest tests/browser

test-proxies: $(STAMP) ## test what must not be repeated behind real proxies: Varnish, nginx, HAProxy, Squid, tinyproxy, mitmproxy
	PYTHON=$(PYTHON) scripts/install_proxies.sh
	$(BIN)/python -m pytest tests/proxies

test-foreign: $(TEST) ## run clients that nobody here wrote against the sandbox: curl, four languages, two public clients, a validating proxy
	PYTHON=$(PYTHON) scripts/install_foreign.sh
	$(BIN)/python -m pytest tests/foreign/test_recorded_requests.py tests/foreign/test_recorded_demos.py tests/foreign/clients

test-wheel: $(STAMP) ## run the suite against the built wheel, installed with the locked versions
	rm -rf build/wheel
	$(BIN)/python -m hatchling build -d build/wheel
	$(BIN)/python -m venv build/wheel/venv
	build/wheel/venv/bin/python -m pip install --quiet --require-hashes -r requirements-dev.lock
	build/wheel/venv/bin/python -m pip install --quiet --no-deps build/wheel/*.whl
	build/wheel/venv/bin/python -m pytest $(PARALLEL)

test-lowest: $(STAMP) ## run the suite's core with the lowest versions that pyproject.toml allows
	rm -rf build/lowest
	$(BIN)/python -m venv build/lowest/venv
	$(BIN)/uv pip compile $(UNLOCKED) --all-extras --resolution lowest-direct pyproject.toml -o build/lowest/floors.txt
	$(BIN)/uv pip compile $(UNLOCKED) --all-extras --group core -c build/lowest/floors.txt pyproject.toml -o build/lowest/requirements.txt
	$(call test_with,lowest)

test-newest: $(STAMP) ## run the suite's core with the newest versions that there are today, locked or not
	rm -rf build/newest
	$(BIN)/python -m venv build/newest/venv
	$(BIN)/uv pip compile $(UNLOCKED) --all-extras --group core pyproject.toml -o build/newest/requirements.txt
	$(call test_with,newest)

test-pythons: $(STAMP) ## run the suite on other Pythons that are on this machine, with the locked versions (PYTHONS="3.12 3.13")
	@for version in $(PYTHONS); do \
		python=$$($(BIN)/uv python find --no-python-downloads $$version) || exit 1; \
		rm -rf build/python-$$version && $$python -m venv build/python-$$version || exit 1; \
		build/python-$$version/bin/python -m pip install --quiet --require-hashes -r requirements-test.lock || exit 1; \
		build/python-$$version/bin/python -m pip install --quiet --no-deps --no-build-isolation --editable . || exit 1; \
		PATH="$(CURDIR)/build/python-$$version/bin:$$PATH" build/python-$$version/bin/python -m pytest $(PARALLEL) $(TESTS) || exit 1; \
	done

mutants: $(STAMP) ## break the code on which money depends in small ways, and name what nothing notices (FUNCTIONS="flowroute_async.retry.*")
	timeout --signal=INT 1800 $(BIN)/python scripts/mutants.py $(if $(FUNCTIONS),'$(FUNCTIONS)')

faults: $(STAMP) ## run every operation against every fault, and write the summary into docs/retries.md
	$(BIN)/python scripts/fault_table.py --write

check: $(STAMP) verify-types ## format, lint, types, import rules, public names, and that generated/ is what the document gives
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/pyright
	$(BIN)/lint-imports
	$(BIN)/python scripts/regenerate.py --check
	$(BIN)/python scripts/completeness.py
	$(BIN)/python scripts/public_api.py --quiet
	$(BIN)/zizmor --offline --no-progress --quiet .github
	$(MAKE) --no-print-directory dist

dist: $(STAMP) ## build what a release holds into dist/, and check it: wheel, sdist, notes, checksums
	@rm -rf dist && mkdir dist
	$(BIN)/python -m hatchling build -d dist
	$(BIN)/twine check --strict dist/*.whl dist/*.tar.gz
	$(BIN)/check-wheel-contents dist/*.whl
	$(BIN)/pyroma --min=10 dist/*.tar.gz
	$(BIN)/python scripts/release_notes.py > dist/notes.md
	cd dist && sha256sum *.whl *.tar.gz > SHA256SUMS

sbom: dist ## add to dist/ what the wheel installs, as CycloneDX
	rm -rf build/sbom
	$(BIN)/python -m venv --without-pip build/sbom
	$(BIN)/python -m pip --python build/sbom/bin/python install --quiet dist/*.whl
	$(BIN)/cyclonedx-py environment --output-reproducible --mc-type library --pyproject pyproject.toml -o dist/sbom.cdx.json build/sbom/bin/python

verify-types: $(STAMP) ## check that the type of every public name is known to type checkers
	@for package in flowroute_async flowroute_openapi; do \
		PATH="$(CURDIR)/$(BIN):$$PATH" pyright --verifytypes $$package --ignoreexternal > $(VENV)/types.txt || { cat $(VENV)/types.txt; exit 1; }; \
		echo "$$package: $$(grep 'completeness score' $(VENV)/types.txt)"; done

docs: $(TEST) ## build the documentation into site/, strictly
	$(BIN)/zensical build --strict

docs-serve: $(TEST) ## serve the documentation on http://localhost:8000, and build it anew at each change
	$(BIN)/zensical serve

format: $(STAMP) ## put the code into shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

regenerate: $(STAMP) ## rebuild generated/ from the document (SPEC=changed.yaml: from another one, which takes its place; EVIDENCE=1: only list what each operation rests on)
	$(BIN)/python scripts/regenerate.py $(if $(SPEC),--spec $(SPEC)) $(if $(EVIDENCE),--evidence)

update-spec: $(STAMP) ## try a newer document of the vendor, FROM=path-or-https-url, and report (DIFF=change.patch: write the patch)
	$(BIN)/python scripts/update_spec.py $(FROM) $(if $(DIFF),--diff $(DIFF))

sandbox: $(DEMO) ## serve the sandbox on http://127.0.0.1:8900, keys sandbox and sandbox
	$(BIN)/python -m flowroute_async.sandbox --port 8900

benchmark: $(STAMP) ## measure pages a second, CPU and decoding against peers, as ratios; writes benchmarks/RESULTS.md
	$(BIN)/python -m venv .venv-benchmark
	.venv-benchmark/bin/python -m pip install --quiet --require-hashes -r benchmarks/requirements.lock
	.venv-benchmark/bin/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	.venv-benchmark/bin/python benchmarks/run.py

lock: $(VENV)/.python ## compile the lock files from pyproject.toml: versions and hashes, no index address
	@test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile $(LOCKING) --all-extras --group dev pyproject.toml -o requirements-dev.lock
	$(BIN)/uv pip compile $(LOCKING) --all-extras --group test -c requirements-dev.lock pyproject.toml -o requirements-test.lock
	$(BIN)/uv pip compile $(LOCKING) --extra sandbox --group demo -c requirements-dev.lock pyproject.toml -o requirements-demo.lock
	$(BIN)/uv pip compile $(LOCKING) --all-extras --group dev --group benchmark pyproject.toml -o benchmarks/requirements.lock

clean: ## remove what the targets made
	rm -rf $(VENV) .venv-benchmark build dist site .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .cache mutants
