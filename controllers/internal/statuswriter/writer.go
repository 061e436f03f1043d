// SPDX-License-Identifier: Apache-2.0

package statuswriter

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/recorder"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/status"
)

// FieldManager owns what the manager writes.
const FieldManager = "rolewright"

// maxNote bounds the note of an event, in bytes.
const maxNote = 1024

// Writer writes statuses.
type Writer struct {
	Client   client.Client
	Recorder recorder.EventRecorder
}

// Organization writes the status of an organization, if it differs.
func (w *Writer) Organization(ctx context.Context, current *v1alpha1.Organization, desired v1alpha1.OrganizationStatus) error {
	former := current.Status
	former.Conditions = status.Own(former.Conditions)
	if equality.Semantic.DeepEqual(former, desired) {
		return nil
	}
	return w.write(ctx, current, organization(current, &desired), former.Conditions, desired.Conditions)
}

// Role writes the status of a role, if it differs.
func (w *Writer) Role(ctx context.Context, current *v1alpha1.Role, desired v1alpha1.RoleStatus) error {
	former := current.Status
	former.Conditions = status.Own(former.Conditions)
	if equality.Semantic.DeepEqual(former, desired) {
		return nil
	}
	return w.write(ctx, current, role(current, &desired), former.Conditions, desired.Conditions)
}

// Assignment writes the status of a user assignment, if it differs.
func (w *Writer) Assignment(ctx context.Context, current *v1alpha1.UserAssignment, desired v1alpha1.UserAssignmentStatus) error {
	former := current.Status
	former.Conditions = status.Own(former.Conditions)
	if equality.Semantic.DeepEqual(former, desired) {
		return nil
	}
	return w.write(ctx, current, assignment(current, &desired), former.Conditions, desired.Conditions)
}

// Catalog writes the status of a catalog, if it differs.
func (w *Writer) Catalog(ctx context.Context, current *v1alpha1.PermissionCatalog, desired v1alpha1.PermissionCatalogStatus) error {
	former := current.Status
	former.Conditions = status.Own(former.Conditions)
	if equality.Semantic.DeepEqual(former, desired) {
		return nil
	}
	return w.write(ctx, current, catalog(current, &desired), former.Conditions, desired.Conditions)
}

// Group writes the status of a user group, if it differs.
func (w *Writer) Group(ctx context.Context, current *v1alpha1.UserGroup, desired v1alpha1.UserGroupStatus) error {
	former := current.Status
	former.Conditions = status.Own(former.Conditions)
	if equality.Semantic.DeepEqual(former, desired) {
		return nil
	}
	return w.write(ctx, current, group(current, &desired), former.Conditions, desired.Conditions)
}

// PlatformRole writes the status of a platform role, if it differs.
func (w *Writer) PlatformRole(ctx context.Context, current *v1alpha1.PlatformRole, desired v1alpha1.PlatformRoleStatus) error {
	former := current.Status
	former.Conditions = status.Own(former.Conditions)
	if equality.Semantic.DeepEqual(former, desired) {
		return nil
	}
	return w.write(ctx, current, platformRole(current, &desired), former.Conditions, desired.Conditions)
}

// PlatformAssignment writes the status of a platform assignment, if it differs.
func (w *Writer) PlatformAssignment(
	ctx context.Context, current *v1alpha1.PlatformAssignment, desired v1alpha1.PlatformAssignmentStatus,
) error {
	former := current.Status
	former.Conditions = status.Own(former.Conditions)
	if equality.Semantic.DeepEqual(former, desired) {
		return nil
	}
	return w.write(ctx, current, platformAssignment(current, &desired), former.Conditions, desired.Conditions)
}

// write applies a status. An object that is gone needs none.
func (w *Writer) write(
	ctx context.Context, object client.Object, applied runtime.ApplyConfiguration, before, after []metav1.Condition,
) error {
	err := w.Client.Status().Apply(ctx, applied, client.FieldOwner(FieldManager), client.ForceOwnership)
	if err != nil {
		if client.IgnoreNotFound(err) == nil {
			return nil
		}
		return fmt.Errorf("writing the status of %T %s: %w", object, client.ObjectKeyFromObject(object), err)
	}
	w.tell(object, before, after)
	return nil
}

// tell sends an event for every condition whose status or reason changed.
func (w *Writer) tell(object client.Object, before, after []metav1.Condition) {
	for _, condition := range after {
		former := meta.FindStatusCondition(before, condition.Type)
		if former != nil && former.Status == condition.Status && former.Reason == condition.Reason {
			continue
		}
		kind, reason := corev1.EventTypeNormal, condition.Reason
		if condition.Status != metav1.ConditionTrue {
			kind = corev1.EventTypeWarning
		}
		w.Recorder.Eventf(object, nil, kind, reason, condition.Type, "%s", note(condition.Message))
	}
}

// note cuts a message to what an event takes, at the end of a character.
func note(message string) string {
	if len(message) <= maxNote {
		return message
	}
	const mark = "…"
	end := 0
	for at := range message {
		if at > maxNote-len(mark) {
			break
		}
		end = at
	}
	return message[:end] + mark
}
