# Every task of the project. Nothing is installed outside this folder but jsii's own package cache.
.DEFAULT_GOAL := help
.PHONY: help setup warm demo demo-clean verify review sandbox test test-fast test-reuse test-cdktn
.PHONY: lint format schema generated modules plans wheel cli cdktn hcl bench clean

PYTHON ?= python3
PORT ?= 5566
RUNS ?= 5
OUT ?= cdktf.out
PIPENV_VERSION := 2026.10.3
UV_VERSION := 0.13.9

VENV := .venv
RUN := $(VENV)/bin/python
STAMP := $(VENV)/.synced
CDKTN_STAMP := $(VENV)/.synced-cdktn
INDEX = "$$(sh tools/package_index.sh .build/pipenv/bin/python)"
PIPENV = PIP_INDEX_URL=$(INDEX) PIP_NO_COMPILE=1 .build/pipenv/bin/pipenv
# uv installs what pipenv has locked, by the lock's hashes, in a tenth of the time; where it cannot, pipenv does.
INSTALL = $(PIPENV) requirements --hash --exclude-index $(1) >.build/requirements.txt && \
  .build/pipenv/bin/uv pip install --quiet --python $(RUN) --cache-dir .build/uv --default-index $(INDEX) \
  --require-hashes --no-deps --requirements .build/requirements.txt || $(PIPENV) sync $(1)
CDKTF := node_modules/.bin/cdktf
PRIVATELINK := $(VENV)/bin/privatelink
BY_GROUP := --dist loadgroup
# All but what waits for Terraform most of its time, which runs in many processes. Packets have deadlines.
OTHERS := tests/unit tests/sandbox
FAST := "not terraform and not slow and not dataplane and not node_tools"
# Some machines have Python keep no bytecode: each of the hundreds of processes here would compile all it imports.
unexport PYTHONDONTWRITEBYTECODE
export PIPENV_VENV_IN_PROJECT := 1
export PIPENV_IGNORE_VIRTUALENVS := 1
export PIPENV_VERBOSITY := -1

help: ## List the tasks
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  \1\t/' | expand -t 16

setup: $(STAMP) ## Install what Pipfile.lock names into .venv, by uv
$(STAMP): Pipfile.lock pyproject.toml
	@command -v node >/dev/null || { echo "Node.js is missing: install Node.js 18 or newer" >&2; exit 2; }
	@echo "installing into $(VENV) (half a minute, once) ..."
	@test -x $(RUN) || $(PYTHON) -m venv $(VENV)
	@test -x .build/pipenv/bin/pipenv || { $(PYTHON) -m venv .build/pipenv && \
	  .build/pipenv/bin/python -m pip install --quiet --disable-pip-version-check pipenv==$(PIPENV_VERSION) \
	  uv==$(UV_VERSION); }
	@$(call INSTALL,--dev)
	@.build/pipenv/bin/uv pip install --quiet --python $(RUN) --cache-dir .build/uv --offline --no-deps \
	  --no-build-isolation --editable .
	@sh tools/nft.sh $(VENV)/nft
	@touch $(STAMP)

warm: setup ## Fill jsii's package cache, once for this machine
	@$(RUN) -m privatelink.framework.warm

cdktn: $(CDKTN_STAMP) ## Install cdktn, the maintained fork of cdktf, beside it (PRIVATELINK_FRAMEWORK=cdktn)
	@PRIVATELINK_FRAMEWORK=cdktn $(RUN) -m privatelink.framework.warm
$(CDKTN_STAMP): $(STAMP)
	@echo "installing cdktn into $(VENV) (half a minute, once) ..."
	@$(call INSTALL,--categories cdktn)
	@touch $(CDKTN_STAMP)

hcl: setup ## Write the plain-HCL form of every stack in OUT (cdktf.out) to OUT/hcl
	@$(PRIVATELINK) hcl --out $(OUT)

