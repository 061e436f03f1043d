// SPDX-License-Identifier: Apache-2.0

package suite

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/types"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/internal/validation"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// tested is a state of the organization that is tested.
type tested struct {
	objects    *intake.Objects
	key        types.NamespacedName
	members    *intake.Members
	world      model.World
	resolution *resolve.Resolution
	document   *document.Document
	index      *engine.Index
	// now is the moment at which the index decides.
	now time.Time
}

func (t *tested) name() string { return t.key.Namespace + "/" + t.key.Name }

// at returns the index at a moment.
func (t *tested) at(now time.Time) *engine.Index {
	t.now = now
	return t.index
}

// selectFrom returns the organization of a name, or the only one.
func selectFrom(input *validation.Input, name string) (*tested, error) {
	byKey := intake.ByOrganization(&input.Objects)
	maps.DeleteFunc(byKey, func(_ types.NamespacedName, members *intake.Members) bool { return members.Organization == nil })
	keys := slices.SortedFunc(maps.Keys(byKey), intake.CompareKeys)
	if len(keys) == 0 {
		return nil, errors.New("the manifests contain no Organization: name the files that do")
	}
	var names []string
	var matches []types.NamespacedName
	for _, key := range keys {
		qualified := key.Namespace + "/" + key.Name
		names = append(names, qualified)
		if name == "" || name == key.Name || name == qualified {
			matches = append(matches, key)
		}
	}
	switch {
	case len(matches) == 1:
		return newTested(&input.Objects, matches[0])
	case len(matches) == 0:
		return nil, fmt.Errorf("the manifests have no organization %q: there are %s", name, strings.Join(names, ", "))
	case name == "":
		return nil, fmt.Errorf("the manifests have several organizations: name one of %s", strings.Join(names, ", "))
	}
	return nil, fmt.Errorf("several organizations are named %q: write one as NAMESPACE/NAME: %s", name, strings.Join(names, ", "))
}

// selectPlatform returns the platform document of a catalog.
func selectPlatform(input *validation.Input, catalog string) (*tested, error) {
	key := intake.PlatformKey(document.DefaultPlatformNamespace, catalog)
	if membersOf(&input.Objects, key) != nil {
		return newTested(&input.Objects, key)
	}
	names := make([]string, len(input.Objects.Catalogs))
	for i := range input.Objects.Catalogs {
		names[i] = input.Objects.Catalogs[i].Name
	}
	return nil, fmt.Errorf("the manifests have no catalog %q: there are %s", catalog, strings.Join(names, ", "))
}

// membersOf returns what an organization is resolved from, or a platform document.
func membersOf(objects *intake.Objects, key types.NamespacedName) *intake.Members {
	name, is := document.PlatformCatalog(key.Name)
	if !is {
		return intake.ByOrganization(objects)[key]
	}
	at := slices.IndexFunc(objects.Catalogs, func(catalog v1alpha1.PermissionCatalog) bool { return catalog.Name == name })
	if at < 0 {
		return nil
	}
	return intake.PlatformMembers(key.Namespace, &objects.Catalogs[at], objects.PlatformRoles, objects.PlatformAssignments)
}

// isOfPlatform reports whether a platform document is tested.
func (t *tested) isOfPlatform() bool {
	_, is := document.PlatformCatalog(t.key.Name)
	return is
}

// newTested resolves an organization.
func newTested(objects *intake.Objects, key types.NamespacedName) (*tested, error) {
	t := &tested{objects: objects, key: key, members: membersOf(objects, key)}
	if t.members == nil || t.members.Organization == nil {
		return nil, fmt.Errorf("organization %s is gone", t.name())
	}
	t.world = intake.World(key.Namespace, key.Name, t.members)
	t.resolution = resolve.Organization(&t.world)
	if t.document = t.resolution.Document; t.document == nil {
		return nil, fmt.Errorf("organization %s cannot be resolved: %s", t.name(), t.resolution.Findings[0].Message)
	}
	var err error
	t.index, err = engine.NewIndex(t.document, engine.WithClock(func() time.Time { return t.now }))
	return t, err
}
