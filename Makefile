# SPDX-License-Identifier: Apache-2.0

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

# Every program is static, whether or not the machine has a C compiler.
export CGO_ENABLED ?= 0
# Programs, tests and linters are compiled alike, so that what is compiled for one of them serves the others.
export GOFLAGS := $(strip $(filter-out -trimpath,$(GOFLAGS)) -trimpath)

ROOT := $(CURDIR)
ASSETS := $(ROOT)/bin/controlplane
KUBECTL ?= $(firstword $(if $(KUBEBUILDER_ASSETS),$(wildcard $(KUBEBUILDER_ASSETS)/kubectl)) $(ASSETS)/kubectl)
# The one version of programs, image, chart and manifests: the Git tag.
VERSION ?= $(shell hack/version.sh)
LDFLAGS := -s -w -X github.com/rolewright/rolewright/internal/buildinfo.version=$(VERSION)
# Where the image goes, without a tag, and whether "make image" pushes it.
IMAGE ?= ghcr.io/rolewright/rolewright
PUSH ?= false

# More flags for "make test" and "make race": -v, for example.
GOTESTFLAGS ?=
# What "make bench" runs, and where.
BENCH ?= .
BENCH_PACKAGES ?= ./...
# How many users "make bench-cluster" has, one number for each cluster.
USERS ?= 1000 10000 100000
# How many organizations of 50 users "make bench-cluster" has in another cluster.
ORGANIZATIONS ?= 2000
# How long "make fuzz" gives each target.
FUZZTIME ?= 30s
# What "make race" runs: everything that starts goroutines or is called from several.
RACE_PACKAGES ?= ./internal/approval ./internal/authzen ./internal/debounce ./internal/engine/... ./internal/intake \
	./internal/metrics ./internal/persistent ./internal/publications ./internal/publish ./internal/resolve \
	./internal/console/fromcluster ./internal/console/fromfiles ./internal/console/impersonation ./internal/console/login \
	./internal/console/revocation \
	./internal/filewatch ./internal/openid ./internal/serve/... ./internal/snapshot ./internal/telemetry ./pkg/... ./controllers/... \
	./docs/examples/librarydesk ./test/sdk
# What "make mutants" changes, how many mutants it draws, and how many it tests at a time.
MUTANTS ?= 300
MUTANTS_SEED ?= 1
MUTANTS_WORKERS ?= 2
MUTANTS_PACKAGES ?= ./internal/resolve/... ./internal/publish/... ./internal/approval/... ./internal/intake/... \
	./internal/authzen/... ./internal/engine/... ./pkg/permissions ./pkg/permissions/access/... \
	./pkg/permissions/approvals/... ./pkg/permissions/document/...
# Tests that need an API server or a build of their own notice nothing that these do not.
MUTANTS_EXCLUDE ?= cmd/rolewright,controllers/...,docs/examples/librarydesk,hack/...,internal/controlplane/...,internal/serve/...,test/approvals,test/badobjects,test/bench,test/docs,test/e2e,test/house,test/kinds,test/sdk,test/serve,test/soak
# How many sequences "make sequences" draws.
SEQUENCES ?= 20000
# How many pairs "make conditions" compares, and the seed of what it draws.
PAIRS ?= 10000000
PAIRS_SEED ?= 1
# How long "make soak" takes, and the seed of its choices: 0 draws one.
DURATION ?= 30m
SEED ?= 0
# More flags for "make run": RUNFLAGS=--once stops after the first success.
RUNFLAGS ?=
# The cluster of "make run KUBECONFIG=path", a control plane of its own without. A variable of the environment names none: it may be that
# of a cluster at work.
RUN_CLUSTER := $(if $(filter command line,$(origin KUBECONFIG)),$(KUBECONFIG))

TOOL := go tool -modfile=hack/tools/go.mod
# Builds programs once, and shows how far it has come.
PROGRAMS := LDFLAGS="$(LDFLAGS)" go run ./hack/build
HELM := $(ROOT)/bin/helm
LINTER := $(ROOT)/bin/golangci-lint

##@ Everyday

.PHONY: help
help: ## Explain every target.
	@awk 'BEGIN {FS = ":.*## "} \
		/^##@ / {printf "\n%s\n", substr($$0, 5)} \
		/^[a-z-]+:.*## / {printf "  %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: run
run: ## Start a complete local Rolewright with a sample, and keep it up: KUBECONFIG=<file> does so in an existing cluster.
	@$(PROGRAMS) -hint rolewright $(if $(RUN_CLUSTER),,etcd kube-apiserver) manager localcluster
	@ln -sf rolewright bin/kubectl-rolewright
	@ln -sf rolewright bin/kubectl_complete-rolewright
	@exec bin/localcluster $(if $(RUN_CLUSTER),-kubeconfig="$(abspath $(RUN_CLUSTER))") $(RUNFLAGS)

