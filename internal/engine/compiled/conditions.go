// SPDX-License-Identifier: Apache-2.0

package compiled

import (
	"github.com/rolewright/rolewright/internal/engine/condition"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// Condition is a qualifier or a prohibition. Its program is nil when it does not compile, and err says why.
type Condition struct {
	Name, Description, Expression string

	Program *condition.Program
	Err     error
}

// Qualifier returns a qualifier as it is published, for those who turn what Where leaves into a query. The second result
// is false when there is none of that name.
func (x *Index) Qualifier(name string) (document.Condition, bool) {
	number, known := x.Qualifiers[name]
	if !known {
		return document.Condition{}, false
	}
	return x.Conditions[number].written(), true
}

// Prohibition returns a prohibition as it is published, as Qualifier does a qualifier.
func (x *Index) Prohibition(name string) (document.Condition, bool) {
	for i := range x.Conditions[len(x.Qualifiers):] {
		if c := &x.Conditions[len(x.Qualifiers)+i]; c.Name == name {
			return c.written(), true
		}
	}
	return document.Condition{}, false
}

func (c *Condition) written() document.Condition {
	return document.Condition{Description: c.Description, Expression: c.Expression}
}

// PermissionConstraints names the constraints that may withhold an override of a permission.
func (x *Index) PermissionConstraints(permission uint32) []string {
	return x.Restrictions[permission].constrainedBy
}
