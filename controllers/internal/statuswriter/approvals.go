// SPDX-License-Identifier: Apache-2.0

package statuswriter

import (
	"context"
	"encoding/json"
	"fmt"

	"k8s.io/apimachinery/pkg/api/equality"

	"github.com/rolewright/rolewright/api/v1alpha1"
	ac "github.com/rolewright/rolewright/api/v1alpha1/applyconfiguration/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/status"
)

// Chain writes the status of an approval chain, if it differs.
func (w *Writer) Chain(ctx context.Context, current *v1alpha1.ApprovalChain, desired v1alpha1.ApprovalChainStatus) error {
	former := current.Status
	former.Conditions = status.Own(former.Conditions)
	if equality.Semantic.DeepEqual(former, desired) {
		return nil
	}
	applied := ac.ApprovalChain(current.Name, current.Namespace).WithUID(current.UID).WithResourceVersion(current.ResourceVersion)
	applied.Status = &ac.ApprovalChainStatusApplyConfiguration{}
	if err := translate(&desired, applied.Status); err != nil {
		return err
	}
	return w.write(ctx, current, applied, former.Conditions, desired.Conditions)
}

// Request writes the status of an approval request, if it differs. Its events say more than its conditions, and are not sent
// from here.
func (w *Writer) Request(ctx context.Context, current *v1alpha1.ApprovalRequest, desired v1alpha1.ApprovalRequestStatus) error {
	former := current.Status
	former.Conditions = status.Own(former.Conditions)
	if equality.Semantic.DeepEqual(former, desired) {
		return nil
	}
	applied := ac.ApprovalRequest(current.Name, current.Namespace).WithUID(current.UID).WithResourceVersion(current.ResourceVersion)
	applied.Status = &ac.ApprovalRequestStatusApplyConfiguration{}
	if err := translate(&desired, applied.Status); err != nil {
		return err
	}
	return w.write(ctx, current, applied, nil, nil)
}

// Decision writes the status of an approval decision, if it differs.
func (w *Writer) Decision(ctx context.Context, current *v1alpha1.ApprovalDecision, desired v1alpha1.ApprovalDecisionStatus) error {
	former := current.Status
	former.Conditions = status.Own(former.Conditions)
	if equality.Semantic.DeepEqual(former, desired) {
		return nil
	}
	applied := ac.ApprovalDecision(current.Name, current.Namespace).WithUID(current.UID).WithResourceVersion(current.ResourceVersion)
	applied.Status = &ac.ApprovalDecisionStatusApplyConfiguration{}
	if err := translate(&desired, applied.Status); err != nil {
		return err
	}
	return w.write(ctx, current, applied, former.Conditions, desired.Conditions)
}

// translate turns a status into its apply configuration, whose fields have the same names: a request's is too deep to be
// written out field by field.
func translate(desired, applied any) error {
	data, err := json.Marshal(desired)
	if err == nil {
		err = json.Unmarshal(data, applied)
	}
	if err != nil {
		return fmt.Errorf("translating a %T: %w", desired, err)
	}
	return nil
}
