// SPDX-License-Identifier: Apache-2.0

package publish

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/rolewright/rolewright/pkg/permissions/document"
)

const (
	// MaxBytes bounds what one ConfigMap holds of a document: all of it, one shard, or the index. The API server takes 1 MiB
	// for the data of one; the rest is for what stands beside that, and for what labels and owners add.
	MaxBytes = 900 << 10
	// ShardBytes is above what the members of a shard are parted. The change of a user is written with all that share the
	// shard, so it should be small: with a user of a common size it stays below 256 KiB, also when the shard is parted by
	// the change. And it should be large, as every shard takes 200 bytes of the index, which is written with every change.
	ShardBytes = 200 << 10
)

// limits bound a document in one piece, what one ConfigMap holds, and the members of a shard. Tests use smaller ones.
type limits struct{ whole, configMap, shard int }

// TooLargeError says what does not fit one ConfigMap.
type TooLargeError struct {
	// What is too large, such as: user "ann".
	What string
	// Bytes is how much it takes, of at most Limit.
	Bytes, Limit int
}

// Error implements error.
func (e *TooLargeError) Error() string {
	return fmt.Sprintf("%s takes %d bytes; one ConfigMap holds at most %d", e.What, e.Bytes, e.Limit)
}

// Encoded is a document in the form in which it is published.
type Encoded struct {
	// Digest and Bytes are of the whole document.
	Digest string
	Bytes  int
	// Counts says how much the document holds.
	Counts document.Counts
	// Shards lie in ConfigMaps of their own. There are none where the document fits beside the index.
	Shards []Shard

	namespace, organization string
	// text is the document where it lies beside the index.
	text  string
	parts []document.Part
}

// Encode writes a document, in one piece if it fits one ConfigMap, else in shards. The error is a *TooLargeError when one
// member of the document does not fit one ConfigMap, or when the shards are more than an index can name.
func Encode(doc *document.Document) (*Encoded, error) {
	return new(Memory).Encode(doc, nil, true)
}

// Data returns the data of the ConfigMap that readers begin with, for one revision: uid is the organization's, at the time
// of publication.
func (e *Encoded) Data(uid string, revision int64, at time.Time) (map[string]string, error) {
	index, err := e.index(uid, revision, at)
	if err != nil {
		return nil, err
	}
	data := map[string]string{document.PublicationKey: index}
	if len(e.Shards) == 0 {
		data[document.DocumentKey] = e.text
	}
	return data, nil
}

func (e *Encoded) index(uid string, revision int64, at time.Time) (string, error) {
	index, err := json.MarshalIndent(document.Publication{
		Schema:    document.PublicationSchemaV1,
		Namespace: e.namespace, Organization: e.organization, UID: uid,
		Revision: revision, PublishedAt: at.UTC().Truncate(time.Second), Counts: e.Counts, Parts: e.parts,
	}, "", "  ")
	return string(index) + "\n", err
}
