// SPDX-License-Identifier: Apache-2.0

package intake

import (
	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/model"
)

func constraint(written *v1alpha1.Constraint) model.Constraint {
	translated := model.Constraint{Name: string(written.Name), Type: string(written.Type), Enforce: written.Enforcement != v1alpha1.Audit}
	if s := written.SeparationOfDuties; s != nil && written.Type == v1alpha1.ConstraintSeparationOfDuties {
		translated.Separation = &model.Separation{
			Duties: each(s.Duties, func(d *v1alpha1.Duty) model.Duty {
				return model.Duty{Name: string(d.Name), Roles: each(d.RoleRefs, roleRef), Permissions: names(d.Permissions)}
			}),
			Except: each(s.ExceptRoleRefs, roleRef),
			AtMost: int(s.AtMost), PerUnit: isSet(s.PerUnit),
		}
	}
	if h := written.Holders; h != nil && written.Type == v1alpha1.ConstraintHolders {
		translated.Holders = &model.Holders{Role: roleRef(&h.RoleRef), AtMost: count(h.AtMost)}
		if h.AtLeast > 0 {
			translated.Holders.AtLeast = new(int(h.AtLeast))
		}
	}
	if p := written.Prerequisite; p != nil && written.Type == v1alpha1.ConstraintPrerequisite {
		translated.Prerequisite = &model.Prerequisite{
			Role: roleRef(&p.RoleRef), RequiredRole: roleRef(&p.RequiredRoleRef), PerUnit: isSet(p.PerUnit),
		}
	}
	return translated
}

func waiver(written *v1alpha1.Waiver) model.Waiver {
	return model.Waiver{
		Name: string(written.Name), Constraint: string(written.ConstraintRef.Name),
		Users: names(written.Users), AllUsers: isSet(written.AllUsers),
		Owner: string(written.Owner), Reason: string(written.Reason), EndTime: written.EndTime.Time,
	}
}

func count(written *int32) *int {
	if written == nil {
		return nil
	}
	plain := int(*written)
	return &plain
}
