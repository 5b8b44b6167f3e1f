# Every task of the project. Nothing is installed outside this folder but jsii's own package cache.
.DEFAULT_GOAL := help
.PHONY: help setup warm cdktn cli checks demo demo-clean review verify sandbox hcl
.PHONY: test test-fast test-reuse test-cdktn lint format audit bench
.PHONY: schema stub generated modules plans drawing wheel sbom clean

PYTHON ?= python3
PORT ?= 5566
RUNS ?= 5
OUT ?= cdktf.out
PIPENV_VERSION := 2026.10.3
UV_VERSION := 0.13.9

VENV := .venv
RUN := $(VENV)/bin/python
PRIVATELINK := $(VENV)/bin/privatelink
# pipenv, which locks, and uv, which installs.
LOCKER := .build/pipenv
# What checks the project itself: its packages are not those that it runs with.
CHECKS := .build/checks
CDKTF := node_modules/.bin/cdktf
STAMP := $(VENV)/.synced
CDKTN_STAMP := $(VENV)/.synced-cdktn
CHECKS_STAMP := $(CHECKS)/.synced
LOCKED := .build/requirements
INDEX = "$$(sh tools/package_index.sh $(LOCKER)/bin/python)"
PIPENV = PIP_INDEX_URL=$(INDEX) $(LOCKER)/bin/pipenv
REQUIREMENTS = $(PIPENV) requirements --hash --exclude-index
UV = $(LOCKER)/bin/uv pip install --quiet --cache-dir .build/uv
# Put the locked packages $(2) into the environment $(1), by the lock's hashes. uv takes a tenth of the time of pip,
# which does it where uv cannot: uv knows the index that pip is set up with, but not every setting of pip's.
INSTALL = mkdir -p $(LOCKED) && $(REQUIREMENTS) $(2) >$(LOCKED)/$(subst /,-,$@) && \
  { $(UV) --python $(1)/bin/python --default-index $(INDEX) --require-hashes --no-deps --requirements $(LOCKED)/$(subst /,-,$@) || \
  $(1)/bin/python -m pip install --quiet --no-compile --require-hashes --no-deps --requirement $(LOCKED)/$(subst /,-,$@); }
BY_GROUP := --dist loadgroup
# All but what waits for Terraform most of its time, which runs in many processes. Packets have deadlines.
OTHERS := tests/unit tests/sandbox
FAST := "not terraform and not slow and not dataplane and not reuse"
# Some machines have Python keep no bytecode: each of the hundreds of processes here would compile all it imports.
unexport PYTHONDONTWRITEBYTECODE
export PIPENV_VENV_IN_PROJECT := 1
export PIPENV_IGNORE_VIRTUALENVS := 1
export PIPENV_VERBOSITY := -1

##@ Start here

help: ## List the tasks
	@awk 'BEGIN { FS = ":.*## " } /^##@ / { printf "\n%s\n", substr($$0, 5) } \
	  /^[a-z-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

setup: $(STAMP) ## Install what Pipfile.lock names into .venv, and the privatelink command
$(STAMP): Pipfile.lock pyproject.toml | $(LOCKER)/bin/pipenv
	@command -v node >/dev/null || { echo "Node.js is missing: install Node.js 18 or newer" >&2; exit 2; }
	@echo "installing into $(VENV) (half a minute, once) ..."
	@test -x $(RUN) || $(PYTHON) -m venv $(VENV)
	@$(call INSTALL,$(VENV),--dev)
	@$(UV) --python $(RUN) --offline --no-deps --no-build-isolation --editable .
	@sh tools/nft.sh $(VENV)/nft
	@touch $@
$(LOCKER)/bin/pipenv:
	@$(PYTHON) -m venv $(LOCKER)
	@$(LOCKER)/bin/python -m pip install --quiet --disable-pip-version-check pipenv==$(PIPENV_VERSION) uv==$(UV_VERSION)

demo: warm ## Show the walkthrough on a local AWS; TOPOLOGY=FILE for another one, KEEP=1 to look around
	@$(PRIVATELINK) demo $(if $(TOPOLOGY),--topology $(TOPOLOGY)) $(if $(KEEP),--keep)

demo-clean: setup ## Destroy what a kept demo built, and remove the files of demos
	@$(PRIVATELINK) demo --clean

test: lint test-fast ## Run every check: lint, fast tests, real Terraform, packets
	@$(RUN) -m pytest -n 14 $(BY_GROUP) --no-loadscope-reorder -m "not cdktn and not reuse" tests/e2e
	@$(RUN) -m pytest -n 3 $(BY_GROUP) -m "(slow or terraform or dataplane) and not cdktn and not reuse" $(OTHERS)

##@ Use it

review: setup ## Review plans for what they do to consumers; PLAN="FILE ...", else those in OUT
	@$(PRIVATELINK) review $(if $(PLAN),$(PLAN),$(OUT))

verify: setup ## Verify what was applied, from inside the consumers' VPCs; OUT=DIR, CONSUMER=KEY
	@$(PRIVATELINK) verify --out $(OUT) $(if $(CONSUMER),--consumer $(CONSUMER))

