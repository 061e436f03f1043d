// SPDX-License-Identifier: Apache-2.0

package status

import (
	"slices"
	"time"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/bounded"
	"github.com/rolewright/rolewright/internal/conditions"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/internal/snapshot"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// PlatformObjects are the objects that determine the statuses of PlatformRoles and PlatformAssignments: those that belong
// to no organization, and the organizations. They are shared with the cache, so nothing may change them.
type PlatformObjects struct {
	Catalogs      []v1alpha1.PermissionCatalog
	Roles         []v1alpha1.PlatformRole
	Assignments   []v1alpha1.PlatformAssignment
	Organizations []v1alpha1.Organization
	// Snapshots are those of all organizations, and Documents those of platform documents.
	Snapshots, Documents []*snapshot.Snapshot
}

// PlatformView is the result of resolving PlatformObjects, from which the statuses are computed.
type PlatformView struct {
	now        time.Time
	resolution *resolve.PlatformResolution
	snapshots  []*snapshot.Snapshot
	documents  []*snapshot.Snapshot
	findings   map[model.Ref][]resolve.Finding
	// permissions lists the permissions of each existing catalog, in its order.
	permissions map[string][]string
	// catalogs maps each PlatformRole assignable to the platform to its catalog.
	catalogs map[string]string
	// suspended holds the users who are suspended by any of their PlatformAssignments.
	suspended map[v1alpha1.UserID]bool
	// organizations lists the organizations of each catalog, whether or not the catalog exists.
	organizations map[string][]*v1alpha1.Organization
}

// NewPlatformView resolves the objects at a moment.
func NewPlatformView(objects *PlatformObjects, now time.Time) *PlatformView {
	view := &PlatformView{
		now:           now,
		snapshots:     objects.Snapshots,
		documents:     objects.Documents,
		findings:      map[model.Ref][]resolve.Finding{},
		permissions:   map[string][]string{},
		catalogs:      map[string]string{},
		suspended:     map[v1alpha1.UserID]bool{},
		organizations: map[string][]*v1alpha1.Organization{},
	}
	view.resolve(objects)
	for i := range objects.Assignments {
		if spec := &objects.Assignments[i].Spec; spec.State == v1alpha1.UserSuspended {
			view.suspended[spec.User] = true
		}
	}
	for i := range objects.Catalogs {
		catalog := &objects.Catalogs[i]
		for j := range catalog.Spec.Permissions {
			view.permissions[catalog.Name] = append(view.permissions[catalog.Name], string(catalog.Spec.Permissions[j].Name))
		}
	}
	for i := range objects.Roles {
		if role := &objects.Roles[i]; role.Spec.AssignableScope == v1alpha1.AssignableScopePlatform {
			view.catalogs[role.Name] = role.Spec.CatalogRef.Name
		}
	}
	for i := range objects.Organizations {
		organization := &objects.Organizations[i]
		catalog := organization.Spec.CatalogRef.Name
		view.organizations[catalog] = append(view.organizations[catalog], organization)
	}
	return view
}

func (v *PlatformView) resolve(objects *PlatformObjects) {
	catalogs := make([]*model.Catalog, 0, len(objects.Catalogs))
	for i := range objects.Catalogs {
		catalogs = append(catalogs, intake.Catalog(&objects.Catalogs[i]))
	}
	roles := make([]model.Role, 0, len(objects.Roles))
	for i := range objects.Roles {
		roles = append(roles, intake.PlatformRole(&objects.Roles[i]))
	}
	assignments := make([]model.PlatformAssignment, 0, len(objects.Assignments))
	for i := range objects.Assignments {
		assignments = append(assignments, intake.PlatformAssignment(&objects.Assignments[i], nil))
	}
	v.resolution = resolve.Platform(catalogs, roles, assignments)
	for _, finding := range v.resolution.Findings {
		v.findings[finding.Object] = append(v.findings[finding.Object], finding)
	}
}

// Role returns the status that a PlatformRole should have.
func (v *PlatformView) Role(current *v1alpha1.PlatformRole) v1alpha1.PlatformRoleStatus {
	catalog := current.Spec.CatalogRef.Name
	desired := v1alpha1.PlatformRoleStatus{
		ObservedGeneration: current.Generation,
		OrganizationCount:  bounded.Count(len(v.organizations[catalog])),
	}
	key := model.RoleRef{Kind: model.KindPlatformRole, Name: current.Name}.Key()
	if role, known := v.resolution.Roles[key]; known {
		desired.Permissions, desired.OmittedPermissionCount = rolePermissions(v.permissions[catalog], &role)
		desired.PermissionCount = bounded.Count(len(role.Permissions))
		desired.AdministrationRules, desired.OmittedAdministrationRuleCount =
			administrationRules(&document.Document{Roles: v.resolution.Roles}, key)
	}
	self := model.Ref{Kind: model.KindPlatformRole, Name: current.Name}
	desired.Conditions = conditions.Merge(current.Status.Conditions, current.Generation, v.now,
		health(ready(v.findings[self], "everything that the role says takes effect"), v.findings[self])...)
	return desired
}

// Assignment returns the status that a PlatformAssignment should have.
func (v *PlatformView) Assignment(current *v1alpha1.PlatformAssignment) v1alpha1.PlatformAssignmentStatus {
	self := model.Ref{Kind: model.KindPlatformAssignment, Name: current.Name}
	isOutdated := func(s *snapshot.Snapshot) bool { return !s.IsCurrentFor(current) }
	found := withOrganizations(v.findings[self], self, slices.DeleteFunc(slices.Concat(v.documents, v.snapshots), isOutdated), v.now)
	return v1alpha1.PlatformAssignmentStatus{
		ObservedGeneration: current.Generation,
		State:              userState(v.suspended[current.Spec.User]),
		Summary:            platformSummary(&current.Spec),
		OrganizationCount:  bounded.Count(v.countReached(current)),
		Conditions: conditions.Merge(current.Status.Conditions, current.Generation, v.now,
			health(ready(found, "everything that the assignment says takes effect"), found)...),
	}
}

// countReached counts the organizations in which some grant of an assignment gives its role: the grant selects them, and
// they use the role's catalog.
func (v *PlatformView) countReached(assignment *v1alpha1.PlatformAssignment) int {
	catalogs := map[string]struct{}{}
	for i := range assignment.Spec.Grants {
		if catalog, known := v.catalogs[assignment.Spec.Grants[i].RoleRef.Name]; known {
			catalogs[catalog] = struct{}{}
		}
	}
	reached := 0
	for catalog := range catalogs {
		for _, organization := range v.organizations[catalog] {
			if v.reaches(intake.PlatformAssignment(assignment, organization.Labels).Grants, catalog) {
				reached++
			}
		}
	}
	return reached
}

// reaches reports whether any grant gives a role of a catalog to an organization of that catalog.
func (v *PlatformView) reaches(grants []model.PlatformGrant, catalog string) bool {
	return slices.ContainsFunc(grants, func(grant model.PlatformGrant) bool {
		of, known := v.catalogs[grant.Role]
		return known && of == catalog && grant.Picks
	})
}
