// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"k8s.io/cli-runtime/pkg/genericiooptions"
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
