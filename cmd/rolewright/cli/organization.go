// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/internal/english"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// organizationFlags select one organization.
type organizationFlags struct {
	name string
}

func (f *organizationFlags) addFlags(flags *pflag.FlagSet, usage string) {
	flags.StringVarP(&f.name, "organization", "O", "", usage)
}

// organizationUsage describes the flag where one organization is selected from what was read.
const organizationUsage = "`ORGANIZATION` to read, as NAME or NAMESPACE/NAME; not needed if there is only one"

// resolvedOrganization is the selected organization.
type resolvedOrganization struct {
	world    model.World
	document *document.Document
	// resolution is what the document is part of.
	resolution *resolve.Resolution
	// objects are all objects that were read.
	objects *intake.Objects
}

// index returns an index that decides for one time.
func (o *resolvedOrganization) index(at *timeFlags) (*engine.Index, error) {
	index, err := engine.NewIndex(o.document, engine.WithClock(at.clock))
	if err != nil {
		return nil, fmt.Errorf("organization %s: %w", qualifiedName(&o.world), err)
	}
	return index, nil
}

// resolve reads everything and resolves the selected organization. It fails unless all manifests can be read and would be
// accepted, since an answer from the rest might be wrong. Errors found at the given time lead to a warning.
func (f *organizationFlags) resolve(ctx context.Context, input *inputFlags, at time.Time, errOut io.Writer) (*resolvedOrganization, error) {
	loaded, err := input.load(ctx)
	if err != nil {
		return nil, err
	}
	if err := loaded.Rejection(); err != nil {
		return nil, err
	}
	world, err := f.selectFrom(loaded.Worlds(), input)
	if err != nil {
		return nil, err
	}
	resolution := resolve.Organization(world)
	if resolution.Document == nil {
		message := "its catalog is missing"
		if len(resolution.Findings) > 0 {
			message = resolution.Findings[0].Message
		}
		return nil, fmt.Errorf("organization %s cannot be resolved: %s", qualifiedName(world), message)
	}
	findings, _ := resolution.At(at)
	warn(errOut, "organization "+qualifiedName(world), findings)
	return &resolvedOrganization{world: *world, document: resolution.Document, resolution: resolution, objects: &loaded.Objects}, nil
}

// warn prints how many errors there are in something, so that nobody wonders about an answer.
func warn(errOut io.Writer, what string, findings []resolve.Finding) {
	count := 0
	for _, f := range findings {
		if f.Severity == resolve.Error {
			count++
		}
	}
	if count > 0 {
		_, _ = fmt.Fprintf(errOut, "warning: %s has %s, and what is wrong takes no effect: run validate for details\n",
			what, english.Count(count, "error"))
	}
}

// selectFrom returns the organization that the flag names, or the only one.
func (f *organizationFlags) selectFrom(worlds []model.World, input *inputFlags) (*model.World, error) {
	worlds = slices.DeleteFunc(worlds, func(w model.World) bool { return w.Organization == nil })
	if len(worlds) == 0 {
		return nil, noOrganization(input)
	}
	if f.name == "" {
		if len(worlds) == 1 {
			return &worlds[0], nil
		}
		return nil, usagef("there are %d organizations: select one with --organization: %s", len(worlds), qualifiedNames(worlds))
	}
	matches := organizationsNamed(f.name, input, worlds, func(w *model.World) (string, string) { return w.Namespace, w.Name })
	switch len(matches) {
	case 1:
		return &matches[0], nil
	case 0:
		return nil, fmt.Errorf("there is no organization %q: there are %s", f.name, qualifiedNames(worlds))
	default:
		return nil, ambiguousOrganization(f.name, qualifiedNames(matches))
	}
}

// organizationsNamed returns the organizations of a name, which may be NAMESPACE/NAME. If several have the name, the namespace of
// -n decides.
func organizationsNamed[O any](flag string, input *inputFlags, all []O, names func(*O) (namespace, name string)) []O {
	namespace, name, qualified := strings.Cut(flag, "/")
	if !qualified {
		namespace, name = "", flag
	}
	var matches []O
	for i := range all {
		if in, called := names(&all[i]); called == name && (!qualified || in == namespace) {
			matches = append(matches, all[i])
		}
	}
	if explicit, is, err := input.namespace(); err == nil && is && len(matches) > 1 {
		matches = slices.DeleteFunc(matches, func(o O) bool {
			in, _ := names(&o)
			return in != explicit
		})
	}
	return matches
}

// ambiguousOrganization returns the error that a name is that of several organizations, which are named with their namespaces.
func ambiguousOrganization(name, qualified string) error {
	return usagef("several organizations are named %q: select one as NAMESPACE/NAME: %s", name, qualified)
}

func noOrganization(input *inputFlags) error {
	if input.fromManifests() {
		return errors.New("the manifests contain no Organization: name the file that does with -f")
	}
	if input.allNamespaces {
		return errors.New("the cluster contains no Organization")
	}
	namespace, _, _ := input.namespace()
	return noOrganizationIn(namespace, ", or read all with -A")
}

// noOrganizationIn returns the error that a namespace of the cluster contains no organization.
func noOrganizationIn(namespace, alternative string) error {
	return fmt.Errorf("namespace %s contains no Organization: name another namespace with -n%s", namespace, alternative)
}

func qualifiedName(world *model.World) string { return world.Namespace + "/" + world.Name }

// mostOrganizations is how many organizations a message names.
const mostOrganizations = 20

func qualifiedNames(worlds []model.World) string {
	names := make([]string, len(worlds))
	for i := range worlds {
		names[i] = qualifiedName(&worlds[i])
	}
	return english.UpTo(mostOrganizations, names)
}
