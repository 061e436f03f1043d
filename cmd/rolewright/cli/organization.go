// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/internal/suggest"
	"github.com/rolewright/rolewright/internal/validation"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// choice is the flag that picks one organization.
type choice struct {
	*inputs

	organization string
}

func (c *choice) addFlags(flags *pflag.FlagSet) {
	flags.StringVarP(&c.organization, "organization", "O", "",
		"`ORGANIZATION` to ask, as NAME or NAMESPACE/NAME; not needed where there is one")
}

// chosen is the organization that was asked for.
type chosen struct {
	world    model.World
	document *document.Document
	// objects are all that was read.
	objects *intake.Objects
}

// resolve reads everything and resolves the organization that the flags pick. It answers only where all manifests can be
// read and would be accepted: an answer from the rest might be wrong. What it warns of is what is wrong at a moment.
func (c *choice) resolve(ctx context.Context, at time.Time) (*chosen, error) {
	input, err := c.load(ctx)
	if err != nil {
		return nil, err
	}
	if err := refusal(input); err != nil {
		return nil, err
	}
	world, err := c.pick(input.Worlds())
	if err != nil {
		return nil, err
	}
	resolution := resolve.Organization(world)
	if resolution.Document == nil {
		message := "its catalog is missing"
		if len(resolution.Findings) > 0 {
			message = resolution.Findings[0].Message
		}
		return nil, fmt.Errorf("organization %s cannot be resolved: %s", title(world), message)
	}
	findings, _ := resolution.At(at)
	c.warn(world, findings)
	return &chosen{world: *world, document: resolution.Document, objects: &input.Objects}, nil
}

// refusal is the error that manifests are no ground for an answer, when they are not.
func refusal(input *validation.Input) error {
	var first *validation.Finding
	count := 0
	for i := range input.Rejected {
		if f := &input.Rejected[i]; f.Severity == resolve.Error {
			count++
			if first == nil {
				first = f
			}
		}
	}
	if first == nil {
		return nil
	}
	text := fmt.Sprintf("%s: %s", first.Position, first.Message)
	if about := first.Subject(); about != "" {
		text = fmt.Sprintf("%s: %s: %s", first.Position, about, first.Message)
	}
	if count > 1 {
		text += fmt.Sprintf(" (and %d more)", count-1)
	}
	return fmt.Errorf("the manifests would not be accepted: %s\nRun validate to see all that is wrong", text)
}

// warn says that something is wrong in the organization, so that nobody wonders about an answer.
func (c *choice) warn(world *model.World, findings []resolve.Finding) {
	count := 0
	for _, f := range findings {
		if f.Severity == resolve.Error {
			count++
		}
	}
	if count > 0 {
		_, _ = fmt.Fprintf(c.ErrOut, "warning: %s in organization %s, and what they concern counts for nothing: run validate to see them\n",
			plural(count, "error"), title(world))
	}
}

// pick finds the organization of the flag, or the only one.
func (c *choice) pick(worlds []model.World) (*model.World, error) {
	worlds = slices.DeleteFunc(worlds, func(w model.World) bool { return w.Organization == nil })
	if len(worlds) == 0 {
		return nil, c.noOrganization()
	}
	if c.organization == "" {
		if len(worlds) == 1 {
			return &worlds[0], nil
		}
		return nil, usagef("there are %d organizations: pick one with --organization: %s", len(worlds), titles(worlds))
	}
	switch matches := c.matches(worlds); len(matches) {
	case 1:
		return &matches[0], nil
	case 0:
		return nil, fmt.Errorf("there is no organization %q: there are %s", c.organization, titles(worlds))
	default:
		return nil, usagef("several organizations are named %q: pick one as NAMESPACE/NAME: %s", c.organization, titles(matches))
	}
}

// matches are the organizations that the flag may mean. Where several have its name, the namespace of -n tells them apart.
func (c *choice) matches(worlds []model.World) []model.World {
	namespace, name, qualified := strings.Cut(c.organization, "/")
	if !qualified {
		namespace, name = "", c.organization
	}
	var matches []model.World
	for _, w := range worlds {
		if w.Name == name && (!qualified || w.Namespace == namespace) {
			matches = append(matches, w)
		}
	}
	if explicit, is, err := c.namespace(); err == nil && is && len(matches) > 1 {
		matches = slices.DeleteFunc(matches, func(w model.World) bool { return w.Namespace != explicit })
	}
	return matches
}

func (c *choice) noOrganization() error {
	if c.offline() {
		return errors.New("the manifests hold no Organization")
	}
	if c.allNamespaces {
		return errors.New("the cluster holds no Organization")
	}
	namespace, _, _ := c.namespace()
	return fmt.Errorf("the namespace %s holds no Organization: name another with -n, or read all with -A", namespace)
}

func title(world *model.World) string { return world.Namespace + "/" + world.Name }

func titles(worlds []model.World) string {
	const most = 20
	var list []string
	for i := range worlds {
		if i == most {
			list = append(list, fmt.Sprintf("and %d more", len(worlds)-most))
			break
		}
		list = append(list, title(&worlds[i]))
	}
	return strings.Join(list, ", ")
}

// hint guesses what a name that the organization does not know was meant to be.
func hint(what, name string, known []string) string {
	if near := suggest.Closest(name, known); near != "" && near != name {
		return fmt.Sprintf("hint: there is no %s %q; did you mean %q?\n", what, name, near)
	}
	return ""
}

func plural(count int, noun string) string {
	if count == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", count, noun)
}
