// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

// TestFlagsAreRejectedBeforeAnythingIsRead calls each subcommand with flags that are wrong and input that does not exist: the
// error must be the one about the flags.
func TestFlagsAreRejectedBeforeAnythingIsRead(t *testing.T) {
	noCluster(t)
	missing := " -f " + filepath.Join("testdata", "missing")
	for line, want := range map[string]string{
		"validate -o yaml":                               "write text or json",
		"validate --at noon":                             "write a time like",
		"matrix -o yaml":                                 "write table, csv, markdown, html or json",
		"can ann":                                        "name a user and a permission",
		"can ann orders.view --request x":                "leave out arguments",
		"can ann orders.view --at noon":                  "write a time like",
		"explain ann":                                    "name a user and a permission",
		"explain ann orders.view -o wide":                "write text or json",
		"who-can orders.view --limit -1":                 "write a number of users",
		"who-can":                                        "name a permission",
		"what-can":                                       "name a user",
		"what-can ann -o xml":                            "write text, wide or json",
		"chain order":                                    "with --requester",
		"chain order --requester ann -o wide":            "write text or json",
		"chain order --requester ann --at never":         "write a time like",
		"serve --directory x":                            "leave one out",
		"serve --tls-cert-file x":                        "name both",
		"serve --log-format xml":                         "write text or json",
		"serve --decision-log-sample 0.5":                "need --decision-log",
		"serve --decision-log x --decision-log-sample 0": "write a fraction",
		"serve --audience x":                             "add --authenticate",
		"serve --listen x":                               "write HOST:PORT",
		"serve --listen :0":                              "or allow plain HTTP with --insecure",
		"serve --listen :0 --insecure":                   "add --authenticate",
		"serve --base-url ftp://x":                       "--base-url ftp://x",
		"requests":                                       "leave out -f",
		"request order":                                  "leave out -f",
		"approve r":                                      "leave out -f",
		"deny r":                                         "leave out -f",
		"withdraw r":                                     "leave out -f",
		"revoke r":                                       "leave out -f",
	} {
		out, errOut, code := call(t, "", strings.Fields(line+missing)...)
		if code != exitError || !strings.Contains(errOut, want) || !strings.Contains(errOut, "--help' for usage") || out != "" {
			t.Errorf("%s: exit code %d, prints %q, standard error %q, want a usage error with %q", line, code, out, errOut, want)
		}
	}
}

// TestEmptyIsNotAbsent: no command takes a flag or an argument that is given and empty for one that is not given.
func TestEmptyIsNotAbsent(t *testing.T) {
	streams := genericiooptions.NewTestIOStreamsDiscard()
	commands := newRoot("rolewright", streams).Commands()
	seen := 0
	for _, listed := range commands {
		if listed.Name() == "completion" {
			continue // it reads nothing
		}
		var flags []string
		check := func(flag *pflag.Flag) {
			if kind := flag.Value.Type(); strings.HasPrefix(kind, "string") && flag.Name != "audience" {
				flags = append(flags, flag.Name)
			}
		}
		listed.LocalFlags().VisitAll(check)
		listed.InheritedFlags().VisitAll(check)
		for _, flag := range flags {
			seen++
			err := executed(t, streams, listed.Name(), "--"+flag, "")
			if want := "--" + flag + " is given without a value"; err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s --%s '': error %v; want one with %q", listed.Name(), flag, err, want)
			}
		}
		if err := executed(t, streams, listed.Name(), "x", ""); err == nil || !strings.Contains(err.Error(), "argument 2 is empty") {
			t.Errorf("%s x '': error %v", listed.Name(), err)
		}
	}
	if seen < 50 {
		t.Errorf("only %d flags were tried", seen)
	}
}

// executed runs a command with any number of arguments.
func executed(t *testing.T, streams genericiooptions.IOStreams, args ...string) error {
	t.Helper()
	root := newRoot("rolewright", streams)
	command, _, err := root.Find(args[:1])
	if err != nil {
		t.Fatal(err)
	}
	command.Args = cobra.ArbitraryArgs
	root.SetArgs(args)
	return root.ExecuteContext(t.Context())
}

func TestParseScope(t *testing.T) {
	scope, err := parseScope([]string{"units=icu,er", "unitGroups=med", "contractType=on-call,night", "channel=*", "units=lab"})
	if err != nil {
		t.Fatal(err)
	}
	if len(scope.Units) != 3 || scope.Units[2] != "lab" || len(scope.UnitGroups) != 1 || scope.Everywhere != nil {
		t.Errorf("got %+v", scope)
	}
	if d := scope.Dimensions; len(d) != 2 || len(d[0].Values) != 2 || d[0].All != nil || d[1].Name != "channel" || d[1].All == nil || !*d[1].All {
		t.Errorf("got dimensions %+v", scope.Dimensions)
	}
	scope, err = parseScope([]string{"everywhere"})
	if err != nil || scope.Everywhere == nil || !*scope.Everywhere || len(scope.Units) != 0 {
		t.Errorf("got %+v, error %v", scope, err)
	}
	for _, part := range []string{"", "units", "units=", "=x"} {
		if _, err := parseScope([]string{part}); err == nil || !strings.Contains(err.Error(), "write everywhere, units=") {
			t.Errorf("%q: error %v", part, err)
		}
	}
}

