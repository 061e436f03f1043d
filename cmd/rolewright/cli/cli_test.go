// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"k8s.io/cli-runtime/pkg/genericiooptions"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// call runs the command and returns what it printed, and its exit code.
func call(t *testing.T, stdin string, args ...string) (out, errOut string, code int) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	streams := genericiooptions.IOStreams{In: strings.NewReader(stdin), Out: &stdout, ErrOut: &stderr}
	code = Run(t.Context(), append([]string{"rolewright"}, args...), streams)
	return stdout.String(), stderr.String(), code
}

// noCluster keeps a test from a cluster that the developer's machine knows.
func noCluster(t *testing.T) {
	t.Helper()
	t.Setenv("KUBECONFIG", filepath.Join(t.TempDir(), "none"))
	t.Setenv("HOME", t.TempDir())
	t.Setenv("KUBERNETES_SERVICE_HOST", "")
}

func TestGolden(t *testing.T) {
	noCluster(t)
	const shop, museum, at = "-f testdata/shop", "-f testdata/platform", "--at 2029-12-31T23:59:59Z"
	const operators = "--from testdata/platform --to testdata/platform --to testdata/operators.yaml"
	const library = "--from ../../../config/samples/quickstart --to ../../../docs/examples/library-changed.yaml"
	const samples = "-f ../../../config/samples/"
	const contracts, staffing, workorders, performance = samples + "contracts", samples + "staffing", samples + "workorders", samples + "performance"
	for name, line := range map[string]string{
		"validate":               "validate " + shop,
		"validate-json":          "validate -o json " + shop,
		"validate-broken":        "validate -f testdata/broken",
		"validate-broken-json":   "validate -f testdata/broken/b.yaml -o json",
		"validate-faulty":        "validate -f testdata/faulty -n here",
		"validate-two":           "validate -f testdata/two",
		"validate-unreadable":    "validate -f testdata/broken/b.yaml -f testdata/gone",
		"diff":                   "diff " + library + " --at 2030-01-01",
		"diff-markdown":          "diff -o markdown --max-users 1 " + library + " --at 2030-01-01",
		"diff-json":              "diff -o json " + library + " --user lena@library.example --permission collection.withdraw",
		"diff-nothing":           "diff --from testdata/shop --to testdata/shop",
		"diff-nothing-json":      "diff --from testdata/shop --to testdata/shop -o json",
		"diff-role":              "diff --role reader " + library,
		"diff-unknown-user":      "diff --user lea@library.example " + library,
		"diff-unknown-org":       "diff -O bookshop " + library,
		"diff-rejected":          "diff --from testdata/shop --to testdata/broken/b.yaml",
		"diff-gone":              "diff --from testdata/shop --to testdata/gone",
		"diff-organizations":     "diff --from testdata/shop --to testdata/two --max-users 2 --width 72",
		"diff-another":           "diff --from testdata/shop --to testdata/two -O one",
		"diff-platform":          "diff " + operators,
		"diff-platform-alone":    "diff " + operators + " -O platform.museum --user olga",
		"diff-platform-same":     "diff --from testdata/platform --to testdata/platform -O rolewright-system/platform.museum -o json",
		"diff-platform-unknown":  "diff " + operators + " -O platform.zoo",
		"help-diff":              "diff --help",
		"matrix":                 "matrix " + shop,
		"matrix-80":              "matrix --width 80 " + shop,
		"matrix-50":              "matrix --width 50 " + shop,
		"matrix-30":              "matrix --width 30 " + shop,
		"matrix-csv":             "matrix -o csv " + shop,
		"matrix-markdown":        "matrix -o markdown " + shop,
		"matrix-json":            "matrix -o json " + shop,
		"matrix-narrowed":        "matrix -o csv --role customer,clerk --section money " + shop,
		"matrix-unknown-role":    "matrix --role clark " + shop,
		"matrix-unknown-section": "matrix --section x " + shop,
		"matrix-faulty":          "matrix -f testdata/faulty",
		"matrix-two":             "matrix -f testdata/two",
		"matrix-broken":          "matrix -f testdata/broken",
		"matrix-html":            "matrix -o html --at 2030-01-01 " + shop,
		"matrix-platform":        "matrix -O north " + museum,
		"matrix-platform-csv":    "matrix -O north -o csv --role guide,PlatformRole/guide,PlatformRole/registrar " + museum,
		"matrix-platform-json":   "matrix -O south -o json " + museum,
		"matrix-platform-html":   "matrix -O north -o html --at 2030-01-01 " + museum,
		"validate-platform":      "validate --at 2030-01-01 " + museum,
		"validate-platform-2035": "validate --at 2035-05-30T12:00:00Z " + museum,
		"validate-platform-2040": "validate --at 2040-01-01 " + museum,
		"explain-platform":       "explain otto tenants.open -O north " + museum,
		"platform-can":           "can otto tenants.open --platform " + museum,
		"platform-no":            "explain otto items.sell --platform --catalog museum " + museum,
		"platform-unit":          "can otto items.view --unit root --platform " + museum,
		"platform-stranger":      "can ann tenants.open --platform " + museum,
		"platform-who-can":       "who-can tenants.open --platform -o wide " + museum,
		"platform-what-can":      "what-can otto --platform " + museum,
		"platform-matrix":        "matrix --platform -o csv " + museum,
		"platform-no-role":       "matrix --platform " + shop,
		"platform-no-catalog":    "can otto tenants.open --platform --catalog musuem " + museum,
		"platform-twice":         "can otto tenants.open --platform -O north " + museum,
		"platform-catalog-alone": "can otto tenants.open --catalog museum " + museum,
		"platform-give":          "can otto give guide to ann --platform " + museum,
		"platform-administer":    "what-can otto --administer --platform " + museum,
		"can-yes":                "can ann orders.view --unit north " + shop,
		"can-no":                 "can ann orders.view --unit south " + shop,
		"can-json":               "can ann orders.view --unit south -o json " + shop,
		"can-dimension":          "can max reports.read --property channel=store " + shop + " " + at,
		"can-too-late":           "can max orders.view --property channel=store --at 2030-01-01 " + shop,
		"can-unknown-unit":       "can ann orders.view --unit nroth " + shop,
		"can-unknown-permission": "can ann orders.veiw " + shop,
		"can-unknown-user":       "can anna orders.view " + shop,
		"can-is-unit":            "can ann site.open --resource site/vault --property risk=low -f testdata/vault",
		"can-is-unit-as-set":     "can ann site.see --resource site/porch --property risk=high -f testdata/vault",
		"can-is-no-unit":         "can ann site.open --resource site/vualt --unit porch --property risk=low -f testdata/vault",
		"can-is-broken-unit":     "explain ann site.open --resource site/cellar --property risk=low -f testdata/vault",
		"who-can-is-unit":        "who-can site.open --resource site/garden --property risk=low -f testdata/vault",
		"validate-vault":         "validate -f testdata/vault",
		"validate-numbers":       "validate -f testdata/numbers",
		"can-rounded-number":     "can ann same-id --property account=9007199254740992 -f testdata/numbers",
		"validate-scalars":       "validate -f testdata/scalars",
		"validate-names":         "validate -f testdata/names",
		"validate-revoked":       "validate -f testdata/revoked",
		"can-revoked-by-unit":    "can by-unit orders.view --unit west -f testdata/revoked",
		"can-revoked-by-group":   "can by-group orders.view --unit west -f testdata/revoked",
		"can-revoked-by-half":    "can by-half orders.view --unit west -f testdata/revoked",
		"validate-misspelt":      "validate -f testdata/misspelt",
		"validate-never":         "validate -f testdata/never",
		"validate-time":          "validate --at 2026-10-25T01:00:00Z -f testdata/time",
		"can-within-window":      "can ann due --property due=2026-10-26T00:00:00Z --at 2026-10-25T01:29:59Z -f testdata/time",
		"can-after-window":       "can ann due --property due=2026-10-26T00:00:00Z --at 2026-10-25T01:30:00Z -f testdata/time",
		"can-office-hours":       "can bob office --at 2026-10-25T08:00:00Z -f testdata/time",
		"explain-unknown-zone":   "explain bob shift --at 2026-10-25T08:00:00Z -f testdata/time",
		"can-request":            "can --request testdata/request.json " + shop,
		"explain":                "explain ann refunds.approve --unit north --property amount=1000 " + shop,
		"explain-yes":            "explain ann orders.change --resource order/1 --property customer=ann --property unit=south " + shop,
		"explain-denied":         "explain max orders.change --unit south --property channel=store " + shop + " " + at,
		"explain-misspelt-role":  "explain misspelt-role orders.view -f testdata/lost",
		"explain-misspelt-unit":  "explain misspelt-unit orders.view -f testdata/lost",
		"explain-no-dimension":   "explain no-dimension orders.view -f testdata/lost",
		"explain-no-scope":       "explain no-scope orders.view -f testdata/lost",
		"explain-over-plan":      "explain over-plan orders.view -f testdata/lost",
		"explain-bad-rule":       "explain bad-rule orders.edit -f testdata/lost",
		"explain-hollow-group":   "explain hollow-group orders.view -f testdata/lost",
		"explain-bad-value":      "explain bad-value orders.view -f testdata/lost",
		"explain-partly":         "explain partly orders.view -f testdata/lost",
		"explain-withheld":       "explain withheld orders.view -o json -f testdata/lost",
		"explain-suspended":      "explain suspended orders.view -f testdata/lost",
		"can-no-scope":           "can no-scope orders.view -f testdata/lost",
		"who-can-unmet":          "who-can refunds.approve --unit north --property amount=1000 " + shop,
		"who-can-unevaluated":    "who-can refunds.approve --unit north -o json " + shop,
		"explain-json":           "explain ann refunds.approve --unit north --property amount=1000 -o json " + shop,
		"explain-two":            "explain ann do -O a/one -f testdata/two",
		"can-explain":            "can ann refunds.approve --unit north --property amount=1000 --explain " + shop,
		"who-can":                "who-can orders.view --unit north " + shop,
		"who-can-wide":           "who-can orders.view --unit south --property customer=ann --property channel=store -o wide " + shop + " " + at,
		"who-can-json":           "who-can orders.view --unit north --property channel=store --limit 1 -o json " + shop + " " + at,
		"who-can-limit":          "who-can orders.view --unit north --property channel=store --limit 1 " + shop + " " + at,
		"who-can-nobody":         "who-can refunds.approve --unit north --property customer=ann --property amount=1 " + shop,
		"who-can-unknown":        "who-can orders.veiw " + shop,
		"who-can-unknown-unit":   "who-can orders.view --unit nroth " + shop,
		"who-can-platform":       "who-can tenants.open -o wide -O north --at 2030-01-01 " + museum,
		"who-can-request":        "who-can --request testdata/request.json " + shop,
		"what-can":               "what-can ann --unit north " + shop,
		"what-can-wide":          "what-can ann --unit north --property amount=10 -o wide " + shop,
		"what-can-json":          "what-can ann --unit north -o json " + shop,
		"what-can-denied":        "what-can max --unit south --property channel=store " + shop + " " + at,
		"what-can-elsewhere":     "what-can max " + shop + " --at 2031-01-01",
		"what-can-unknown":       "what-can anna " + shop,
		"what-can-unknown-unit":  "what-can ann --unit nroth " + shop,
		"what-can-request":       "what-can --request testdata/request.json " + shop,
		"what-can-platform":      "what-can otto -O north --at 2030-01-01 " + museum,
		"grants":                 "grants -o wide -O north --at 2030-01-01 " + museum,
		"grants-inherited":       "grants --inherited --role customer " + shop + " " + at,
		"grants-json":            "grants --user max -o json " + shop + " " + at,
		"grants-ended":           "grants --user max --at 2099-01-01 " + shop,
		"rbac":                   "rbac " + shop,
		"rbac-user":              "rbac max " + shop,
		"rbac-unknown-user":      "rbac maxx " + shop,
		"rbac-organization":      "rbac -O a/one -f testdata/two",
		"rbac-without":           "rbac -f testdata/lost",
		"help-rbac":              "rbac --help",
		"what-can-own-offline":   "what-can " + shop,
		"grants-suspended":       "grants --user suspended -f testdata/lost",
		"grants-without-effect":  "grants --user withheld -f testdata/lost",
		"grants-unknown-role":    "grants --role custmer " + shop,
		"grants-unknown-user":    "grants --user maxx " + shop,
		"chain":                  "chain contract --requester amy@contracts.example --unit hospital-1 --attribute contractType=on-call --attribute annualValue=250000.01 " + contracts,
		"chain-large-or-not":     "chain contract --requester amy@contracts.example --unit clinic-4 --attribute annualValue=much --attribute contractType=on-call " + contracts,
		"chain-small":            "chain contract --requester amy@contracts.example --unit clinic-4 --attribute annualValue=250000 " + contracts,
		"chain-own":              "chain contract --requester vic@contracts.example --unit clinic-4 --attribute annualValue=1 " + contracts,
		"chain-json":             "chain staffing-request --requester hana@staffing.example --unit icu -o json " + staffing,
		"chain-bypassed":         "chain extension-offer --requester olivia@staffing.example " + staffing,
		"chain-suspended":        "chain extension-offer --requester ines@staffing.example " + staffing,
		"chain-submitted":        "chain work-order --requester sam@district.example --unit elm-school " + workorders,
		"chain-gives-no-role":    "chain work-order --requester sam@district.example --unit elm-school --role order-approver " + workorders,
		"chain-unknown-type":     "chain work-ordr --requester sam@district.example " + workorders,
		"chain-unknown-user":     "chain work-order --requester sum@district.example " + workorders,
		"chain-unknown-unit":     "chain work-order --requester sam@district.example --unit elm " + workorders,
		"chain-unknown-role":     "chain work-order --requester sam@district.example --role order-aprover " + workorders,
		"chain-denied-json":      "chain work-order --requester sam@district.example --role order-aprover -o json " + workorders,
		"chain-line":             "chain additional-review --requester mark@compass.example --beneficiary emma@compass.example --unit field-sales " + performance,
		"help-chain":             "chain --help",
		"help-request":           "request --help",
		"help-approve":           "approve --help",
		"help":                   "",
		"help-validate":          "validate --help",
		"help-matrix":            "help matrix",
		"help-can":               "can -h",
		"help-who-can":           "who-can --help",
		"help-what-can":          "what-can --help",
	} {
		t.Run(name, func(t *testing.T) {
			out, errOut, code := call(t, "", strings.Fields(line)...)
			got := fmt.Sprintf("$ rolewright %s\n%s--- standard error\n%s--- exit code %d\n", line, out, errOut, code)
			golden := filepath.Join("testdata", "golden", name+".txt")
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("%s has\n%s\ngot\n%s", golden, want, got)
			}
		})
	}
}

