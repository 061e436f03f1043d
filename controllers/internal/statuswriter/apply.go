// SPDX-License-Identifier: Apache-2.0

package statuswriter

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	metav1ac "k8s.io/client-go/applyconfigurations/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	ac "github.com/rolewright/rolewright/api/v1alpha1/applyconfiguration/api/v1alpha1"
)

func organization(current *v1alpha1.Organization, desired *v1alpha1.OrganizationStatus) *ac.OrganizationApplyConfiguration {
	status := ac.OrganizationStatus().
		WithObservedGeneration(desired.ObservedGeneration).
		WithConditions(conditions(desired.Conditions)...)
	status.OmittedFindings = desired.OmittedFindings
	if counts := desired.Counts; counts != nil {
		status.Counts = &ac.OrganizationCountsApplyConfiguration{
			Units: counts.Units, Roles: counts.Roles, Users: counts.Users, Grants: counts.Grants,
		}
	}
	if publication := desired.Publication; publication != nil {
		status.WithPublication(ac.Publication().
			WithConfigMapName(publication.ConfigMapName).
			WithRevision(publication.Revision).
			WithDigest(publication.Digest).
			WithBytes(publication.Bytes).
			WithPublishedAt(publication.PublishedAt))
	}
	for i := range desired.Findings {
		finding := &desired.Findings[i]
		applied := ac.FindingStatus().
			WithReason(finding.Reason).WithSeverity(finding.Severity).WithObject(finding.Object).WithMessage(finding.Message)
		if finding.Field != "" {
			applied.WithField(finding.Field)
		}
		status.WithFindings(applied)
	}
	return ac.Organization(current.Name, current.Namespace).
		WithUID(current.UID).WithResourceVersion(current.ResourceVersion).WithStatus(status)
}

func role(current *v1alpha1.Role, desired *v1alpha1.RoleStatus) *ac.RoleApplyConfiguration {
	status := ac.RoleStatus().
		WithObservedGeneration(desired.ObservedGeneration).
		WithConditions(conditions(desired.Conditions)...)
	status.OmittedPermissions = desired.OmittedPermissions
	status.PermissionCount = desired.PermissionCount
	status.Holders = desired.Holders
	status.WithPermissions(rolePermissions(desired.Permissions)...)
	return ac.Role(current.Name, current.Namespace).
		WithUID(current.UID).WithResourceVersion(current.ResourceVersion).WithStatus(status)
}

func platformRole(current *v1alpha1.PlatformRole, desired *v1alpha1.PlatformRoleStatus) *ac.PlatformRoleApplyConfiguration {
	status := ac.PlatformRoleStatus().
		WithObservedGeneration(desired.ObservedGeneration).
		WithConditions(conditions(desired.Conditions)...)
	status.OmittedPermissions = desired.OmittedPermissions
	status.PermissionCount = desired.PermissionCount
	status.Organizations = desired.Organizations
	status.WithPermissions(rolePermissions(desired.Permissions)...)
	return ac.PlatformRole(current.Name).
		WithUID(current.UID).WithResourceVersion(current.ResourceVersion).WithStatus(status)
}

func rolePermissions(desired []v1alpha1.RolePermission) []*ac.RolePermissionApplyConfiguration {
	applied := make([]*ac.RolePermissionApplyConfiguration, 0, len(desired))
	for i := range desired {
		applied = append(applied, ac.RolePermission().WithName(desired[i].Name).WithWhen(desired[i].When...))
	}
	return applied
}

func platformAssignment(
	current *v1alpha1.PlatformAssignment, desired *v1alpha1.PlatformAssignmentStatus,
) *ac.PlatformAssignmentApplyConfiguration {
	status := ac.PlatformAssignmentStatus().
		WithObservedGeneration(desired.ObservedGeneration).
		WithConditions(conditions(desired.Conditions)...).
		WithSummary(desired.Summary)
	status.Organizations = desired.Organizations
	return ac.PlatformAssignment(current.Name).
		WithUID(current.UID).WithResourceVersion(current.ResourceVersion).WithStatus(status)
}

func group(current *v1alpha1.UserGroup, desired *v1alpha1.UserGroupStatus) *ac.UserGroupApplyConfiguration {
	status := ac.UserGroupStatus().
		WithObservedGeneration(desired.ObservedGeneration).
		WithConditions(conditions(desired.Conditions)...).
		WithSummary(desired.Summary)
	status.Members = desired.Members
	return ac.UserGroup(current.Name, current.Namespace).
		WithUID(current.UID).WithResourceVersion(current.ResourceVersion).WithStatus(status)
}

func assignment(current *v1alpha1.UserAssignment, desired *v1alpha1.UserAssignmentStatus) *ac.UserAssignmentApplyConfiguration {
	status := ac.UserAssignmentStatus().
		WithObservedGeneration(desired.ObservedGeneration).
		WithConditions(conditions(desired.Conditions)...)
	status.OmittedPermissions = desired.OmittedPermissions
	if desired.Summary != "" {
		status.WithSummary(desired.Summary)
	}
	for i := range desired.Effective {
		scope := &desired.Effective[i]
		applied := ac.EffectiveScope().WithScope(scope.Scope).WithRevoked(scope.Revoked...)
		applied.NotBefore, applied.NotAfter = scope.NotBefore, scope.NotAfter
		for j := range scope.Permissions {
			permission := &scope.Permissions[j]
			applied.WithPermissions(ac.EffectivePermission().
				WithName(permission.Name).WithWhen(permission.When...).WithFrom(permission.From...))
		}
		status.WithEffective(applied)
	}
	return ac.UserAssignment(current.Name, current.Namespace).
		WithUID(current.UID).WithResourceVersion(current.ResourceVersion).WithStatus(status)
}

func catalog(current *v1alpha1.PermissionCatalog, desired *v1alpha1.PermissionCatalogStatus) *ac.PermissionCatalogApplyConfiguration {
	status := ac.PermissionCatalogStatus().
		WithObservedGeneration(desired.ObservedGeneration).
		WithConditions(conditions(desired.Conditions)...)
	status.Permissions = desired.Permissions
	status.Organizations = desired.Organizations
	return ac.PermissionCatalog(current.Name).
		WithUID(current.UID).WithResourceVersion(current.ResourceVersion).WithStatus(status)
}

func conditions(desired []metav1.Condition) []*metav1ac.ConditionApplyConfiguration {
	applied := make([]*metav1ac.ConditionApplyConfiguration, 0, len(desired))
	for i := range desired {
		condition := &desired[i]
		applied = append(applied, metav1ac.Condition().
			WithType(condition.Type).
			WithStatus(condition.Status).
			WithReason(condition.Reason).
			WithMessage(condition.Message).
			WithObservedGeneration(condition.ObservedGeneration).
			WithLastTransitionTime(condition.LastTransitionTime))
	}
	return applied
}
