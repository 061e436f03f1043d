// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/types"

	"github.com/rolewright/rolewright/internal/change"
	"github.com/rolewright/rolewright/internal/english"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/internal/validation"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// organizationPair is an organization in two states; all of a state is nil if it does not exist in that.
type organizationPair struct {
	was, is organizationState
}

// organizationState is an organization in one state.
type organizationState struct {
	world      *model.World
	resolution *resolve.Resolution
	coverage   []resolve.Finding
}

func (p *organizationPair) name() string {
	if p.is.world != nil {
		return qualifiedName(p.is.world)
	}
	return qualifiedName(p.was.world)
}

// isPlatform reports whether the organization stands for a platform document.
func (p *organizationPair) isPlatform() bool {
	_, is := document.PlatformCatalog(nameOf(p.name()))
	return is
}

// pairs returns the selected organizations of two states, by name, and after them platform documents: without -O those of all catalogs.
func (o *diffOptions) pairs(was, is *validation.Input) ([]organizationPair, error) {
	organizations, platform := paired(was.Worlds(), is.Worlds()), paired(platformWorlds(was), platformWorlds(is))
	if _, named := document.PlatformCatalog(nameOf(o.organization.name)); named {
		organizations, platform = platform, nil
	}
	var keys []types.NamespacedName
	if len(organizations) > 0 || len(platform) == 0 || o.organization.name != "" {
		var err error
		if keys, err = selectAmong(&o.organization, o.states.input, organizations); err != nil {
			return nil, err
		}
	}
	pairs := make([]organizationPair, 0, len(keys)+len(platform))
	for _, key := range keys {
		pairs = append(pairs, *organizations[key])
	}
	if o.organization.name == "" {
		for _, key := range slices.SortedFunc(maps.Keys(platform), intake.CompareKeys) {
			pairs = append(pairs, *platform[key])
		}
	}
	return pairs, nil
}

// platformWorlds returns what the platform document of each catalog is resolved from.
func platformWorlds(input *validation.Input) []model.World {
	return intake.PlatformWorlds(&input.Objects, document.DefaultPlatformNamespace)
}

// nameOf returns the name of an organization that may be written as NAMESPACE/NAME.
func nameOf(organization string) string {
	return organization[strings.LastIndexByte(organization, '/')+1:]
}

// paired returns the organizations that are among the worlds of two states.
func paired(was, is []model.World) map[types.NamespacedName]*organizationPair {
	byKey := map[types.NamespacedName]*organizationPair{}
	for state, worlds := range [][]model.World{was, is} {
		for i := range worlds {
			w := &worlds[i]
			if w.Organization == nil {
				continue
			}
			key := types.NamespacedName{Namespace: w.Namespace, Name: w.Name}
			if byKey[key] == nil {
				byKey[key] = &organizationPair{}
			}
			if state == 0 {
				byKey[key].was.world = w
			} else {
				byKey[key].is.world = w
			}
		}
	}
	return byKey
}

// selectAmong returns the keys of the organizations that a flag selects in two states, sorted: all without the flag.
func selectAmong[V any](flag *organizationFlags, input *inputFlags, all map[types.NamespacedName]V) ([]types.NamespacedName, error) {
	keys := slices.SortedFunc(maps.Keys(all), intake.CompareKeys)
	if len(keys) == 0 {
		return nil, errors.New("neither state contains an Organization: name the files that do")
	}
	if flag.name == "" {
		return keys, nil
	}
	selected := organizationsNamed(flag.name, input, keys, func(k *types.NamespacedName) (string, string) { return k.Namespace, k.Name })
	if len(selected) == 0 {
		names := make([]string, len(keys))
		for i := range keys {
			names[i] = keys[i].String()
		}
		return nil, fmt.Errorf("there is no organization %q: there are %s", flag.name, english.UpTo(maxNames, names))
	}
	return selected, nil
}

// maxNames is how many names an error lists.
const maxNames = 20

// resolve resolves both states.
func (p *organizationPair) resolve(at time.Time) {
	for _, state := range []*organizationState{&p.was, &p.is} {
		if state.world != nil {
			state.resolution = resolve.Organization(state.world)
			state.coverage = validation.Coverage(state.world, state.resolution, at)
		}
	}
}

// compare compares both states, once they are resolved.
func (p *organizationPair) compare(options change.Options) (*change.Difference, error) {
	options.CoverageBefore, options.CoverageAfter = p.was.coverage, p.is.coverage
	difference, err := change.Between(p.was.resolution, p.is.resolution, options)
	if err != nil {
		return nil, fmt.Errorf("organization %s: %w", p.name(), err)
	}
	return difference, nil
}

// known returns an error if the difference is to be narrowed to something that no organization has in either state.
func known(options *change.Options, pairs []organizationPair) error {
	users, roles, permissions := map[string]struct{}{}, map[string]struct{}{}, map[string]struct{}{}
	for i := range pairs {
		for _, r := range []*resolve.Resolution{pairs[i].was.resolution, pairs[i].is.resolution} {
			if r != nil && r.Document != nil {
				addKeys(users, r.Document.Users)
				addKeys(roles, r.Document.Roles)
				addKeys(permissions, r.Document.Permissions)
			}
		}
	}
	for _, narrowed := range []struct {
		what  string
		names []string
		known map[string]struct{}
	}{{"user", options.Users, users}, {"role", options.Roles, roles}, {"permission", options.Permissions, permissions}} {
		for _, name := range narrowed.names {
			if _, is := narrowed.known[name]; !is {
				return unknownName(narrowed.what, name, narrowed.known)
			}
		}
	}
	return nil
}

func addKeys[V document.User | document.Role | document.Permission](all map[string]struct{}, more map[string]V) {
	for name := range more {
		all[name] = struct{}{}
	}
}

func unknownName(what, name string, among map[string]struct{}) error {
	hint := didYouMean(what, name, slices.Sorted(maps.Keys(among)))
	return fmt.Errorf("neither state has a %s %q\n%s", what, name, strings.TrimSuffix(hint, "\n"))
}