sandbox: setup ## Run the local AWS on 127.0.0.1:PORT (5566) in the foreground; DATA_PLANE=0 without packets
	@exec $(PRIVATELINK) sandbox --port $(PORT) $(if $(DATA_PLANE),$(if $(filter 0,$(DATA_PLANE)),--no-data-plane,--data-plane))

hcl: setup ## Write the plain-HCL form of every stack in OUT (cdktf.out) to OUT/hcl
	@$(PRIVATELINK) hcl --out $(OUT)

warm: setup ## Fill jsii's package cache, once for this machine
	@$(RUN) -m privatelink.stacks.warm

cdktn: $(CDKTN_STAMP) ## Install cdktn, the maintained fork of cdktf, beside it (PRIVATELINK_FRAMEWORK=cdktn)
	@PRIVATELINK_FRAMEWORK=cdktn $(RUN) -m privatelink.stacks.warm
$(CDKTN_STAMP): $(STAMP)
	@echo "installing cdktn into $(VENV) (half a minute, once) ..."
	@$(call INSTALL,$(VENV),--categories cdktn)
	@touch $@

cli: $(CDKTF) ## Install the CDKTF CLI and what reads drawings and workflows into node_modules, by npm
$(CDKTF): tools/node/package-lock.json
	@npm ci --prefix tools/node --no-progress --loglevel=error
	@ln -sfn tools/node/node_modules node_modules  # where npx looks
	@touch $@

##@ Work on it

test-fast: warm ## Run the tests that need no Terraform, in about a minute
	@$(RUN) -m pytest -n 2 $(BY_GROUP) -m $(FAST)

test-reuse: warm cli checks ## Run the tests with packages of others: the installed wheel, pre-commit, zizmor, the CDKTF CLI
	@$(RUN) -m pytest -m reuse

test-cdktn: warm cdktn ## Run the fast tests, every example and the fast start's tests under cdktn
	@PRIVATELINK_FRAMEWORK=cdktn $(RUN) -m pytest -n 2 $(BY_GROUP) -m $(FAST)
	@PRIVATELINK_FRAMEWORK=cdktn $(RUN) -m pytest -m "(slow or cdktn) and not reuse" tests/unit/framework tests/unit/test_main.py \
	  tests/unit/topology tests/e2e/test_cdktn.py

lint: setup ## Check style and types
	@$(VENV)/bin/ruff check . && $(VENV)/bin/ruff format --check --quiet . && $(VENV)/bin/mypy

format: setup ## Format the code
	@$(VENV)/bin/ruff check --fix-only --quiet . && $(VENV)/bin/ruff format --quiet .

checks: $(CHECKS_STAMP) ## Install pip-audit, CycloneDX, pre-commit and zizmor into .build/checks
$(CHECKS_STAMP): Pipfile.lock | $(LOCKER)/bin/pipenv
	@test -x $(CHECKS)/bin/python || $(PYTHON) -m venv $(CHECKS)
	@$(call INSTALL,$(CHECKS),--categories checks)
	@touch $@

audit: setup checks ## Look up the locked packages in the vulnerability services of PyPI and npm
	@mkdir -p $(LOCKED)/audit
	@for category in packages dev-packages cdktn checks; do \
	  $(REQUIREMENTS) --categories $$category >$(LOCKED)/audit/$$category || exit; done
	@$(RUN) -m tools.audit $(LOCKED)/audit/*

bench: warm cdktn ## Measure start-up, growth, reviews and the data plane; RUNS=5 of each
	@$(RUN) -m tools.benchmarks --runs $(RUNS)

##@ Write what is generated, and committed

schema: setup ## Write the JSON Schema of topology files, and the page of their fields
	@$(PRIVATELINK) schema --docs docs

stub: setup ## Write the types of the resources that the constructs use
	@$(RUN) -m tools.framework_stub

generated: warm ## Write the Terraform that the examples generate, which the tests compare
	@$(RUN) -m tests.support.generated

modules: warm ## Write the Terraform modules out of the constructs, which the tests compare
	@$(RUN) -m tools.module_generator

plans: setup ## Make the plans that the tests of the review read, by the real Terraform
	@$(RUN) -m tests.support.plans

drawing: setup ## Write the drawing of the walkthrough that the README shows
	@$(PRIVATELINK) draw topology.yaml --svg >docs/walkthrough.svg

##@ Publish it

wheel: setup ## Build dist/privatelink-*.whl, the package and its command
	@$(VENV)/bin/hatchling build -t wheel

sbom: checks ## Write dist/sbom.cdx.json, the CycloneDX list of the locked packages that the wheel uses
	@mkdir -p dist
	@$(CHECKS)/bin/python -W ignore -m cyclonedx_py pipenv --pyproject pyproject.toml --output-reproducible --validate -o dist/sbom.cdx.json

clean: ## Remove everything that was built here
	rm -rf $(VENV) .build .demo cdktf.out dist node_modules tools/node/node_modules .pytest_cache .mypy_cache .ruff_cache .hypothesis
