// SPDX-License-Identifier: Apache-2.0

package change

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/rolewright/rolewright/internal/engine/condition"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// aboutUsers returns the users about whom requests may be decided otherwise: those who began or ceased to exist, who have another home
// unit, or another value of an attribute on which an answer about them may depend. An organization that is new or gone has nothing to
// compare them with.
func (c *comparison) aboutUsers() []AboutUsers {
	if c.resolutions[before] == nil || c.resolutions[after] == nil || !c.anyIsAboutUsers() {
		return nil
	}
	reads := c.readOfUsers()
	groups := map[string]*AboutUsers{}
	for id := range c.updatedUsers() {
		about, differs := c.aboutUser(id, reads)
		if !differs {
			continue
		}
		before, after := about.Before, about.After
		key := fmt.Sprintf("%s %q %t %q %t %q", about.What, before.Unit, before.Unknown, after.Unit, after.Unknown, about.Attributes)
		if groups[key] == nil {
			groups[key] = &about
		}
		groups[key].Users = append(groups[key].Users, id)
	}
	list := make([]AboutUsers, 0, len(groups))
	for _, group := range groups {
		slices.Sort(group.Users)
		list = append(list, *group)
	}
	slices.SortFunc(list, func(a, b AboutUsers) int { return cmp.Compare(a.Users[0], b.Users[0]) })
	return list
}

// anyIsAboutUsers reports whether a permission of either state may be about users.
func (c *comparison) anyIsAboutUsers() bool {
	for _, doc := range c.docs {
		for _, permission := range doc.Permissions {
			if slices.ContainsFunc(doc.EffectiveSubjectTypes(), permission.IsAbout) {
				return true
			}
		}
	}
	return false
}

// readOfUsers returns what answers may depend on of the attributes of a user whom they are about: what conditions read of resources, and
// values of dimensions.
func (c *comparison) readOfUsers() condition.Attributes {
	var reads condition.Attributes
	for i := range c.conditions.list {
		of := &c.conditions.list[i].facts.Resource
		reads.All = reads.All || of.All
		reads.Names = append(reads.Names, of.Names...)
	}
	for _, doc := range c.docs {
		reads.Names = slices.AppendSeq(reads.Names, maps.Keys(doc.Dimensions))
	}
	return reads
}

// aboutUser returns what differs about one user. The second result is false if nothing does on which an answer may depend.
func (c *comparison) aboutUser(id string, reads condition.Attributes) (about AboutUsers, differs bool) {
	was, knew := c.resolutions[before].User(id)
	is, known := c.resolutions[after].User(id)
	switch {
	case !knew && !known || knew && known && c.resolutions[before].Shares(c.resolutions[after], id):
		return about, false
	case !knew:
		return AboutUsers{What: Added, After: homeOf(&is)}, true
	case !known:
		return AboutUsers{What: Removed, Before: homeOf(&was)}, true
	}
	about = AboutUsers{What: Changed, Before: homeOf(&was), After: homeOf(&is)}
	for _, name := range differingNames(was.Attributes, is.Attributes, was.UnknownAttributes.Names(), is.UnknownAttributes.Names()) {
		if reads.Any([]string{name}) {
			about.Attributes = append(about.Attributes, name)
		}
	}
	if about.Before == about.After {
		about.Before, about.After = Home{}, Home{}
		return about, len(about.Attributes) > 0
	}
	return about, true
}

// homeOf returns where a user is at home.
func homeOf(user *document.User) Home {
	return Home{Unit: user.HomeUnit, Unknown: user.HomeUnit == "" && user.HomeUnitUnknown}
}
