# SPDX-License-Identifier: AGPL-3.0-or-later
# A thin front to Meson, npm and the scripts in tools/: `make help` lists what there is.

BUILD  := build
DATA   ?= data
PREFIX ?= /usr/local
FUZZ_SECONDS ?= 60

.PHONY: help build web run test test-all test-web test-api test-browser policy-mutants lint fmt bench fuzz soak clean install

help: ## Show this
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1	\2/p' $(MAKEFILE_LIST) | expand -t 24

# On Debian whatever is missing is installed; elsewhere the packages have to be there (tools/bootstrap lists them).
build: ## Build the server: build/parley
	@if [ -e /etc/debian_version ]; then tools/bootstrap build; fi
	@[ -e $(BUILD)/build.ninja ] || meson setup $(BUILD)
	@ninja -C $(BUILD)

web: ## Build the web app: web/dist
	@if [ -e /etc/debian_version ]; then tools/bootstrap build; fi
	@tools/with-node tools/build-web

run: build web ## Build everything and serve on http://localhost:8008 with data in ./data
	@$(BUILD)/parley serve --data $(DATA)

test: ## Everything: checks, unit, fuzz corpora, API and browser tests
	@if [ -e /etc/debian_version ]; then tools/bootstrap test; fi
	@$(MAKE) --no-print-directory build web lint
	@meson configure $(BUILD) -Dtests=enabled
	@ninja -C $(BUILD)
	@$(MAKE) --no-print-directory test-all; code=$$?; tools/proofs $(BUILD); exit $$code

test-all:
	@meson test -C $(BUILD) --print-errorlogs
	@$(MAKE) --no-print-directory test-web test-api test-browser

test-web: ## The web app's types and unit tests
	@tools/with-node npm --prefix web run --silent check -- --reporter=default --reporter=json \
	  --outputFile='$(abspath $(BUILD))/results/web.json'

test-api: ## The API tests against build/parley
	@if [ -x tests/api/run ]; then tools/with-node tests/api/run; fi

test-browser: ## The browser tests against build/parley
	@if [ -x tests/browser/run ]; then tools/with-node tests/browser/run; fi

policy-mutants: ## Take out each mechanism of the policy in turn: do its tests notice? (resumes; IDS=… for some)
	@if [ -e /etc/debian_version ]; then tools/bootstrap test; fi
	@tools/policy-mutants $(IDS)

lint: ## Layers, headers, formatting
	@tools/check-includes
	@tools/check-headers
	@tools/check-format

fmt: ## Format the C sources
	@git ls-files '*.c' '*.h' | xargs clang-format -i

bench: build ## Measure (docs/performance.md says what)
	@bench/run

fuzz: ## Fuzz each target for FUZZ_SECONDS (60)
	@if [ -e /etc/debian_version ]; then tools/bootstrap test; fi
	@[ -e build-fuzz/build.ninja ] || CC=clang CXX=clang++ meson setup build-fuzz -Dfuzz=true -Dtests=disabled -Db_lundef=false
	@ninja -C build-fuzz
	@tools/fuzz build-fuzz $(FUZZ_SECONDS)

soak: build ## Run the server under load and kills for SOAK_SECONDS (3600)
	@env -u MATRIX_SPEC_DIR tools/with-node tests/soak/run

clean: ## Remove what was built
	@rm -rf $(BUILD) build-* web/dist web/node_modules tests/*/node_modules

install: build web ## Install into PREFIX (/usr/local), below DESTDIR if set
	@meson configure $(BUILD) -Dprefix=$(PREFIX)
	@meson install -C $(BUILD)
	@install -d '$(DESTDIR)$(PREFIX)/share/parley' '$(DESTDIR)$(PREFIX)/lib/systemd/system'
	@rm -rf '$(DESTDIR)$(PREFIX)/share/parley/web' '$(DESTDIR)$(PREFIX)/share/parley/policy'
	@cp -R web/dist '$(DESTDIR)$(PREFIX)/share/parley/web'
	@cp -R policy '$(DESTDIR)$(PREFIX)/share/parley/policy'
	@if [ -e $(BUILD)/proofs.json ]; then install -m 644 $(BUILD)/proofs.json '$(DESTDIR)$(PREFIX)/share/parley/'; fi
	@sed 's,/usr/bin/parley,$(PREFIX)/bin/parley,' deploy/parley.service >'$(DESTDIR)$(PREFIX)/lib/systemd/system/parley.service'
