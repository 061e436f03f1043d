// SPDX-License-Identifier: Apache-2.0

package publish

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/rolewright/rolewright/pkg/permissions"
)

// MaxBytes bounds a document that is published in one ConfigMap. The API server takes 1 MiB for the data of one; the rest
// is for the index and for what labels and owners add.
const MaxBytes = 900 << 10

// TooLargeError says that a document does not fit one ConfigMap.
type TooLargeError struct {
	// Bytes is the size of the document.
	Bytes int
}

// Error implements error.
func (e *TooLargeError) Error() string {
	return fmt.Sprintf("the document has %d bytes; one ConfigMap takes at most %d", e.Bytes, MaxBytes)
}

// Encoded is a document in the form in which it is published.
type Encoded struct {
	// Digest and Bytes are of the document.
	Digest string
	Bytes  int
	// Counts says how much the document holds.
	Counts permissions.Counts

	namespace, organization, text string
}

// Encode writes a document. The error is a *TooLargeError when it does not fit one ConfigMap.
func Encode(document *permissions.Document) (*Encoded, error) {
	text, err := document.Encode()
	if err != nil {
		return nil, err
	}
	if len(text) > MaxBytes {
		return nil, &TooLargeError{Bytes: len(text)}
	}
	return &Encoded{
		Digest: permissions.Digest(text), Bytes: len(text), Counts: document.Counts(),
		namespace: document.Namespace, organization: document.Organization, text: string(text),
	}, nil
}

// Data returns the data of the ConfigMap for one revision: uid is the organization's, at the time of publication.
func (e *Encoded) Data(uid string, revision int64, at time.Time) (map[string]string, error) {
	index, err := json.MarshalIndent(permissions.Publication{
		Schema:    permissions.PublicationSchemaV1,
		Namespace: e.namespace, Organization: e.organization, UID: uid,
		Revision: revision, PublishedAt: at.UTC().Truncate(time.Second), Counts: e.Counts,
		Parts: []permissions.Part{{Name: permissions.DocumentKey, Digest: e.Digest, Bytes: e.Bytes}},
	}, "", "  ")
	if err != nil {
		return nil, err
	}
	return map[string]string{permissions.PublicationKey: string(index) + "\n", permissions.DocumentKey: e.text}, nil
}
