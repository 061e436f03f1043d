// SPDX-License-Identifier: Apache-2.0

package accessrequest

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/rolewright/rolewright/api/v1alpha1"
	"github.com/rolewright/rolewright/internal/requests"
	"github.com/rolewright/rolewright/pkg/permissions/access"
)

const (
	// AnnotationRecord holds what a task is bound to, sealed: anyone who writes requests otherwise can neither make one nor read it.
	AnnotationRecord = "rolewright.dev/access-request"
	// LabelIdempotency holds a keyed hash of the caller and the Idempotency-Key, by which a repeated request finds the first one.
	LabelIdempotency = "rolewright.dev/access-request-key"

	taskPrefix     = "arq-"
	approvalPrefix = "apr-"
)

// record is what a task is bound to. It lies in an annotation of the ApprovalRequest, so that every replica knows it, and goes with it.
type record struct {
	question

	// Task is the name of the request, in the namespace of an organization: copied to another, the record counts for nothing.
	Task         string `json:"task"`
	Namespace    string `json:"namespace"`
	Organization string `json:"organization"`
	// Spec is the digest of what is asked for.
	Spec string `json:"spec"`
	// Approval identifies the approval, once there is one.
	Approval     string         `json:"approval"`
	EvaluationID string         `json:"evaluation_id"`
	Caller       string         `json:"caller"`
	Client       map[string]any `json:"client,omitempty"`
	// Body is the digest of the submission, and Key the hash of the Idempotency-Key it came with; empty without one.
	Body string `json:"body"`
	Key  string `json:"key,omitempty"`
	// Callback is whom to tell of the end; nil for nobody.
	Callback *callback `json:"callback,omitempty"`
}

// taskName returns the name of the request that a binding token opens: there is only one, whatever replica takes it.
func (s *Service) taskName(b *binding, where place) string {
	sum := s.options.Keys.macs("task", where.namespace, where.organization, b.ID)[b.keyID]
	return taskPrefix + strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(sum[:20]))
}

// keyHashes returns the hashes of an Idempotency-Key of a caller, by each key; the first is what new requests carry. There are none without
// one.
func (s *Service) keyHashes(where place, caller, key string) []string {
	if key == "" {
		return nil
	}
	var hashes []string
	sums := s.options.Keys.macs("idempotency", where.namespace, where.organization, caller, key)
	for _, known := range s.options.Keys.keys.Load().keys {
		if sum, there := sums[known.id]; there {
			hashes = append(hashes, hex.EncodeToString(sum[:20]))
		}
	}
	return hashes
}

// newRequest returns the request to create for a submission, as the caller writes it.
func (x *exchange) newRequest(sub *submission, b *binding, found *way, key string) (*v1alpha1.ApprovalRequest, error) {
	request := requests.By(v1alpha1.UserID(x.caller.Username), specOf(found, x.where.organization))
	request.Name, request.Namespace = x.service.taskName(b, x.where), x.where.namespace
	r := &record{
		question: b.question, Task: request.Name, Namespace: x.where.namespace, Organization: x.where.organization, Spec: digest(&request.Spec),
		Approval: approvalPrefix + rand.Text(), EvaluationID: b.EvaluationID, Caller: x.caller.Username, Client: sub.client,
		Body: digest(sub.body), Key: key, Callback: sub.callback,
	}
	sealed, err := x.service.options.Keys.seal(r)
	if err != nil {
		return nil, err
	}
	metav1.SetMetaDataAnnotation(&request.ObjectMeta, AnnotationRecord, sealed)
	if key != "" {
		metav1.SetMetaDataLabel(&request.ObjectMeta, LabelIdempotency, key)
	}
	return request, nil
}

// specOf returns what a way asks for.
func specOf(found *way, organization string) *v1alpha1.ApprovalRequestSpec {
	input := found.input
	spec := &v1alpha1.ApprovalRequestSpec{
		OrganizationRef: v1alpha1.OrganizationReference{Name: organization},
		RequestType:     v1alpha1.Name(input.RequestType), Requester: v1alpha1.UserID(input.Requester), Unit: v1alpha1.Name(input.Unit),
		Attributes: attributes(input), Justification: v1alpha1.Description(input.Justification),
		Grant: &v1alpha1.RequestedGrant{RoleRef: requests.ParseRole(input.Grant.Role), DurationSeconds: int32(input.Grant.DurationSeconds)},
	}
	return spec
}

func attributes(input *access.ApprovalInput) v1alpha1.Attributes {
	if len(input.Attributes) == 0 {
		return nil
	}
	made := v1alpha1.Attributes{}
	for name, value := range input.Attributes {
		raw, err := json.Marshal(value)
		if err != nil {
			continue // values of dimensions are texts
		}
		made[name] = apiextensionsv1.JSON{Raw: raw}
	}
	return made
}

// digest returns a digest of a value as JSON, in which neither white space nor the order of members counts.
func digest(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// recordOf returns the record of a request, or nil if the request was not made through the profile, or is not as it was made.
func (s *Service) recordOf(request *v1alpha1.ApprovalRequest, where place) *record {
	var r record
	if err := s.options.Keys.open(request.Annotations[AnnotationRecord], &r); err != nil ||
		r.Task != request.Name || r.Namespace != request.Namespace || r.Namespace != where.namespace || r.Organization != where.organization ||
		request.Spec.OrganizationRef.Name != where.organization || r.Spec != digest(&request.Spec) {
		return nil
	}
	return &r
}

// matches reports whether a submission with an Idempotency-Key is the one that made the task.
func (r *record) matches(sub *submission, caller string, keys []string) bool {
	return r.Caller == caller && r.Body == digest(sub.body) && (r.Key == "" && len(keys) == 0 || slices.Contains(keys, r.Key))
}
