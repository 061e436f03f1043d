// SPDX-License-Identifier: Apache-2.0

package snapshot_test

import (
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/snapshot"
)

func TestIndexIsCompiledOnce(t *testing.T) {
	s := build("north")
	if compiled := s.Index(); compiled == nil || s.Index() != compiled {
		t.Error("it is compiled twice, or not at all")
	}
	if _, known := s.Index().Unit("north"); !known {
		t.Error("it lacks the units of the organization")
	}
	if snapshot.Build(key, &intake.Members{Roles: make([]v1alpha1.Role, 1)}).Index() != nil {
		t.Error("there is an index without an organization")
	}
}

func TestASnapshotHoldsItsChains(t *testing.T) {
	chain := v1alpha1.ApprovalChain{ObjectMeta: metav1.ObjectMeta{Namespace: key.Namespace, Name: "offers", UID: "7", Generation: 2}}
	giving := v1alpha1.ApprovalRequest{ObjectMeta: metav1.ObjectMeta{Namespace: key.Namespace, Name: "night", UID: "8", Generation: 1}}
	s := snapshot.Build(key, &intake.Members{
		Organization: build().Organization, Catalog: &v1alpha1.PermissionCatalog{},
		Chains: []v1alpha1.ApprovalChain{chain}, Requests: []v1alpha1.ApprovalRequest{giving},
	})
	if chain := s.Chains["offers"]; chain == nil || chain.UID != "7" || len(s.Chains) != 1 {
		t.Errorf("it holds %v", s.Chains)
	}
	if !s.IsCurrentFor(&chain) || !s.IsCurrentFor(&giving) {
		t.Error("it is not current for its chain or its request")
	}
	chain.Generation++
	if s.IsCurrentFor(&chain) {
		t.Error("it is current for a chain that was changed later")
	}
}
