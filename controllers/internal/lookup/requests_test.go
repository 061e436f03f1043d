// SPDX-License-Identifier: Apache-2.0

package lookup

import (
	"fmt"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	toolscache "k8s.io/client-go/tools/cache"

	"github.com/rolewright/rolewright/api/v1alpha1"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// request is one of a user, made so many minutes after noon.
func request(namespace, uid, requester string, minutes int, status v1alpha1.ApprovalRequestStatus) *v1alpha1.ApprovalRequest {
	return &v1alpha1.ApprovalRequest{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: namespace, Name: uid, UID: types.UID(uid), CreationTimestamp: metav1.NewTime(noon.Add(time.Duration(minutes) * time.Minute)),
		},
		Spec: v1alpha1.ApprovalRequestSpec{Requester: v1alpha1.UserID(requester)}, Status: status,
	}
}

// refused is the status of a request that was refused so many minutes after noon.
func refused(minutes int) v1alpha1.ApprovalRequestStatus {
	at := metav1.NewTime(noon.Add(time.Duration(minutes) * time.Minute))
	return v1alpha1.ApprovalRequestStatus{State: v1alpha1.RequestDenied, CompletionTime: &at}
}

func TestOlderRequestsOfTheSameRequester(t *testing.T) {
	open := v1alpha1.ApprovalRequestStatus{State: v1alpha1.RequestPending}
	opened := refused(31)
	opened.Chain = &v1alpha1.RequestChain{}
	indexer := toolscache.NewIndexer(toolscache.MetaNamespaceKeyFunc, requestIndexers)
	for _, object := range []*v1alpha1.ApprovalRequest{
		request("office", "new", "ann", 0, v1alpha1.ApprovalRequestStatus{}),
		request("office", "open", "ann", 1, open),
		request("office", "refused", "ann", 2, refused(30)),
		request("office", "denied-by-an-approver", "ann", 3, opened),
		request("office", "a", "ann", 10, open),
		request("office", "b", "ann", 10, open),
		request("office", "younger", "ann", 11, open),
		request("office", "of-another", "ben", 0, open),
		request("office", "of-one-with-an-odd-name", fmt.Sprintf("ann@%d", noon.Unix()/3600), 0, open),
		request("elsewhere", "in-another-namespace", "ann", 0, open),
	} {
		if err := indexer.Add(object); err != nil {
			t.Fatal(err)
		}
	}
	requests := &RequestCache{indexer: indexer}
	for minutes, want := range map[int]int{31: 4, 61: 4, 89: 4, 90: 3, 200: 3} {
		got, err := requests.Older(request("office", "b", "ann", 10, open), noon.Add(time.Duration(minutes)*time.Minute))
		if err != nil || got != want {
			t.Errorf("after %d minutes there are %d: %v", minutes, got, err)
		}
	}
}
