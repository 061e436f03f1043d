// SPDX-License-Identifier: Apache-2.0

package snapshot_test

import (
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/snapshot"
)

func TestAnIndexIsMadeOnceOfADocument(t *testing.T) {
	s := take("north")
	if made := s.Index(); made == nil || s.Index() != made {
		t.Error("it is made anew, or not at all")
	}
	if _, known := s.Index().Unit("north"); !known {
		t.Error("it does not know the units of the organization")
	}
	if snapshot.Build(key, &intake.Members{Roles: make([]v1alpha1.Role, 1)}).Index() != nil {
		t.Error("there is one of no organization")
	}
}

func TestASnapshotKeepsTheChainsThatItWasTakenOf(t *testing.T) {
	chain := v1alpha1.ApprovalChain{ObjectMeta: metav1.ObjectMeta{Namespace: key.Namespace, Name: "offers", UID: "7", Generation: 2}}
	giving := v1alpha1.ApprovalRequest{ObjectMeta: metav1.ObjectMeta{Namespace: key.Namespace, Name: "night", UID: "8", Generation: 1}}
	s := snapshot.Build(key, &intake.Members{
		Organization: take().Organization, Catalog: &v1alpha1.PermissionCatalog{},
		Chains: []v1alpha1.ApprovalChain{chain}, Requests: []v1alpha1.ApprovalRequest{giving},
	})
	if kept := s.Chains["offers"]; kept == nil || kept.UID != "7" || len(s.Chains) != 1 {
		t.Errorf("it keeps %v", s.Chains)
	}
	if !s.IsCurrentFor(&chain) || !s.IsCurrentFor(&giving) {
		t.Error("it does not speak of the chain or of the request")
	}
	chain.Generation++
	if s.IsCurrentFor(&chain) {
		t.Error("it speaks of a chain that was changed later")
	}
}