demo: warm ## Show the walkthrough on a local AWS; TOPOLOGY=FILE for another one, KEEP=1 to look around
	@$(PRIVATELINK) demo $(if $(TOPOLOGY),--topology $(TOPOLOGY)) $(if $(KEEP),--keep)

demo-clean: setup ## Destroy what a kept demo built, and remove the files of demos
	@$(PRIVATELINK) demo --clean

verify: setup ## Verify what was applied, from inside the consumers' VPCs; OUT=DIR, CONSUMER=KEY
	@$(PRIVATELINK) verify --out $(OUT) $(if $(CONSUMER),--consumer $(CONSUMER))

review: setup ## Review plans for what they do to consumers; PLAN="FILE…", else those in OUT
	@$(PRIVATELINK) review $(if $(PLAN),$(PLAN),$(OUT))

sandbox: setup ## Run the local AWS on 127.0.0.1:PORT (5566) in the foreground; DATA_PLANE=0: no packets
	@exec $(PRIVATELINK) sandbox --port $(PORT) $(if $(DATA_PLANE),$(if $(filter 0,$(DATA_PLANE)),--no-data-plane,--data-plane))

test: lint test-fast ## Run every check: lint, fast tests, real Terraform, packets
	@$(RUN) -m pytest -n 14 $(BY_GROUP) --no-loadscope-reorder -m "not cdktn and not node_tools" tests/e2e
	@$(RUN) -m pytest -n 3 $(BY_GROUP) -m "(slow or terraform or dataplane) and not cdktn" $(OTHERS)

test-fast: warm ## Run the tests that need no Terraform, in about a minute
	@$(RUN) -m pytest -n 2 $(BY_GROUP) -m $(FAST)

test-reuse: setup cli ## Run the tests with the large packages of others: the wheel's own dependencies, the tools of Node
	@PRIVATELINK_CLEAN_INSTALL=1 $(RUN) -m pytest tests/e2e/test_package.py
	@$(RUN) -m pytest -m node_tools

test-cdktn: warm cdktn ## Run the fast tests, every example and the fast start's tests under cdktn
	@PRIVATELINK_FRAMEWORK=cdktn $(RUN) -m pytest -n 2 $(BY_GROUP) -m $(FAST)
	@PRIVATELINK_FRAMEWORK=cdktn $(RUN) -m pytest -m "slow or cdktn" tests/unit/framework tests/unit/test_main.py \
	  tests/unit/topology/test_properties.py tests/e2e/test_cdktn.py

lint: setup ## Check style and types
	@$(VENV)/bin/ruff check . && $(VENV)/bin/ruff format --check --quiet . && $(VENV)/bin/mypy

format: setup ## Format the code
	@$(VENV)/bin/ruff check --fix-only --quiet . && $(VENV)/bin/ruff format --quiet .

schema: setup ## Write the JSON Schema of topology files
	@$(PRIVATELINK) schema --docs docs

generated: warm ## Write the Terraform that the examples generate, which the tests compare
	@$(RUN) -m tests.support.generated

modules: warm ## Write the Terraform modules out of the constructs, which the tests compare
	@$(RUN) -m tools.module_generator

plans: setup ## Make the plans that the tests of the review read, by the real Terraform
	@$(RUN) -m tests.support.plans

wheel: setup ## Build dist/privatelink-*.whl, the package and its command
	@$(VENV)/bin/hatchling build -t wheel

cli: $(CDKTF) ## Install the CDKTF CLI and what checks drawings and workflows into node_modules, by npm
$(CDKTF): tools/node/package-lock.json
	@npm ci --prefix tools/node --no-progress --loglevel=error
	@ln -sfn tools/node/node_modules node_modules  # where npx looks
	@touch $(CDKTF)

bench: warm cdktn ## Measure the fast start of both frameworks, growth, reviews, and the data plane beside a direct cable
	@$(RUN) -m tools.benchmarks --runs $(RUNS)

clean: ## Remove everything that was built here
	rm -rf $(VENV) .build .demo cdktf.out dist node_modules tools/node/node_modules .pytest_cache .mypy_cache .ruff_cache .hypothesis