.PHONY: build
build: ## Build the manager and the command into bin/.
	@go build -ldflags "$(LDFLAGS)" -o bin/ ./cmd/manager ./cmd/rolewright
	@ln -sf rolewright bin/kubectl-rolewright
	@ln -sf rolewright bin/kubectl_complete-rolewright

.PHONY: fmt
fmt: $(LINTER) ## Format the Go code.
	@$(LINTER) fmt ./...

.PHONY: generate
generate: ## Generate deepcopy, apply configurations, CRDs, their JSON Schema, the manager's role and the API reference.
	@rm -rf api/v1alpha1/applyconfiguration
	@$(TOOL) controller-gen paths=./api/v1alpha1 \
		object:headerFile=hack/boilerplate.go.txt \
		applyconfiguration:headerFile=hack/boilerplate.go.txt \
		crd output:crd:dir=config/crd/bases
	@$(TOOL) controller-gen paths=./controllers/... \
		rbac:roleName=rolewright-manager output:rbac:dir=config/rbac
	@mkdir -p docs/reference
	@$(TOOL) crd-ref-docs --source-path=api/v1alpha1 --config=hack/crd-ref-docs.yaml \
		--renderer=markdown --output-path=docs/reference/api.md --log-level=ERROR
	@go run ./cmd/rolewright schema > docs/schema/rolewright.schema.json

##@ Checks

.PHONY: test
test: build controlplane-gc helm ## Run every test, those against a real API server included.
	@KUBEBUILDER_ASSETS="$${KUBEBUILDER_ASSETS:-$(ASSETS)}" go test -timeout 40m $(GOTESTFLAGS) ./...

.PHONY: race
race: controlplane-gc ## Run the tests of everything concurrent with the race detector: needs a C compiler.
	@KUBEBUILDER_ASSETS="$${KUBEBUILDER_ASSETS:-$(ASSETS)}" CGO_ENABLED=1 \
		go test -race -short -timeout 40m $(GOTESTFLAGS) $(RACE_PACKAGES)

.PHONY: lint
lint: $(LINTER) ## Run the linters, kube-api-linter over api/ among them, and find phrases that are not ours.
	@$(LINTER) run ./...
	@go run ./hack/words

.PHONY: verify
verify: kubectl ## Check that generated files, go.mod files and kustomizations are current.
	@KUBECTL="$(KUBECTL)" hack/verify.sh

.PHONY: vulnerabilities
vulnerabilities: ## Look for known vulnerabilities in what the programs call: asks vuln.go.dev.
	@$(TOOL) govulncheck ./...

.PHONY: bench
bench: ## Run the benchmarks, other engines too: BENCH=<regexp>, BENCH_PACKAGES=<packages>.
	@go test -run='^$$' -bench='$(BENCH)' -benchmem -timeout 2h $(BENCH_PACKAGES)
ifeq ($(BENCH_PACKAGES),./...)
	@$(MAKE) --no-print-directory bench-peers
endif

.PHONY: bench-plot
bench-plot: ## Measure what docs/performance.svg shows, and draw it.
	@mkdir -p bin
	@go test -run='^$$' -bench='^BenchmarkCost$$' -count 3 -timeout 2h ./test/bench > bin/cost.txt
	@go run ./hack/benchplot < bin/cost.txt > docs/performance.svg

.PHONY: bench-peers
bench-peers: ## Run the benchmarks of other engines alone: BENCH=<regexp>.
	@cd test/peers && go test -run='^$$' -bench='$(BENCH)' -benchmem -timeout 2h ./...

.PHONY: bench-cluster
bench-cluster: controlplane-gc ## Measure the manager on API servers: organizations of USERS users, and ORGANIZATIONS of 50; takes an hour for 100,000.
	@KUBEBUILDER_ASSETS="$${KUBEBUILDER_ASSETS:-$(ASSETS)}" ROLEWRIGHT_BENCH_CLUSTER_USERS="$(USERS)" \
		ROLEWRIGHT_BENCH_CLUSTER_ORGANIZATIONS="$(ORGANIZATIONS)" \
		go test -run='^$$' -bench='^Benchmark(Cluster|ClusterMemory|Organizations)$$' -benchtime=1x -timeout 12h ./test/bench

.PHONY: fuzz
fuzz: ## Run every fuzz target for FUZZTIME each.
	@FUZZTIME=$(FUZZTIME) hack/fuzz.sh

.PHONY: sequences
sequences: ## Compare SEQUENCES random sequences of changes, resolved step by step, with each state resolved from scratch.
	@go test -timeout 3h -v -run TestEverySequence ./test/incremental -rapid.checks=$(SEQUENCES)

.PHONY: conditions
conditions: ## Compare the closures of conditions with cel-go on PAIRS pairs of a random expression and a random input.
	@go test -timeout 6h -v -run TestClosuresAgree ./internal/engine/condition -pairs $(PAIRS) -seed $(PAIRS_SEED)