func TestExitCodes(t *testing.T) {
	noCluster(t)
	const shop = "-f testdata/shop"
	for _, test := range []struct {
		line, stdin string
		code        int
		// errOut is a piece of standard error.
		errOut string
	}{
		{line: "validate " + shop, code: 0, errOut: "1 note in 8 objects of 1 organization"},
		{line: "validate -f testdata/broken", code: 1, errOut: "errors in"},
		{line: "validate -f testdata/gone", code: 2, errOut: "testdata/gone: no such file"},
		{line: "validate testdata/shop", code: 2, errOut: "name files and folders with -f"},
		{line: "validate -o xml " + shop, code: 2, errOut: "write text or json"},
		{line: "validate", code: 2, errOut: "or manifests with -f"},
		{line: "validate -f -", stdin: "kind: [", code: 1, errOut: "1 error in 0 objects"},
		{line: "validate -f -", stdin: "", code: 3, errOut: "there is nothing to check in 0 objects"},
		{line: "validate -f -", stdin: "apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n", code: 3, errOut: "there is nothing to check"},
		{line: "validate -o json -f -", stdin: "", code: 3},
		{line: "validate --fail-on info " + shop, code: 1, errOut: "1 note in 8 objects"},
		{line: "validate --fail-on warning " + shop, code: 0, errOut: "1 note in 8 objects"},
		{line: "validate --fail-on nothing " + shop, code: 2, errOut: "--fail-on nothing: write error, warning or info"},
		{line: "validate --fail-on warning -f -", stdin: "apiVersion: rolewright.example/v1\nkind: Role\nmetadata: {name: a}\n", code: 1, errOut: "1 warning"},
		{line: "validate -f -", stdin: "apiVersion: rolewrigth.dev/v1alpha1\nkind: Role\nmetadata: {name: a}\n", code: 1, errOut: "1 error"},
		{line: "validate -A " + shop, code: 2, errOut: "leave it out with -f"},
		{line: "validate --kubeconfig testdata/gone", code: 2, errOut: "testdata/gone"},
		{line: "matrix -f -", stdin: "", code: 2, errOut: "the manifests contain no Organization"},
		{line: "matrix -o xml " + shop, code: 2, errOut: "write table, csv, markdown, html or json"},
		{line: "matrix -O x " + shop, code: 2, errOut: `there is no organization "x": there are shop/acme`},
		{line: "matrix -O shop/acme " + shop, code: 0},
		{line: "matrix -O acme " + shop, code: 0},
		{line: "matrix -O other/acme " + shop, code: 2, errOut: "there is no organization"},
		{line: "matrix -f testdata/two", code: 2, errOut: "select one with --organization: a/one, b/one, b/orphan"},
		{line: "matrix -f testdata/two -O one", code: 2, errOut: "several organizations are named"},
		{line: "matrix -f testdata/two -O one -n b", code: 0},
		{line: "matrix -f testdata/two -O orphan", code: 2, errOut: "cannot be resolved"},
		{line: "matrix --nonsense", code: 2, errOut: "See 'rolewright matrix --help'"},
		{line: "can ann orders.view " + shop, code: 1},
		{line: "can ann orders.view --unit north " + shop, code: 0},
		{line: "can ann " + shop, code: 2, errOut: "name a user and a permission"},
		{line: "can ann orders.view more " + shop, code: 2, errOut: `unexpected argument "more"`},
		{line: "can ann orders.view -o yaml " + shop, code: 2, errOut: "write text or json"},
		{line: "can ann orders.view --at noon " + shop, code: 2, errOut: "write a time like"},
		{line: "can ann orders.view --resource order " + shop, code: 2, errOut: "write TYPE/ID"},
		{line: "can ann orders.view --property x " + shop, code: 2, errOut: "write NAME=VALUE"},
		{line: "can ann orders.view --property x=1 --property x=2 " + shop, code: 2, errOut: "given twice"},
		{line: "can ann orders.view --unit north --property unit=south " + shop, code: 2, errOut: "leave one out"},
		{line: "can ann orders.view --request x " + shop, code: 2, errOut: "leave out arguments"},
		{line: "can --request testdata/gone " + shop, code: 2, errOut: "no such file"},
		{line: "can --request - " + shop, stdin: "{", code: 2, errOut: "not an evaluation request"},
		{line: "can --request - " + shop, stdin: "{}", code: 1},
		{line: "can --request - " + shop, stdin: "[]", code: 2, errOut: "not an evaluation request"},
		{line: "can --request - " + shop, stdin: `{"subject": {"type": "user", "id": "ann"}, "action": {"name": "orders.view"}, "resource": {"type": "order", "id": "1", "properties": {"unit": "north"}}}`, code: 0},
		{line: "validate --at noon " + shop, code: 2, errOut: "write a time like"},
		{line: "validate --at 2030-01-01 -f testdata/platform", code: 1, errOut: "2 errors, 2 notes in 12 objects of 2 organizations"},
		// The same as the decision service reads it: names as they are written, once, and no value missing or rounded.
		{line: "can --request - " + shop, stdin: `{"Subject": {"type": "user", "id": "ann"}, "action": {"name": "orders.view"}, "resource": {"type": "order", "id": "1"}}`, code: 1},
		{line: "can --request - " + shop, stdin: `{"subject": {"type": "user", "id": "x", "id": "ann"}, "action": {"name": "orders.view"}, "resource": {"type": "order", "id": "1"}}`, code: 1},
		{line: "can --request - " + shop, stdin: `{"subject": {"type": "user", "id": "ann"}, "action": {"name": "orders.view"}}`, code: 1},
		{line: "can --request - " + shop, stdin: `{"subject": {"type": "user", "id": "ann"}, "action": {"name": "orders.view"}, "resource": {"type": "order", "id": "1", "properties": {"unit": "north", "n": 9007199254740993}}}`, code: 1},
		{line: "can ann orders.view --unit north --property n=9007199254740993 " + shop, code: 2, errOut: "--property n: an IEEE 754 double does not hold the number 9007199254740993 exactly: send it as a string"},
		{line: "can --request - -f -", code: 2, errOut: "standard input can only be read once"},
		{line: "explain ann orders.view " + shop, code: 1},
		{line: "explain ann orders.view --unit north " + shop, code: 0},
		{line: "explain ann orders.view -f testdata/broken", code: 2, errOut: "would reject the manifests"},
		{line: "can ann see -f testdata/faulty", code: 1, errOut: "warning: organization default/one has 2 errors"},
		{line: "can ann orders.view --unit north --explain " + shop, code: 0},
		{line: "who-can orders.view --unit north " + shop, code: 0},
		{line: "who-can refunds.approve " + shop, code: 1, errOut: "nobody may refunds.approve in acme"},
		{line: "who-can " + shop, code: 2, errOut: "name a permission"},
		{line: "who-can ann orders.view " + shop, code: 2, errOut: "for one user and one permission there is can"},
		{line: "who-can orders.view --limit -1 " + shop, code: 2, errOut: "write a number of users"},
		{line: "who-can orders.view -o yaml " + shop, code: 2, errOut: "write text, wide or json"},
		{line: "who-can orders.view --request x " + shop, code: 2, errOut: "leave out arguments"},
		{line: "who-can orders.view --property channel=phone " + shop, code: 1, errOut: `resource.properties.channel is "phone", which is not one of store, web`},
		{line: "who-can --request - " + shop, stdin: `{"subject": {"type": "user"}, "action": {"name": "orders.view"}, "resource": {"type": "order", "id": "1", "properties": {"unit": "north"}}}`, code: 0},
		{line: "who-can --request - " + shop, stdin: `{"subject": {"type": "group"}, "action": {"name": "orders.view"}, "resource": {"type": "order", "id": "1"}}`, code: 1, errOut: "only a subject of type"},
		{line: "who-can --request - " + shop, stdin: `{"action": {"name": 7}}`, code: 1, errOut: "action.name is a number: it must be a string"},
		{line: "who-can --request - " + shop, stdin: `[]`, code: 2, errOut: "not an evaluation request"},
		{line: "who-can orders.view -f testdata/broken", code: 2, errOut: "would reject the manifests"},
		{line: "what-can ann --unit north " + shop, code: 0},
		{line: "what-can " + shop, code: 2, errOut: "name a user"},
		{line: "what-can ann orders.view " + shop, code: 2, errOut: "for one user and one permission there is can"},
		{line: "what-can ann -o yaml " + shop, code: 2, errOut: "write text, wide or json"},
		{line: "what-can ann --request x " + shop, code: 2, errOut: "leave out arguments"},
		{line: "what-can max --at 2031-01-01 " + shop, code: 1, errOut: "it ended at 2030-01-01T00:00:00Z"},
		{line: "what-can --request - " + shop, stdin: `{"subject": {"type": "user", "id": 7}}`, code: 1, errOut: "subject.id is a number: it must be a string"},
		{line: "what-can --request - " + shop, stdin: `{"subject": {"type": "user", "id": "ann"}, "resource": {"type": "order", "id": "1", "properties": {"unit": "north"}}}`, code: 0},
		{line: "who-cna x", code: 2, errOut: `did you mean "who-can"?`},
		{line: "can ann orders.view", code: 2, errOut: "there is no cluster: name one with --kubeconfig, or manifests with -f"},
		{line: "serve", code: 2, errOut: "there is no cluster: name one with --kubeconfig, or manifests with -f"},
		{line: "request access", code: 2, errOut: "error: there is no cluster: name one with --kubeconfig\n"},
		{line: "requests", code: 2, errOut: "error: there is no cluster: name one with --kubeconfig\n"},
		{line: "requests export", code: 2, errOut: "error: there is no cluster: name one with --kubeconfig\n"},
		{line: "approve x", code: 2, errOut: "error: there is no cluster: name one with --kubeconfig\n"},
		{line: "serve --listen 127.0.0.1:0 --authenticate " + shop, code: 2, errOut: "error: there is no cluster: name one with --kubeconfig\n"},
		{line: "serve --listen 127.0.0.1:0 -O one -f testdata/two", code: 2,
			errOut: `several organizations are named "one": select one as NAMESPACE/NAME: a/one, b/one`},
		{line: "serve --listen 127.0.0.1:0 -O c/one -f testdata/two", code: 2, errOut: "there are a/one, b/one"},
		{line: "version", code: 0},
		{line: "version -o json", code: 0},
		{line: "version -o x", code: 2},
		{line: "completion bash", code: 0},
		{line: "explane", code: 2, errOut: `did you mean "explain"?`},
		{line: "dance", code: 2, errOut: `there is no command "dance"`},
	} {
		t.Run(test.line, func(t *testing.T) {
			_, errOut, code := call(t, test.stdin, strings.Fields(test.line)...)
			if code != test.code || !strings.Contains(errOut, test.errOut) {
				t.Errorf("exit code %d, want %d; standard error %q, want %q in it", code, test.code, errOut, test.errOut)
			}
			if strings.Contains(errOut, "Usage:") {
				t.Errorf("an error prints the whole usage:\n%s", errOut)
			}
		})
	}
}

