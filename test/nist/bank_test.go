// SPDX-License-Identifier: Apache-2.0

package nist

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/rolewright/rolewright/cmd/rolewright/cli"
	"github.com/rolewright/rolewright/internal/manifests"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/internal/validation"
	"github.com/rolewright/rolewright/pkg/permissions"
)

// root is the repository's folder, from this one.
const root = "../.."

// The users of the example, and a moment at which nan is a teller.
const (
	tom, mia, abe, nan = "tom@bank.example", "mia@bank.example", "abe@bank.example", "nan@bank.example"
	morning, evening   = "2030-06-03T08:00:00Z", "2030-06-03T15:00:00Z"
)

// bank is the example, which a test changes.
type bank struct {
	*testing.T
	// objects are manifests by kind and name.
	objects map[string]string
	// ran are the commands that were run.
	ran []string
}

func newBank(t *testing.T) *bank {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "docs", "examples", "bank.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	b := &bank{T: t, objects: map[string]string{}}
	for manifest := range strings.SplitSeq(string(text), "\n---\n") {
		b.apply(manifest)
	}
	return b
}

// apply applies a manifest.
func (b *bank) apply(manifest string) {
	b.Helper()
	read := (&manifests.Reader{}).Parse("bank.yaml", []byte(manifest))
	if len(read.Objects) != 1 || len(read.Diagnostics) > 0 {
		b.Fatalf("%s\nis %d objects, with %v", manifest, len(read.Objects), read.Diagnostics)
	}
	b.objects[read.Objects[0].GVK.Kind+"/"+read.Objects[0].Name] = manifest
}

// applySpec applies an object of the bank's namespace with the rest of its spec.
func (b *bank) applySpec(object, spec string) {
	b.Helper()
	kind, name, _ := strings.Cut(object, "/")
	b.apply("apiVersion: rolewright.dev/v1alpha1\nkind: " + kind + "\nmetadata: {name: " + name + ", namespace: bank}\n" +
		"spec:\n  organizationRef: {name: bank}\n" + spec)
}

// assign gives a user roles everywhere, in an assignment of its own.
func (b *bank) assign(name, user string, roles ...string) {
	b.Helper()
	spec := "  user: " + user
	if len(roles) > 0 {
		spec += "\n  grants:"
	}
	for _, role := range roles {
		spec += "\n  - {name: " + role + ", roleRef: {name: " + role + "}, scope: {everywhere: true}}"
	}
	b.applySpec("UserAssignment/"+name, spec)
}

// replace replaces a part of an object, which it has to have exactly once.
func (b *bank) replace(object, part, by string) {
	b.Helper()
	if strings.Count(b.objects[object], part) != 1 {
		b.Fatalf("%s has %q %d times", object, part, strings.Count(b.objects[object], part))
	}
	b.objects[object] = strings.Replace(b.objects[object], part, by, 1)
}

// remove deletes an object.
func (b *bank) remove(object string) {
	b.Helper()
	if _, is := b.objects[object]; !is {
		b.Fatalf("there is no %s", object)
	}
	delete(b.objects, object)
}

func (b *bank) text() string {
	var all []string
	for _, object := range slices.Sorted(maps.Keys(b.objects)) {
		all = append(all, b.objects[object])
	}
	return strings.Join(all, "\n---\n")
}

// world is what is known of the organization.
func (b *bank) world() *model.World {
	b.Helper()
	input, err := validation.FromManifests((&manifests.Reader{}).Parse("bank.yaml", []byte(b.text())))
	if err != nil || len(input.Rejected) > 0 {
		b.Fatalf("the bank is rejected: %v %v", err, input.Rejected)
	}
	return &input.Worlds()[0]
}

// reasons returns the reasons of the errors.
func (b *bank) reasons() []string {
	b.Helper()
	var found []string
	for _, f := range resolve.Organization(b.world()).Findings {
		if f.Severity == resolve.Error {
			found = append(found, f.Reason)
		}
	}
	return found
}

// index is the SDK's index at a moment.
func (b *bank) index(at string) *permissions.Index {
	b.Helper()
	moment, err := time.Parse(time.RFC3339, at)
	if err != nil {
		b.Fatal(err)
	}
	index, err := permissions.NewIndex(resolve.Organization(b.world()).Document, permissions.WithClock(func() time.Time { return moment }))
	if err != nil {
		b.Fatal(err)
	}
	return index
}

// may checks whether a user may do something in the morning.
func (b *bank) may(user, permission string, want bool) {
	b.Helper()
	b.mayAt(morning, user, permission, want)
}

func (b *bank) mayAt(at, user, permission string, want bool) {
	b.Helper()
	if got := b.index(at).Check(request(user, permission)); got != want {
		b.Errorf("at %s %s may %s: %t, want %t", at, user, permission, got, want)
	}
}

// maySign checks whether a user may sign in a session in which roles are active.
func (b *bank) maySign(user string, want bool, active ...any) {
	b.Helper()
	r := request(user, "books.sign")
	r.Context = map[string]any{"activeRoles": active}
	if got := b.index(morning).Check(r); got != want {
		b.Errorf("%s signs with %v active: %t, want %t", user, active, got, want)
	}
}

func request(user, permission string) *permissions.Request {
	return &permissions.Request{
		Subject: permissions.Subject{Type: permissions.SubjectTypeUser, ID: user}, Action: permissions.Action{Name: permission},
		Resource: permissions.Resource{Type: "account", ID: "7"},
	}
}

// run runs a command on the bank as it is, and returns the words of what it prints below the titles.
func (b *bank) run(arguments ...string) []string {
	b.Helper()
	b.ran = append(b.ran, arguments[0])
	var out, errOut bytes.Buffer
	code := cli.Run(b.Context(), append(append([]string{"rolewright"}, arguments...), "-f", "-"),
		genericiooptions.IOStreams{In: strings.NewReader(b.text()), Out: &out, ErrOut: &errOut})
	if code > 1 {
		b.Fatalf("%q exits with %d: %s", arguments, code, errOut.String())
	}
	_, rows, _ := strings.Cut(out.String(), "\n")
	return strings.Fields(rows)
}

// prints checks that a command prints some words in a row and, after "not", none of others.
func (b *bank) prints(printed []string, want ...string) {
	b.Helper()
	unwanted := false
	for _, word := range want {
		if word == "not" {
			unwanted = true
		} else if slices.Contains(printed, word) == unwanted {
			b.Errorf("it prints %q, of which %q: %t", printed, word, unwanted)
		}
	}
}
