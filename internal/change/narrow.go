// SPDX-License-Identifier: Apache-2.0

package change

import "slices"

// narrow leaves out what is not about the users, roles and permissions of the options. Effects are narrowed already.
func (o *Options) narrow(d *Difference) {
	if len(o.Users)+len(o.Roles)+len(o.Permissions) == 0 {
		return
	}
	d.Moved, d.Chains = nil, nil
	d.Types = slices.DeleteFunc(d.Types, func(t TypeChange) bool { return !slices.Contains(o.Permissions, t.Permission) })
	d.Violations, d.Coverage, d.Findings = FindingChanges{}, FindingChanges{}, FindingChanges{}
	d.Roles = slices.DeleteFunc(d.Roles, func(r RoleChange) bool {
		return len(o.Roles) == 0 && len(o.Permissions) == 0 || len(o.Roles) > 0 && !slices.Contains(o.Roles, r.Role)
	})
	if len(o.Permissions) > 0 {
		for i := range d.Roles {
			d.Roles[i].Administration = nil
			d.Roles[i].Inherits, d.Roles[i].NoLongerInherits = nil, nil
			d.Roles[i].Cells = slices.DeleteFunc(d.Roles[i].Cells, func(c CellChange) bool { return !slices.Contains(o.Permissions, c.Permission) })
		}
		d.Roles = slices.DeleteFunc(d.Roles, func(r RoleChange) bool { return len(r.Cells) == 0 })
	}
	about := func(id string) bool { return slices.Contains(o.Users, id) }
	for i := range d.About {
		d.About[i].Users = slices.DeleteFunc(d.About[i].Users, func(id string) bool { return !about(id) })
	}
	d.About = slices.DeleteFunc(d.About, func(a AboutUsers) bool { return len(a.Users) == 0 })
	d.Approvers = slices.DeleteFunc(d.Approvers, func(a ApproverChange) bool {
		return !slices.ContainsFunc(a.Gained, about) && !slices.ContainsFunc(a.Lost, about)
	})
}
