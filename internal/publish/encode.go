// SPDX-License-Identifier: Apache-2.0

package publish

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/rolewright/rolewright/pkg/permissions"
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
	Counts permissions.Counts
	// Shards lie in ConfigMaps of their own. There are none where the document fits beside the index.
	Shards []Shard

	namespace, organization string
	// text is the document where it lies beside the index.
	text  string
	parts []permissions.Part
}

// Encode writes a document, in one piece if it fits one ConfigMap, else in shards. The error is a *TooLargeError when one
// member of the document does not fit one ConfigMap, or when the shards are more than an index can name.
func Encode(document *permissions.Document) (*Encoded, error) {
	return encode(document, limits{whole: MaxBytes, configMap: MaxBytes, shard: ShardBytes})
}

func encode(document *permissions.Document, limit limits) (*Encoded, error) {
	base, err := document.EncodeBase()
	if err != nil {
		return nil, err
	}
	sections, err := write(document)
	if err != nil {
		return nil, err
	}
	encoded := &Encoded{Counts: document.Counts(), namespace: document.Namespace, organization: document.Organization}
	if wholeSize(base, sections) <= limit.whole {
		encoded.inOnePiece(base, sections)
	} else if err := encoded.inShards(base, sections, limit); err != nil {
		return nil, err
	}
	encoded.Digest = (&permissions.Publication{Parts: encoded.parts}).Digest()
	return encoded, nil
}

// inOnePiece takes the document as one text.
func (e *Encoded) inOnePiece(base []byte, sections []section) {
	e.text = whole(base, sections)
	e.Bytes = len(e.text)
	e.parts = []permissions.Part{{Name: permissions.DocumentKey, Digest: permissions.Digest([]byte(e.text)), Bytes: e.Bytes}}
}

// inShards takes the document as a shard for the base and some for each section.
func (e *Encoded) inShards(base []byte, sections []section, limit limits) error {
	if len(base) > limit.configMap {
		return &TooLargeError{What: "what is said of the catalog", Bytes: len(base), Limit: limit.configMap}
	}
	e.take("base", string(base))
	for _, section := range sections {
		for _, members := range split(section.members, limit.shard) {
			text := fragment(section.key, members)
			if len(text) > limit.configMap {
				return &TooLargeError{What: fmt.Sprintf("%s %q", section.noun, members[0].name), Bytes: len(text), Limit: limit.configMap}
			}
			e.take(section.key, text)
		}
	}
	index, err := e.index("00000000-0000-0000-0000-000000000000", 1<<53, time.Time{})
	if err != nil {
		return err
	}
	if len(index) > limit.configMap {
		return &TooLargeError{What: fmt.Sprintf("the index of %d shards", len(e.Shards)), Bytes: len(index), Limit: limit.configMap}
	}
	return nil
}

// take adds a shard.
func (e *Encoded) take(section, text string) {
	shard := newShard(e.organization, section, text)
	e.Shards = append(e.Shards, shard)
	e.parts = append(e.parts, shard.Part)
	e.Bytes += shard.Bytes
}

// Data returns the data of the ConfigMap that readers begin with, for one revision: uid is the organization's, at the time
// of publication.
func (e *Encoded) Data(uid string, revision int64, at time.Time) (map[string]string, error) {
	index, err := e.index(uid, revision, at)
	if err != nil {
		return nil, err
	}
	data := map[string]string{permissions.PublicationKey: index}
	if len(e.Shards) == 0 {
		data[permissions.DocumentKey] = e.text
	}
	return data, nil
}

func (e *Encoded) index(uid string, revision int64, at time.Time) (string, error) {
	index, err := json.MarshalIndent(permissions.Publication{
		Schema:    permissions.PublicationSchemaV1,
		Namespace: e.namespace, Organization: e.organization, UID: uid,
		Revision: revision, PublishedAt: at.UTC().Truncate(time.Second), Counts: e.Counts, Parts: e.parts,
	}, "", "  ")
	return string(index) + "\n", err
}
