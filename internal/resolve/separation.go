// SPDX-License-Identifier: Apache-2.0

package resolve

import (
	"fmt"
	"maps"
	"math/bits"
	"slices"
	"strings"

	"github.com/rolewright/rolewright/internal/model"
)

// separation checks that no user has more of several duties than allowed, at any time and, if so asked, in any unit.
type separation struct {
	scene      *scene
	constraint *constraint
	// kept holds the shares of each user that make up a duty.
	kept map[*holder][]duties
}

// duties are the duties that a share makes up, a bit for each.
type duties struct {
	share *share
	mask  uint32
}

func (c *separation) of() *constraint { return c.constraint }

func (c *separation) keep(s *share) {
	if mask := c.mask(s); mask != 0 {
		c.kept[s.of] = append(c.kept[s.of], duties{s, mask})
	}
}

// mask returns the duties that a share makes up.
func (c *separation) mask(s *share) uint32 {
	var mask uint32
	for i, duty := range c.constraint.Separation.Duties {
		given := func(name string) bool { return c.scene.gives(s, name) }
		if slices.ContainsFunc(duty.Roles, s.holdsRole) || slices.ContainsFunc(duty.Permissions, given) {
			mask |= 1 << i
		}
	}
	return mask
}

func (c *separation) breaks(s *share) string {
	mask, all := c.mask(s), uint32(0)
	if mask == 0 {
		return ""
	}
	involved := append(slices.Clone(c.kept[s.of]), duties{s, mask})
	for _, d := range involved {
		all |= d.mask
	}
	if bits.OnesCount32(all) <= c.constraint.Separation.AtMost {
		return ""
	}
	for _, moment := range moments(s, involved) {
		for _, unit := range c.units(involved) {
			if held := c.heldAt(moment, unit, involved); bits.OnesCount32(held) > c.constraint.Separation.AtMost && c.at(s, moment, unit) {
				return c.why(s.of.id, held)
			}
		}
	}
	return ""
}

// heldAt returns the duties that a user has at a moment, in a unit.
func (c *separation) heldAt(moment moment, unit string, involved []duties) uint32 {
	var held uint32
	for _, d := range involved {
		if c.at(d.share, moment, unit) {
			held |= d.mask
		}
	}
	return held
}

// at tells whether a share is live at a moment and, if units count, covers a unit.
func (c *separation) at(s *share, moment moment, unit string) bool {
	return moment.within(s.window) && (!c.constraint.Separation.PerUnit || c.scene.covers(s.scope(), unit))
}

// units returns units in one of which the shares meet, if they meet anywhere: subtrees that have a unit in common have the top
// of one of them in common.
func (c *separation) units(involved []duties) []string {
	if !c.constraint.Separation.PerUnit {
		return []string{""}
	}
	var tops []string
	for _, d := range involved {
		tops = append(tops, c.scene.tops(d.share.scope())...)
	}
	return unique(tops)
}

func (c *separation) why(user string, held uint32) string {
	var names []string
	for i, duty := range c.constraint.Separation.Duties {
		if held&(1<<i) != 0 {
			names = append(names, duty.Name)
		}
	}
	return fmt.Sprintf("user %q would have the duties %s at once, and at most %d may be together",
		user, strings.Join(names, ", "), c.constraint.Separation.AtMost)
}

// holdsRole tells whether a share gives a role, or one that inherits it.
func (s *share) holdsRole(ref model.RoleRef) bool { return s.role != nil && s.role.ranks(ref) }

// ranks tells whether the role is another or inherits it, however far. A role that counts for nothing ranks nowhere.
func (r *role) ranks(ref model.RoleRef) bool {
	_, holds := r.below[ref]
	return holds
}

// rank fills in what the role ranks at or above. It must be called only once circles are cut.
func (r *role) rank() {
	if r.idle || r.below != nil {
		return
	}
	r.below = map[model.RoleRef]struct{}{r.ref(): {}}
	for _, p := range r.parents {
		p.role.rank()
		maps.Copy(r.below, p.role.below)
	}
}

// gives tells whether a share gives a permission, on whatever condition.
func (s *scene) gives(given *share, name string) bool {
	if given.of.lost.has(name) {
		return false
	}
	for i := range given.overrides {
		if o := &given.overrides[i]; o.Permission == name && s.hasFeatures(o.Features) {
			return true
		}
	}
	if given.role == nil {
		return false
	}
	for _, alternative := range given.role.held[name] {
		if s.hasFeatures(alternative.Features) && subset(alternative.Entitlements, given.grant.Entitlements) {
			return true
		}
	}
	return false
}

// hasFeatures tells whether the organization has all of the features.
func (s *scene) hasFeatures(features []string) bool {
	return !slices.ContainsFunc(features, func(feature string) bool { return !s.places.features.has(feature) })
}
