// SPDX-License-Identifier: Apache-2.0

package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// ConditionTypes returns the types of the conditions that the manager sets. Conditions of other types are not its own.
func ConditionTypes() []string {
	return []string{
		ConditionReady, ConditionResolvedRefs, ConditionStalled, ConditionPublished, ConditionCovered,
		ConditionApproved, ConditionDenied, ConditionCompleted, ConditionGranted, ConditionCounted,
	}
}

// The status of every kind returns its conditions, so that one function can write the status of any kind.

// GetConditions returns the conditions of the status, which the caller may change.
func (s *PermissionCatalogStatus) GetConditions() *[]metav1.Condition { return &s.Conditions }

// GetConditions returns the conditions of the status, which the caller may change.
func (s *OrganizationStatus) GetConditions() *[]metav1.Condition { return &s.Conditions }

// GetConditions returns the conditions of the status, which the caller may change.
func (s *OrganizationStructureStatus) GetConditions() *[]metav1.Condition { return &s.Conditions }

// GetConditions returns the conditions of the status, which the caller may change.
func (s *RoleStatus) GetConditions() *[]metav1.Condition { return &s.Conditions }

// GetConditions returns the conditions of the status, which the caller may change.
func (s *PlatformRoleStatus) GetConditions() *[]metav1.Condition { return &s.Conditions }

// GetConditions returns the conditions of the status, which the caller may change.
func (s *UserAssignmentStatus) GetConditions() *[]metav1.Condition { return &s.Conditions }

// GetConditions returns the conditions of the status, which the caller may change.
func (s *UserGroupStatus) GetConditions() *[]metav1.Condition { return &s.Conditions }

// GetConditions returns the conditions of the status, which the caller may change.
func (s *PlatformAssignmentStatus) GetConditions() *[]metav1.Condition { return &s.Conditions }

// GetConditions returns the conditions of the status, which the caller may change.
func (s *ApprovalChainStatus) GetConditions() *[]metav1.Condition { return &s.Conditions }

// GetConditions returns the conditions of the status, which the caller may change.
func (s *ApprovalRequestStatus) GetConditions() *[]metav1.Condition { return &s.Conditions }

// GetConditions returns the conditions of the status, which the caller may change.
func (s *ApprovalDecisionStatus) GetConditions() *[]metav1.Condition { return &s.Conditions }
