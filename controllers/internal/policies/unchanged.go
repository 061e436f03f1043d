// SPDX-License-Identifier: Apache-2.0

package policies

import (
	"context"
	"fmt"
	"time"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// readChanges reads from when on the API server has enforced a policy as it is now, if it does, which is some time after the policy and its
// binding were last changed, and their version. The error says what is missing, or not known.
func (p *Prober) readChanges(ctx context.Context, found *finding) (missing bool, err error) {
	var version []byte
	for _, object := range []client.Object{
		&admissionregistrationv1.ValidatingAdmissionPolicy{TypeMeta: metav1.TypeMeta{Kind: "ValidatingAdmissionPolicy"}},
		&admissionregistrationv1.ValidatingAdmissionPolicyBinding{TypeMeta: metav1.TypeMeta{Kind: "ValidatingAdmissionPolicyBinding"}},
	} {
		kind := object.GetObjectKind().GroupVersionKind().Kind
		switch err := p.API.Get(ctx, client.ObjectKey{Name: found.policy}, object); {
		case apierrors.IsNotFound(err):
			return true, fmt.Errorf("the %s of that name is missing: apply config/admission", kind)
		case err != nil:
			return false, fmt.Errorf("reading the %s: %w", kind, err)
		case !object.GetDeletionTimestamp().IsZero():
			return true, fmt.Errorf("the %s is being deleted: apply config/admission", kind)
		}
		changed, known := changedAt(object)
		if !known {
			return false, fmt.Errorf("the %s was changed, and its managedFields do not say when: delete it, and apply config/admission", kind)
		}
		if settled := changed.Add(p.Settling); settled.After(found.since) {
			found.since = settled
		}
		version = fmt.Appendf(version, "%s/%d ", object.GetUID(), object.GetGeneration())
	}
	found.version = string(version)
	return false, nil
}

// changedAt returns when an object was last changed apart from its status, by the clock of the API server, and whether that is known.
func changedAt(object client.Object) (changed time.Time, known bool) {
	changed = object.GetCreationTimestamp().Time
	entries := 0
	for _, entry := range object.GetManagedFields() {
		switch {
		case entry.Subresource != "":
			continue
		case entry.Time == nil:
			return changed, false
		case entry.Time.After(changed):
			changed = entry.Time.Time
		}
		entries++
	}
	return changed, entries > 0 || object.GetGeneration() == 1
}