func TestParseRoleReference(t *testing.T) {
	for text, want := range map[string]v1alpha1.RoleReference{
		"clerk":              {Name: "clerk"},
		"Role/clerk":         {Name: "clerk"},
		"PlatformRole/guide": {Kind: v1alpha1.RoleKindPlatformRole, Name: "guide"},
		"Other/clerk":        {Name: "Other/clerk"},
	} {
		if got := parseRoleReference(text); got != want {
			t.Errorf("%s: got %+v, want %+v", text, got, want)
		}
	}
}

// TestWhyImpossible checks each reason for which a verdict is refused before a decision is created, and that there is none if it
// may take effect.
func TestWhyImpossible(t *testing.T) {
	for _, test := range []struct {
		name, user string
		verdict    v1alpha1.Verdict
		onBehalfOf string
		change     func(*v1alpha1.ApprovalRequest)
		want       string
	}{
		{name: "approve", user: "dee", verdict: v1alpha1.VerdictApprove},
		{name: "deny", user: "dee", verdict: v1alpha1.VerdictDeny},
		{name: "withdraw", user: "ann", verdict: v1alpha1.VerdictWithdraw},
		{name: "not opened", user: "dee", verdict: v1alpha1.VerdictApprove, want: "try again in a moment",
			change: func(r *v1alpha1.ApprovalRequest) { r.Status = v1alpha1.ApprovalRequestStatus{} }},
		{name: "ended", user: "dee", verdict: v1alpha1.VerdictApprove, want: "too late: request r is Denied",
			change: func(r *v1alpha1.ApprovalRequest) { r.Status.State = v1alpha1.RequestDenied }},
		{name: "withdraw another's", user: "bob", verdict: v1alpha1.VerdictWithdraw, want: "only the requester, ann, and the approvers of request r can withdraw it"},
		{name: "withdraw as an approver", user: "dee", verdict: v1alpha1.VerdictWithdraw},
		{name: "withdraw, perhaps permitted", user: "bob", verdict: v1alpha1.VerdictWithdraw,
			change: func(r *v1alpha1.ApprovalRequest) { r.Status.Chain.ManagePermission = "manage" }},
		{name: "no chain", user: "dee", verdict: v1alpha1.VerdictApprove, want: "request r",
			change: func(r *v1alpha1.ApprovalRequest) { r.Status.Chain = nil }},
		{name: "own, as requester", user: "ann", verdict: v1alpha1.VerdictApprove, want: "nobody decides on their own request"},
		{name: "own, as beneficiary", user: "bob", verdict: v1alpha1.VerdictDeny, want: "nobody decides on their own request"},
		{name: "on behalf", user: "dee", verdict: v1alpha1.VerdictApprove, onBehalfOf: "eve", want: "lets nobody decide on behalf"},
		{name: "on behalf, allowed", user: "dee", verdict: v1alpha1.VerdictApprove, onBehalfOf: "eve",
			change: func(r *v1alpha1.ApprovalRequest) { r.Status.Chain.OnBehalfPermission = "delegate" }},
		{name: "revoke no role", user: "ann", verdict: v1alpha1.VerdictRevoke, want: "is not for a role"},
		{name: "revoke nothing", user: "ann", verdict: v1alpha1.VerdictRevoke, want: "there is nothing to revoke",
			change: func(r *v1alpha1.ApprovalRequest) { r.Spec.Grant = &v1alpha1.RequestedGrant{} }},
		{name: "revoke again", user: "ann", verdict: v1alpha1.VerdictRevoke, want: `there is nothing to revoke: request r was Approved: "cal" revoked the role at noon`,
			change: func(r *v1alpha1.ApprovalRequest) {
				r.Spec.Grant = &v1alpha1.RequestedGrant{}
				r.Status.State = v1alpha1.RequestApproved
				r.Status.Grant = &v1alpha1.GrantStatus{RevocationTime: &metav1.Time{}, RevokedBy: "cal"}
				r.Status.Conditions = []metav1.Condition{{Type: v1alpha1.ConditionGranted, Message: `"cal" revoked the role at noon`}}
			}},
	} {
		t.Run(test.name, func(t *testing.T) {
			request := pending()
			if test.change != nil {
				test.change(request)
			}
			o := &decideOptions{verdict: test.verdict, onBehalfOf: test.onBehalfOf, client: &approvalClient{user: v1alpha1.UserID(test.user)}}
			got := o.whyImpossible(request)
			if test.want == "" && got != "" || !strings.Contains(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
