// SPDX-License-Identifier: Apache-2.0

package status

import (
	"slices"

	"k8s.io/apimachinery/pkg/api/equality"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// Bounds of what roles and assignments list.
const (
	maxRolePermissions = 256
	maxAlternatives    = 32
	// maxListBytes bounds the text of a list as a whole, far below what etcd takes of one object: many long alternatives
	// may stay within every other bound.
	maxListBytes = 256 << 10
)

// Role returns the status that a role should have.
func (v *View) Role(current *v1alpha1.Role) v1alpha1.RoleStatus {
	self := model.Ref{Kind: model.KindRole, Namespace: current.Namespace, Name: current.Name}
	desired := v1alpha1.RoleStatus{ObservedGeneration: current.Generation}
	if doc := v.snapshot.Resolution.Document; doc != nil {
		role := doc.Roles[current.Name]
		desired.Permissions, desired.OmittedPermissions = rolePermissions(v.snapshot.Permissions, &role)
		desired.PermissionCount = number(len(role.Permissions))
		desired.Holders = number(v.snapshot.Resolution.Holders[current.Name])
	}
	former := current.Status
	desired.Conditions, former.Conditions = nil, nil
	same := equality.Semantic.DeepEqual(desired, former)
	desired.Conditions = merge(current.Status.Conditions, current.Generation, v.now,
		ready(v.found.ByObject[self], "everything that the role says takes effect"),
		v.published(current.Status.Conditions, same))
	return desired
}

// rolePermissions lists what a role holds, in the order given, which is the catalog's.
func rolePermissions(order []string, role *document.Role) (shown []v1alpha1.RolePermission, omitted *int32) {
	budget := maxListBytes
	for _, name := range order {
		alternatives, held := role.Permissions[name]
		if !held {
			continue
		}
		permission := v1alpha1.RolePermission{Name: name, When: when(alternatives)}
		budget -= size(name, permission.When)
		if len(shown) == maxRolePermissions || budget < 0 {
			return shown, number(len(role.Permissions) - len(shown))
		}
		shown = append(shown, permission)
	}
	return shown, nil
}

// when writes alternatives out. A permission that is held without condition needs none.
func when(alternatives []document.Alternative) []string {
	written := make([]string, 0, len(alternatives))
	for i := range alternatives {
		if alternatives[i].Unconditional() {
			return nil
		}
		written = append(written, alternatives[i].String())
	}
	return bounded(written, maxAlternatives, maxAlternative)
}

// bounded returns each text once, in the order given, at most so many, each of at most so many characters.
func bounded(texts []string, items, characters int) []string {
	var kept []string
	for _, text := range texts {
		text = cut(text, characters)
		if slices.Contains(kept, text) {
			continue
		}
		if len(kept) == items {
			break
		}
		kept = append(kept, text)
	}
	return kept
}

// size is how much text an entry of a list holds.
func size(name string, lists ...[]string) int {
	n := len(name)
	for _, list := range lists {
		for _, text := range list {
			n += len(text)
		}
	}
	return n
}
