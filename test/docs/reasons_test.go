// SPDX-License-Identifier: Apache-2.0

package docs

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// reasonRules are the forms of reasons that docs/findings.md lists, each with words that say the same and are not used.
var reasonRules = []struct {
	form    string
	use     *regexp.Regexp
	instead *regexp.Regexp
}{
	{"Unknown<Thing>", regexp.MustCompile(`^Unknown`), regexp.MustCompile(`Missing|NotFound|^No(Such|[A-Z]\w*Found)|NotExist|^Undefined`)},
	{"Invalid<Thing>", regexp.MustCompile(`^Invalid`), regexp.MustCompile(`^(Odd|Bad|Broken|Malformed|Illegal|Wrong)`)},
	{"<Thing>Mismatch", regexp.MustCompile(`Mismatch$`), regexp.MustCompile(`^(Wrong|Other|Different)|Differs$`)},
	{"<Thing>Expired", regexp.MustCompile(`Expir(ed|ing)$`), regexp.MustCompile(`(Ended|Ending|Elapsed|TimedOut|Over|Finished)$`)},
	{"<Thing>Closed", regexp.MustCompile(`Closed$`), regexp.MustCompile(`(Done|Settled|Decided)$`)},
	{"<Thing>NotPermitted", regexp.MustCompile(`NotPermitted$`), regexp.MustCompile(`^(MayNot|Cannot|Forbidden)|(NotAllowed|Forbidden|Unauthorized)$`)},
	{"<Limit>Exceeded", regexp.MustCompile(`^Too|Exceeded$`), regexp.MustCompile(`^(Over|Beyond|Excess)`)},
	{"Unused<Thing>", regexp.MustCompile(`^Unused`), regexp.MustCompile(`^(Unserved|Idle|Orphan)|NotUsed$`)},
	{"Not<Outcome>", regexp.MustCompile(`Not[A-Z]`), regexp.MustCompile(`^(Un|Non)(granted|published|resolved|met)`)},
}

// exempt are reasons that use a word in another sense.
var exempt = []string{
	"AlreadyDecided", // by the same approver, and the step is still open
}

// TestReasonsKeepToOneForm holds that one thing has one reason everywhere, and that every form is used and documented.
func TestReasonsKeepToOneForm(t *testing.T) {
	packages := map[string][]string{}
	for _, folder := range []string{"internal", "pkg/permissions", "controllers", "cmd"} {
		for _, reason := range reasons(t, folder) {
			packages[reason] = append(packages[reason], folder)
		}
	}
	page := file(t, findingsPage)
	for _, rule := range reasonRules {
		used := false
		for reason := range packages {
			used = used || rule.use.MatchString(reason)
			if rule.instead.MatchString(reason) && !slices.Contains(exempt, reason) {
				t.Errorf("the reason %s says what the form %s says: use that", reason, rule.form)
			}
		}
		if !used {
			t.Errorf("no reason has the form %s", rule.form)
		}
		if !strings.Contains(page, "`"+rule.form+"`") {
			t.Errorf("%s does not list the form %s", findingsPage, rule.form)
		}
	}
}