// TestLargeTable: a real table of 16 roles stands on one terminal of the usual width, each permission on one line.
func TestLargeTable(t *testing.T) {
	noCluster(t)
	out, _, code := call(t, "", "matrix", "--width", "80", "-f", filepath.Join("..", "..", "..", "config", "samples", "homehealth"))
	rows := 0
	for line := range strings.Lines(out) {
		if length := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); length > 80 {
			t.Errorf("%d characters: %s", length, line)
		}
		if strings.HasPrefix(line, "  ") && strings.ContainsAny(line, "✓·") && !strings.Contains(line, "│") {
			rows++
		}
	}
	if rows != 81 || code != 0 {
		t.Errorf("exit code %d, %d rows in\n%s", code, rows, out)
	}
}

// TestInvalidRequests: whatever stands in the fields of a request, the answer is no.
func TestInvalidRequests(t *testing.T) {
	noCluster(t)
	const good = `{"subject": {"type": "user", "id": "ann"}, "action": {"name": "orders.view"}, "resource": {"type": "order", "id": "1", "properties": {"unit": "north"}}}`
	lines := []string{good}
	for field, values := range map[string][]string{
		`"type": "user"`:          {`"type": ""`, `"type": 1`, `"type": null`, `"type": "group"`},
		`"id": "ann"`:             {`"id": ""`, `"id": 17`, `"id": ["ann"]`, `"id": {"ann": true}`, `"id": null`, `"id": true`, `"x": 1`},
		`"name": "orders.view"`:   {`"name": ""`, `"name": false`, `"name": []`, `"name": null`},
		`"unit": "north"`:         {`"unit": ""`, `"unit": 0`, `"unit": null`, `"unit": ["north"]`, `"unit": {}`},
		`{"unit": "north"}`:       {`[]`, `"north"`, `7`, `true`, `[{"unit": "north"}]`},
		`{"name": "orders.view"}`: {`"orders.view"`, `null`, `[]`, `{}`},
		`"action":`:               {`"context": 5, "action":`, `"context": "x", "action":`, `"context": [1], "action":`},
	} {
		for _, value := range values {
			lines = append(lines, strings.Replace(good, field, value, 1))
		}
	}
	lines = append(lines, `{}`, `{"subject": null, "action": null, "resource": null}`, good)
	for i, line := range lines {
		want, wantCode := "no", 1
		if i == 0 || i == len(lines)-1 {
			want, wantCode = "yes", 0
		}
		out, errOut, code := call(t, line, "can", "--request", "-", "-f", "testdata/shop")
		if !strings.HasPrefix(out, want+": ") || code != wantCode {
			t.Errorf("exit code %d, standard error %q, the answer to\n%s\nis\n%s", code, errOut, line, out)
		}
	}
}

