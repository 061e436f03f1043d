// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestAskingWhoMayGiveRoles(t *testing.T) {
	noCluster(t)
	const performance, staffing = " -f ../../../config/samples/performance", " -f ../../../config/samples/staffing"
	const mark, maxim, emma = "mark@compass.example", "max@compass.example", "emma@compass.example"
	for line, c := range map[string]struct {
		code int
		says string
	}{
		"can " + mark + " give manager to " + emma + performance:                                                            {0, "yes: "},
		"can " + mark + " take employee from " + emma + performance:                                                         {0, "yes: "},
		"can " + maxim + " give manager to " + emma + performance:                                                           {1, "rule roles-of-direct-reports of role manager comes nearest"},
		"can " + mark + " give manager to ema@compass.example" + performance:                                                {1, `did you mean "emma@compass.example"`},
		"can mork@compass.example give manager to " + emma + performance:                                                    {1, `did you mean "mark@compass.example"`},
		"can " + mark + " give manger to " + emma + performance:                                                             {1, `did you mean "manager"`},
		"can " + mark + " give manager to " + emma + " --unit moon" + performance:                                           {1, `unit "moon" is not in the organization`},
		"can " + mark + " give manager to " + emma + " --resource a/b" + performance:                                        {2, "leave out other flags"},
		"can " + mark + " give manager from " + emma + performance:                                                          {2, "write USER give ROLE to USER"},
		"can " + mark + " give manager to" + performance:                                                                    {2, "write USER give ROLE to USER"},
		"explain " + maxim + " give manager to " + emma + performance:                                                       {1, "what-can " + maxim + " --administer lists"},
		"explain " + mark + " take employee from " + emma + performance:                                                     {0, "\n  by     UserAssignment/mark grants[manager]\n"},
		"can --explain " + mark + " give manager to " + emma + performance:                                                  {0, "\nroles-of-direct-reports, of role manager\n  may    give and take"},
		"explain " + emma + " give manager to " + mark + performance:                                                        {1, "has administrationRules"},
		"explain " + mark + " give manager to" + performance:                                                                {2, "write USER give ROLE to USER"},
		"explain " + mark + " rolewright.assign" + performance:                                                              {1, "write " + mark + " give ROLE to USER"},
		"explain ada@sunrise.example give PlatformRole/biller to sid@sunrise.example -f ../../../config/samples/homehealth": {0, "may still be withheld by "},
		"what-can " + mark + " --administer" + performance:                                                                  {0, "give and take roles up to their own"},
		"what-can olivia@staffing.example --administer -o wide" + staffing:                                                  {0, "program-admin, which organization-admin inherits"},
		"what-can peter@staffing.example --administer" + staffing:                                                           {1, "administers nothing: no role"},
		"what-can mork@compass.example --administer" + performance:                                                          {1, `did you mean "mark@compass.example"`},
		"what-can " + mark + " --administer --unit x" + performance:                                                         {2, "about the whole organization"},
		"can " + mark + " give manager to " + emma + " --at 1999-01-01" + performance:                                       {0, "yes: "},
		"can " + mark + " give manager to " + emma + " -o json" + performance:                                               {0, `"rule": {`},
		"can " + mark + " give manager to " + emma + " --request -" + performance + "":                                      {2, "leave out"},
	} {
		out, errOut, code := call(t, "", strings.Fields(line)...)
		if code != c.code || !strings.Contains(out+errOut, c.says) {
			t.Errorf("%s: exit code %d, want %d and %q:\n%s%s", line, code, c.code, c.says, out, errOut)
		}
		if strings.HasPrefix(line, "what-can") {
			for text := range strings.Lines(out) {
				if utf8.RuneCountInString(text) > 81 {
					t.Errorf("%s: a line is wider than 80 columns: %s", line, text)
				}
			}
		}
	}
	asks := func(actor, action, role string) string {
		return `{"subject": {"type": "user", "id": "` + actor + `"}, "action": {"name": "` + action + `", "properties": {"role": "` + role + `"}},
			"resource": {"type": "user", "id": "` + emma + `"}}`
	}
	for _, c := range []struct {
		command, request string
		code             int
		says             string
	}{
		{"can", asks(mark, "rolewright.assign", "manager"), 0, "yes: "},
		{"can", asks(maxim, "rolewright.assign", "manager"), 1, "rule roles-of-direct-reports of role manager comes nearest"},
		{"can", asks(mark, "rolewright.revoke", "employee"), 0, "by rule roles-of-direct-reports"},
		{"explain", asks(maxim, "rolewright.assign", "manager"), 1, "\n  where  everywhere\n"},
		{"explain", asks(mark, "rolewright.assign", "manger"), 1, `there is no role "manger"`},
		{"can", strings.Replace(asks(mark, "rolewright.assign", "manager"), `"user", "id": "`+emma, `"plan", "id": "1`, 1), 1, "are not assigned"},
		{"who-can", asks("", "rolewright.assign", "manager"), 0, "adam@compass.example\nmark@compass.example\n"},
		{"who-can", asks("", "rolewright.assign", "manger"), 1, ""},
	} {
		out, errOut, code := call(t, c.request, strings.Fields(c.command+" --request -"+performance)...)
		if code != c.code || !strings.Contains(out+errOut, c.says) {
			t.Errorf("%s %s: exit code %d, want %d and %q:\n%s%s", c.command, c.request, code, c.code, c.says, out, errOut)
		}
	}
	out, _, _ := call(t, "", strings.Fields("what-can "+mark+" --administer -o json"+performance)...)
	var printed administration
	if err := json.Unmarshal([]byte(out), &printed); err != nil || len(printed.Rules) != 2 || !printed.Rules[0].Scope.Everywhere {
		t.Errorf("as JSON: %v\n%s", err, out)
	}
}
