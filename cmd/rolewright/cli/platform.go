// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/spf13/pflag"

	"github.com/rolewright/rolewright/internal/english"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/validation"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// platformHelp explains the flag --platform, for those who ask what people may do.
const platformHelp = `
With --platform, the question is about no organization: what may those do to whom the platform gives roles over all organizations, for
example create one? --catalog names the catalog if there are several.
`

// platformFlags select the platform document of a catalog instead of an organization.
type platformFlags struct {
	set     bool
	catalog string
}

func (f *platformFlags) addFlags(flags *pflag.FlagSet) {
	flags.BoolVar(&f.set, "platform", false, "ask what may be done on the platform itself, without an organization")
	flags.StringVar(&f.catalog, "catalog", "", "`CATALOG` of the permissions, with --platform; not needed if there is only one")
}

// validate rejects what contradicts --platform.
func (f *platformFlags) validate(organization *organizationFlags) error {
	switch {
	case !f.set && f.catalog != "":
		return usagef("--catalog is for questions about the platform itself: add --platform, or leave it out")
	case f.set && organization.name != "":
		return usagef("--platform is about no organization: leave out -O")
	}
	return nil
}

// resolve reads what the platform document is resolved from, and resolves it.
func (f *platformFlags) resolve(ctx context.Context, input *inputFlags, at time.Time, errOut io.Writer) (*resolvedOrganization, error) {
	loaded, err := input.loadPlatform(ctx)
	if err != nil {
		return nil, err
	}
	if err := loaded.Rejection(); err != nil {
		return nil, err
	}
	documents := loaded.PlatformDocuments(document.DefaultPlatformNamespace)
	selected, err := f.selectFrom(documents)
	if err != nil {
		return nil, err
	}
	if selected.Resolution.Document == nil {
		return nil, fmt.Errorf("the platform document of catalog %q cannot be resolved: %s", selected.World.Catalog.Name,
			selected.Resolution.Findings[0].Message)
	}
	findings, _ := selected.Resolution.At(at)
	warn(errOut, "catalog "+selected.World.Catalog.Name, findings)
	return &resolvedOrganization{
		world: *selected.World, document: selected.Resolution.Document, resolution: selected.Resolution, objects: &loaded.Objects,
	}, nil
}

// selectFrom returns the platform document of the catalog that the flag names, or the only one.
func (f *platformFlags) selectFrom(documents []validation.PlatformDocument) (*validation.PlatformDocument, error) {
	if len(documents) == 0 {
		return nil, errors.New("there is no PermissionCatalog: without one, there is nothing to do on the platform")
	}
	names := make([]string, len(documents))
	for i := range documents {
		names[i] = documents[i].World.Catalog.Name
	}
	switch at := slices.Index(names, f.catalog); {
	case at >= 0:
		return &documents[at], nil
	case f.catalog != "":
		return nil, fmt.Errorf("there is no catalog %q: there are %s", f.catalog, english.UpTo(mostOrganizations, names))
	case len(documents) > 1:
		return nil, usagef("there are %d catalogs: select one with --catalog: %s", len(documents), english.UpTo(mostOrganizations, names))
	}
	return &documents[0], nil
}

// loadPlatform reads what belongs to no organization: of a cluster nothing else, and of manifests everything, as they may only be
// accepted together.
func (f *inputFlags) loadPlatform(ctx context.Context) (*validation.Input, error) {
	if f.fromManifests() {
		return f.load(ctx)
	}
	reader, err := f.client(orManifests)
	if err != nil {
		return nil, err
	}
	var objects intake.Objects
	if err := readPlatform(ctx, reader, "", &objects, f.errOut); err != nil {
		return nil, err
	}
	return validation.FromObjects(objects), nil
}

// heldOnPlatform returns the roles that can be held on the platform itself.
func heldOnPlatform(world *model.World) []string {
	var names []string
	for i := range world.PlatformRoles {
		if world.PlatformRoles[i].Platform {
			names = append(names, world.PlatformRoles[i].Name)
		}
	}
	slices.Sort(names)
	return names
}