func TestDisplayName(t *testing.T) {
	for path, want := range map[string]string{
		"rolewright": "rolewright", "/usr/bin/rolewright": "rolewright", "bin/kubectl-rolewright": "kubectl rolewright",
		"kubectl-rolewright.exe": "kubectl rolewright", "/tmp/cli.test": "rolewright",
	} {
		if got := displayName(path); got != want {
			t.Errorf("%s is called %q, want %q", path, got, want)
		}
	}
	var stdout bytes.Buffer
	streams := genericiooptions.IOStreams{In: &bytes.Buffer{}, Out: &stdout, ErrOut: &bytes.Buffer{}}
	if code := Run(t.Context(), []string{"kubectl-rolewright", "can", "--help"}, streams); code != 0 || !strings.Contains(stdout.String(), "\n  kubectl rolewright can USER (PERMISSION") {
		t.Errorf("exit code %d, help\n%s", code, stdout.String())
	}
}

func TestParseProperties(t *testing.T) {
	got, err := parseProperties("property", []string{"a=1", "b=1.5", "c=true", "d=null", "e=text", `f="1"`, `g=["x", 2]`, "h=", "i=a=b", "j=007", `k={"l": 1}`, "m=1 2"})
	if err != nil {
		t.Fatal(err)
	}
	want := `map[string]interface {}{"a":1, "b":1.5, "c":true, "d":interface {}(nil), "e":"text", "f":"1", "g":[]interface {}{"x", 2}, ` +
		`"h":"", "i":"a=b", "j":"007", "k":map[string]interface {}{"l":1}, "m":"1 2"}`
	if text := fmt.Sprintf("%#v", got); text != want {
		t.Errorf("got  %s\nwant %s", text, want)
	}
	if _, isFloat := got["a"].(float64); !isFloat {
		t.Errorf("a number is %T, want float64 as encoding/json has it", got["a"])
	}
}
