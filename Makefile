# Every target does its own set-up. Results of `make test` are in .build-test/out.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: run test nightly unit pages notebook bench-hour bench-cities bench-grid bench-climate bench-optimizer bench-search golden format clean help

STUDY ?= Worlds/japan-areas/studies/siting.yaml
ARCHIVE ?= japan.h5
BINARY ?= .build/release/worldlines
DATA ?= ../shared/data/climate
TESTFLAGS := -c release --scratch-path .build-test -Xswiftc -enable-testing -Xswiftc -warnings-as-errors
PYTHON := .venv/bin/python

run: ## Build, run the Japan study, print its table, leave japan.h5 (STUDY=..., ARCHIVE=... for another)
	@.ci/setup build
	swift build -c release --product worldlines
	.build/release/worldlines run $(STUDY) -o $(ARCHIVE)

test: .venv/ready ## Lint, build and test everything, worlds, archives and the notebook included
	@.ci/setup test
	@.ci/stages

nightly: .venv/ready ## Kill runs, fill disks and hurt parts by the hundred (KILLS, DISKS, PARTS, SEED for others)
	@.ci/setup test
	swift build $(TESTFLAGS) --product worldlines
	@.ci/nightly

unit: .venv/ready ## Build and run the Swift tests only (FILTER=SomeTests for some of them)
	swift build $(TESTFLAGS) --build-tests
	HDF5_USE_FILE_LOCKING=FALSE WORLDLINES_PYTHON=$(CURDIR)/$(PYTHON) swift test $(TESTFLAGS) --skip-build --disable-xctest $(if $(FILTER),--filter $(FILTER))

pages: .venv/ready ## Run every command of every page (WORLDLINES_GOLDEN=1 writes what they show as printed anew)
	@.ci/setup test
	swift build $(TESTFLAGS) --product worldlines
	@mkdir -p .build-test/out
	$(PYTHON) Tests/Python/check_pages.py .build-test/release/worldlines .build-test/out

notebook: .venv/ready ## Draw the notebooks from japan.h5 into .build-test/out (ARCHIVE=... for another)
	@mkdir -p .build-test/out
	for each in notebooks/*.ipynb; do \
		WORLDLINES_ARCHIVE=$(abspath $(ARCHIVE)) $(PYTHON) Tests/Python/run_notebook.py $$each .build-test/out || exit 1; done

bench-hour: .venv/ready ## Time one cleared hour in Swift, in C and in HiGHS, after checking that they agree
	@.ci/setup build
	$(PYTHON) Benchmarks/bench_hour.py --at-least 8

bench-cities: .venv/ready ## The same for an hour of Japan's 75 cities (BINARY=... for a built command)
	@.ci/setup build
	$(PYTHON) Benchmarks/bench_hour.py --world japan --hours 96 --repetitions 3 --binary $(BINARY) \
		--at-least 10 --run-at-least 10

bench-grid: .venv/ready ## Time hours and days of networks in Swift and in HiGHS, after checking that they agree
	@.ci/setup build
	$(PYTHON) Benchmarks/bench_grid.py --at-least 1

bench-climate: .venv-fair/ready ## Time the climate against PyPI's fair 2.2.5 and numpy (DATA=... for other tables, BINARY=... for a built command)
	@.ci/setup build
	$(if $(filter .build/release/worldlines,$(BINARY)),swift build -c release --product worldlines)
	.venv-fair/bin/python Benchmarks/bench_climate.py $(BINARY) --data $(DATA) --at-least 140 4 80 13 --at-least-without-avx512 140 4 80 11

bench-optimizer: .venv-moo/ready ## Time fronts and hypervolumes in Swift, pymoo and moocore, after checking that they agree
	@.ci/setup build
	.venv-moo/bin/python Benchmarks/bench_optimizer.py --at-least 3 1

bench-search: .venv-ema/ready ## Count experiments a second of the lake problem and of nothing, against EMA Workbench 2.5.3
	@.ci/setup build
	.venv-ema/bin/python Benchmarks/bench_search.py --at-least 50

golden: .venv-fair/ready ## Make the climate fixtures anew from PyPI's fair 2.2.5; the diff is for review
	.venv-fair/bin/python Tests/Python/golden_climate.py Tests/CasesTests/Fixtures/climate
	git diff --stat -- Tests/CasesTests/Fixtures/climate

format: ## Rewrite Swift sources in the project's format
	swift format -i -r Package.swift Sources Tests Benchmarks/Package.swift Benchmarks/Sources

clean: ## Remove what was built
	rm -rf .build .build-test Benchmarks/.build .venv .venv-fair .venv-moo .venv-ema

help: ## List the targets
	@sed -nE 's/^([a-z-]+):[^#]*## (.*)$$/\1\t\2/p' Makefile | while IFS=$$'\t' read -r target text; do \
		printf '  make %-15s %s\n' "$$target" "$$text"; done

.venv/ready: requirements.txt
	@.ci/setup test
	python3 -m venv .venv
	.venv/bin/pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

# FaIR and what it needs, apart from what the tests need.
.venv-fair/ready:
	@.ci/setup test
	python3 -m venv .venv-fair
	.venv-fair/bin/pip install --quiet --disable-pip-version-check fair==2.2.5 h5py
	@touch $@

# What fronts and hypervolumes are timed against.
.venv-moo/ready:
	@.ci/setup test
	python3 -m venv .venv-moo
	.venv-moo/bin/pip install --quiet --disable-pip-version-check pymoo==0.6.2 moocore==0.3.2
	@touch $@

# EMA Workbench, apart from what the tests need.
.venv-ema/ready:
	@.ci/setup test
	python3 -m venv .venv-ema
	.venv-ema/bin/pip install --quiet --disable-pip-version-check ema_workbench==2.5.3 scipy
	@touch $@