.PHONY: soak
soak: controlplane ## Disturb managers, API server, etcd and network for DURATION while things change, and check that nobody notices: SEED repeats.
	@KUBEBUILDER_ASSETS="$${KUBEBUILDER_ASSETS:-$(ASSETS)}" go test -timeout 24h -v -run TestSoak ./test/soak -duration $(DURATION) -seed $(SEED)

.PHONY: mutants
mutants: ## Put small faults into the code that decides, and count those that no test notices.
	@mkdir -p bin
	@go run ./hack/mutants -n $(MUTANTS) -seed $(MUTANTS_SEED) -workers $(MUTANTS_WORKERS) -exclude '$(MUTANTS_EXCLUDE)' \
		-equivalent hack/mutants/equivalent.yaml -report bin/mutants.md $(MUTANTS_PACKAGES)

##@ Tools, built once into bin/

.PHONY: controlplane
controlplane: ## Build etcd, kube-apiserver and kubectl, or use those of KUBEBUILDER_ASSETS.
	@$(PROGRAMS) etcd kubectl kube-apiserver

.PHONY: controlplane-gc
controlplane-gc: controlplane ## Build kube-controller-manager too: garbage collection and namespace deletion.
	@$(PROGRAMS) kube-controller-manager

.PHONY: kubectl
kubectl:
	@$(PROGRAMS) kubectl

.PHONY: helm
helm: ## Build Helm.
	@$(PROGRAMS) helm

.PHONY: $(LINTER)
$(LINTER):
	@$(PROGRAMS) golangci-lint

.PHONY: axe
axe: ## Bring axe-core, for the tests of the console in a browser.
	@hack/axe.sh

##@ A cluster of your own

.PHONY: install
install: kubectl ## Install Rolewright into the cluster of your kubeconfig.
	@$(KUBECTL) apply --server-side -k config/default

##@ Releases, made in DIST

# Where a release is made, and the platforms of programs and image.
DIST ?= $(ROOT)/dist
PLATFORMS ?= linux/amd64 linux/arm64
# Nothing that is made says when, but for the time of the commit: the same commit gives the same bytes.
SOURCE_DATE_EPOCH ?= $(shell git log -1 --format=%ct 2>/dev/null || echo 0)

.PHONY: programs
programs: ## Build the programs for all PLATFORMS.
	@for platform in $(PLATFORMS); do \
		folder="$(DIST)/programs/$${platform/\//_}"; \
		echo "==> $${folder}"; \
		GOOS="$${platform%/*}" GOARCH="$${platform#*/}" \
			go build -ldflags "$(LDFLAGS)" -o "$${folder}/" ./cmd/manager ./cmd/rolewright; \
	done

.PHONY: image
image: programs ## Build the image of all PLATFORMS, without a container runtime: PUSH=true pushes it to IMAGE.
	@cd hack/image && go run . -programs "$(DIST)/programs" -output "$(DIST)" -repository "$(IMAGE)" \
		-version "$(VERSION)" -commit "$$(git rev-parse HEAD 2>/dev/null || true)" \
		-created "$$(date -u -d "@$(SOURCE_DATE_EPOCH)" +%Y-%m-%dT%H:%M:%SZ)" -push="$(PUSH)"

.PHONY: sbom
sbom: programs ## Write what each program consists of (CycloneDX).
	@mkdir -p "$(DIST)/sbom"
	@cd "$(DIST)/programs" && for program in */*; do \
		go tool -modfile="$(ROOT)/hack/tools/go.mod" cyclonedx-gomod bin -json -noserial -version "$(VERSION)" \
			-output "$(DIST)/sbom/$$(basename "$${program}")_$$(dirname "$${program}").cdx.json" "$${program}"; \
	done

.PHONY: dist
dist: kubectl helm ## Write install.yaml, the Helm chart and the bundle for OLM, with the digest of the image if "make image" was run before.
	@DIST="$(DIST)" VERSION="$(VERSION)" IMAGE="$(IMAGE)" KUBECTL="$(KUBECTL)" HELM="$(HELM)" hack/dist.sh

.PHONY: otlp
otlp: ## Hold the traces and metrics of the decision service against the receiver of the OpenTelemetry collector.
	@cd test/otlp && go test -count=1 $(GOTESTFLAGS) ./...

.PHONY: bundle
bundle: dist ## Make the bundle for OLM, and hold it against the validators of the Operator Framework.
	@cd test/olm && ROLEWRIGHT_BUNDLE="$(DIST)/bundle" go test -count=1 ./...

.PHONY: release
release: ## Make everything that a release consists of.
	@$(MAKE) --no-print-directory image sbom
	@$(MAKE) --no-print-directory dist

##@ Cleaning up

.PHONY: clean
clean: ## Remove everything that was built.
	@rm -rf bin dist
