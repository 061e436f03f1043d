// SPDX-License-Identifier: Apache-2.0

package house

// promises are what each doc.go says that its package must not do, and what holds
// it to that.
var promises = map[string][]promise{
	"api/v1alpha1":          {{says: "must not decide anything", by: []string{"depguard api"}}},
	"cmd/rolewright/cli":    {{says: "must not decide anything itself", by: []string{"source only-creates"}}},
	"controllers/admission": {{says: "must not write to the cluster", by: []string{"source no-writes"}}},
	"controllers/approval": {
		{
			says: "must not resolve an organization for a request",
			by:   []string{"source no-resolver", "test controllers/approval TestGrantsAreCheckedOnlyToOpenAndToApprove"},
		},
	},
	"controllers/catalog":               {{says: "must not write anything else", by: []string{"source no-writes"}}},
	"controllers/internal/lookup":       {{says: "must not decide anything", by: []string{"source no-decision", "source no-writes"}}},
	"controllers/internal/configmap":    {{says: "must not talk to a cluster", by: []string{"source no-clients"}}},
	"controllers/internal/policies":     {{says: "must not write anything", by: []string{"test controllers/internal/policies TestWhatIsKnown"}}},
	"controllers/internal/retry":        {{says: "must not call the API server", by: []string{"source no-clients"}}},
	"controllers/internal/statuswriter": {{says: "must not decide what a status says", by: []string{"source no-decision"}}},
	"controllers/internal/priority":     {{says: "must not know what changed", by: []string{"source no-translation", "source no-decision"}}},
	"controllers/platform":              {{says: "must not write anything else", by: []string{"source no-writes"}}},
	"controllers/publication": {
		{
			says: "must not resolve anything",
			by:   []string{"source no-resolver"},
		},
		{
			says: "must not touch a ConfigMap that is not the organization's own",
			by:   []string{"test controllers/publication TestDecideLeavesAloneWhatIsNotOurs"},
		},
	},
	"controllers/certificate": {{
		says: "must not read or write any other object of these kinds",
		by:   []string{"test test/authority is known to the API server, and only what is needed for it may be read"},
	}},
	"controllers/internal/watches": {{says: "must not change what passes", by: []string{"test controllers/internal/watches TestBehind"}}},
	"controllers/resolution":       {{says: "must not write to the cluster", by: []string{"source no-writes"}}},
	"controllers/vocabulary": {
		{says: "must not publish anything about users", by: []string{"test test/approvals is the vocabulary of a namespace, and names no user"}},
		{says: "must not touch a ConfigMap that another made", by: []string{"test test/approvals leaves a foreign ConfigMap of its name alone"}},
	},
	"internal/vocabulary": {{says: "must not talk to a cluster", by: []string{"source no-clients"}}},
	"hack/bundle": {{
		says: "must not know what is in config/",
		by:   []string{"test hack/bundle TestEverythingHasOnePlace", "test hack/bundle TestRefusals"},
	}},
	"hack/build":     {{says: "must not download anything but Go modules", by: []string{"source no-http"}}},
	"hack/benchplot": {{says: "must not depend on anything else", by: []string{"test hack/benchplot TestPlot"}}},
	"hack/mutants":   {{says: "must not write to the source tree", by: []string{"test hack/mutants TestRunCountsWhatNoTestNotices"}}},
	"hack/run": {
		{
			says: "must not touch a cluster with an installation of another",
			by:   []string{"test hack/run TestExistingCluster"},
		},
		{
			says: "must leave nothing running",
			by:   []string{"test hack/run TestEndLeftoversEndsProcessesOfAnEarlierRun"},
		},
	},
	"internal/approval": {{says: "must not get any", by: []string{"source no-clock", "source no-network"}}},
	"internal/authzen": {
		{
			says: "must not listen on a network, read a file or know where an index comes from",
			by:   []string{"source no-files", "source no-listening", "depguard authzen"},
		},
	},
	"internal/extauthz": {
		{
			says: "must not listen on a network, read a file or know where an index comes from",
			by:   []string{"source no-files", "source no-listening", "depguard extauthz"},
		},
	},
	"internal/controlplane": {
		{
			says: "must not reach a cluster that it did not start, must not download anything, must not leave a process or file behind after Stop, and must not know Rolewright's own kinds",
			by:   []string{"source no-ours", "source no-http", "test internal/controlplane TestControlPlane"},
		},
	},
	"internal/accessrequest": {
		{says: "must not decide about permissions, nor approve anything", by: []string{"test internal/accessrequest TestApprovalReferences"}},
		{
			says: "must not talk to a cluster itself, nor act as anyone but the caller",
			by:   []string{"depguard clients", "test internal/accessrequest TestPeopleAskForThemselves"},
		},
	},
	"internal/admission": {{says: "must not read from a cluster or write to one", by: []string{"depguard clients"}}},
	"internal/change": {
		{says: "must not resolve anything, and knows no clock", by: []string{"source no-resolver", "source no-clock", "depguard change"}},
	},
	"internal/change/authority": {{says: "must not write anything", by: []string{"depguard change-authority", "source no-clock"}}},
	"internal/change/report":    {{says: "must not compare anything", by: []string{"depguard change", "source no-comparison"}}},
	"internal/crdschema":        {{says: "must not look at any other object", by: []string{"source no-decision", "source no-clients"}}},
	"internal/debounce": {
		{
			says: "must not know what a change is about, and must not start anything itself",
			by:   []string{"source no-goroutines"},
		},
	},
	"internal/advice": {{says: "must not decide", by: []string{"source no-clock", "test test/naive TestAdviceLeadsToAYes"}}},
	"internal/audit":  {{says: "must not decide anything", by: []string{"source no-decision", "source no-clock"}}},
	"internal/console/fromcluster": {
		{says: "must not write to the cluster", by: []string{"source no-writes"}},
		{says: "must not decide what objects mean", by: []string{"source no-decision"}},
	},
	"internal/console/fromfiles": {{says: "must not decide what manifests mean", by: []string{"source no-translation"}}},
	"internal/console/impersonation": {{
		says: "must not use the rights of the console's own account for anything but to impersonate",
		by: []string{
			"test test/consolelogin may do nothing but impersonate",
			"test test/consolelogin are never those of the cluster's own accounts, nor of nobody",
		},
	}},
	"internal/console/login": {{says: "must not talk to a cluster", by: []string{"depguard login"}}},
	"internal/console/revocation": {{
		says: "must not read or write any other object", by: []string{"test test/consolelogin have no right of their own but to the list"},
	}},
	"internal/console/state":         {{says: "must not read anything", by: []string{"source no-io", "depguard pages"}}},
	"internal/console/texts":         {{says: "must not know pages", by: []string{"source no-ours"}}},
	"internal/console/view":          {{says: "must not know HTML or HTTP", by: []string{"depguard pages"}}},
	"internal/engine":                {{says: "must not reach for a network, a file or Kubernetes", by: []string{"source no-io", "depguard engine"}}},
	"internal/engine/administration": {{says: "must not know how a change came about", by: []string{"depguard engine-administration"}}},
	"internal/engine/approvers":      {{says: "must not know of decisions that were made", by: []string{"depguard engine"}}},
	"internal/engine/condition/closures": {
		{says: "must not know what the answer is used for", by: []string{"depguard engine-closures"}},
		{says: "result that differs is an error", by: []string{"test internal/engine/condition TestClosuresAgree"}},
	},
	"internal/engine/condition/input": {
		{says: "must not import either", by: []string{"depguard engine-input"}},
	},
	"internal/engine/assign": {
		{
			says: "must not answer otherwise than a change is judged",
			by:   []string{"test internal/change/authority TestIndexAnswersAsAChangeIsJudged"},
		},
	},
	"internal/engine/compiled":          {{says: "must not decide", by: []string{"depguard engine-compiled"}}},
	"internal/engine/decide":            {{says: "must not say why", by: []string{"depguard engine-decide"}}},
	"internal/engine/explain":           {{says: "must not decide otherwise than package decide", by: []string{"test internal/engine FuzzDecideRequest"}}},
	"internal/engine/follow":            {{says: "must not take what is damaged", by: []string{"test internal/engine/follow TestDamagedPartsLeaveNothing"}}},
	"internal/engine/names":             {{says: "must not depend on what the names are of", by: []string{"source no-ours"}}},
	"internal/engine/search":            {{says: "must not answer otherwise than package decide", by: []string{"test internal/engine TestSearches", "test internal/engine/search TestPagesAddUp"}}},
	"internal/engine/condition":         {{says: "must not know what the answer is used for", by: []string{"depguard engine"}}},
	"internal/engine/condition/outcome": {{says: "must not know what a condition is for", by: []string{"depguard engine"}}},
	"internal/console/history":          {{says: "must not decide anything", by: []string{"source no-decision"}}},
	"internal/spreadsheet":              {{says: "must not depend on what the rows are about", by: []string{"source no-ours"}}},
	"internal/english":                  {{says: "must not depend on what is counted or named", by: []string{"source no-ours"}}},
	"internal/logging":                  {{says: "must not depend on what is logged", by: []string{"source no-ours"}}},
	"internal/intake":                   {{says: "must not judge", by: []string{"depguard intake"}}},
	"internal/manifests":                {{says: "must not judge what an object means", by: []string{"source no-decision"}}},
	"internal/matrix":                   {{says: "must not decide anything", by: []string{"source no-decision"}}},
	"internal/metrics":                  {{says: "must not keep counts of its own", by: []string{"test internal/metrics TestMetricsAreReadFromTheirSources"}}},
	"internal/openid":                   {{says: "must not talk to a cluster", by: []string{"depguard openid"}}},
	"internal/pagedlist":                {{says: "must never return a part of one", by: []string{"test internal/pagedlist TestListsAreWhole"}}},
	"internal/publications":             {{says: "must not read from a cluster or write to one", by: []string{"depguard clients"}}},
	"internal/persistent":               {{says: "must not depend on what the entries are", by: []string{"depguard persistent"}}},
	"internal/publish":                  {{says: "must not talk to a cluster", by: []string{"depguard pure"}}},
	"internal/requests":                 {{says: "must not talk to a cluster", by: []string{"source no-clients"}}},
	"internal/serve":                    {{says: "must not decide anything", by: []string{"source no-decision", "depguard clients"}}},
	"internal/serve/auth":               {{says: "must not talk to a cluster itself", by: []string{"depguard clients", "source no-decision"}}},
	"internal/serve/fromcluster": {{
		says: "must not write anything but reviews as itself, nor change what it has written",
		by:   []string{"source only-creates", "test test/approvals act as a caller by the rights of config/serve, and do nothing else as anyone"},
	}},
	"internal/filewatch":           {{says: "must not depend on what the files contain", by: []string{"source no-ours"}}},
	"internal/serve/fromdirectory": {{says: "must not decide which publications are accepted", by: []string{"source no-decision"}}},
	"internal/serve/fromfiles":     {{says: "must not decide what manifests mean", by: []string{"source no-translation"}}},
	"internal/serve/metrics":       {{says: "must not decide anything", by: []string{"source no-decision"}}},
	"internal/serve/openapi": {
		{says: "must not reach for a network or a file", by: []string{"source no-io"}},
		{says: "does not know the request that the document is for", by: []string{"source no-io", "test internal/serve TestDocumentRepeatsNothing"}},
	},
	"internal/serve/openapi/openapitest": {{says: "must not know how the service works", by: []string{"source no-ours"}}},
	"internal/serve/tenants":             {{says: "must not know where an organization comes from", by: []string{"source no-decision", "source no-io"}}},
	"internal/telemetry": {
		{says: "must not hold back what it traces", by: []string{"test internal/telemetry TestNoSpanWaits", "test internal/telemetry TestShutdownEnds"}},
		{
			says: "must not let the headers of a request decide how much is recorded, nor keep more of them than a bound",
			by:   []string{"test internal/telemetry TestCallersDoNotDecideWhatIsRecorded", "test internal/telemetry FuzzExtract"},
		},
	},
	"internal/telemetry/telemetrytest": {{says: "must not know what is exported", by: []string{"source no-ours"}}},
	"internal/snapshot":                {{says: "must not read from a cluster or write to one", by: []string{"depguard clients"}}},
	"internal/status":                  {{says: "must not talk to a cluster", by: []string{"depguard clients", "source no-clock"}}},
	"docs/schema":                      {{says: "must not interpret it", by: []string{"source no-ours"}}},
	"internal/suite":                   {{says: "must not decide anything itself", by: []string{"source no-clock", "depguard suite", "test internal/suite TestRunAgreesWithTheEngine"}}},
	"internal/suite/report":            {{says: "must not run anything", by: []string{"source no-decision"}}},
	"internal/terminal":                {{says: "must not depend on what is written", by: []string{"source no-ours"}}},
	"internal/validation":              {{says: "must not decide anything itself", by: []string{"test internal/validation TestValidate"}}},
	"pkg/permissions":                  {{says: "must not reach for a network, a file or Kubernetes", by: []string{"source no-io", "depguard sdk"}}},
	"pkg/permissions/access":           {{says: "must not compute any of the answers", by: []string{"depguard access"}}},
	"pkg/permissions/apisource":        {{says: "must not write to the cluster", by: []string{"source only-reads"}}},
	"pkg/permissions/approvals":        {{says: "must not keep requests or decisions", by: []string{"depguard sdk"}}},
	"pkg/permissions/dirsource": {
		{
			says: "must not write to the directory, nor talk to a cluster",
			by:   []string{"source no-file-writes", "depguard sdk"},
		},
	},
	"pkg/permissions/document": {{says: "must not decide anything", by: []string{"depguard document"}}},
	"test/browser":             {{says: "must not know what the pages are about", by: []string{"source no-ours"}}},
	"test/clustertest":         {{says: "must not be used outside of Ginkgo specs", by: []string{"source not-imported"}}},
	"test/authzen":             {{says: "must not know how the service works", by: []string{"source no-decision"}}},
	"test/e2e":                 {{says: "must not reach into the manager", by: []string{"source no-manager"}}},
	"test/soak":                {{says: "must not reach into the manager", by: []string{"source no-manager"}}},
	"test/house": {
		{
			says: "must not do",
			by:   []string{"source no-file-writes"},
		},
		{
			says: "must not change a file",
			by:   []string{"source no-file-writes"},
		},
	},
	"test/schemas":  {{says: "must not know what a schema describes", by: []string{"source no-ours"}}},
	"test/property": {{says: "must not know what is drawn", by: []string{"source no-ours"}}},
	"test/judge":    {{says: "must not use its rules", by: []string{"source no-engine"}}},
	"test/naive":    {{says: "must not use resolve or the index", by: []string{"source no-decision"}}},
	"test/olm":      {{says: "must not be imported", by: []string{"source not-imported"}}},
	"test/peers":    {{says: "must not be imported", by: []string{"source not-imported"}}},
	"test/serve":    {{says: "must not look inside the service", by: []string{"source no-decision"}}},
}
