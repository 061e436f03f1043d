// SPDX-License-Identifier: Apache-2.0

package publish

import (
	"encoding/json"
	"fmt"
	"math"
	"time"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

const (
	// MaxBytes bounds what one ConfigMap holds of a document: all of it, one shard, or the index. The API server takes 1 MiB
	// for the data of one; the rest is for what stands beside that, and for what labels and owners add.
	MaxBytes = 900 << 10
	// WholeBytes is up to where a document is in one piece. Every change writes all of it, and every reader parses all of it
	// again; in shards, a reader makes one more request. Of the change of a user, a role or a unit, both cost about the same
	// here: BenchmarkForms.
	WholeBytes = 64 << 10
	// ShardBytes is above what the members of a shard are parted. The change of a user is written with all that share the
	// shard, so it should be small. And it should be large, as every shard takes 200 bytes of the index, which is written with
	// every change: with 16 KiB, that is more than the shard from 5,000 users on, with 200 KiB never below 100,000.
	ShardBytes = 64 << 10
	// UnpackedUsers is up to how many users their lines are kept as they are. Those of more are kept compressed, which costs the change of
	// one little beside all else that it takes with as many.
	UnpackedUsers = 20_000
)

// Limits bound what a document is published as, in bytes.
type Limits struct {
	// Whole bounds a document in one piece; a larger one is spread over shards. See In.
	Whole int
	// ConfigMap bounds what one ConfigMap holds: a shard, or the index.
	ConfigMap int
	// Shard bounds the lines of the members of a shard, unless it has a single member.
	Shard int
	// Unpacked is up to how many users the texts of their shards are kept as they are, for the next document.
	Unpacked int
}

// DefaultLimits returns the limits that suit a cluster.
func DefaultLimits() Limits {
	return Limits{Whole: WholeBytes, ConfigMap: MaxBytes, Shard: ShardBytes, Unpacked: UnpackedUsers}
}

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
	// lines are what the document was put together from.
	lines documentLines
}

// Encode writes a document, in one piece if it is small, else in shards. The error is a *TooLargeError when one
// member of the document does not fit one ConfigMap, or when the shards are more than an index can name.
func Encode(doc *document.Document) (*Encoded, error) {
	return DefaultLimits().Encode(doc)
}

// Encode is the function Encode within limits.
func (l Limits) Encode(doc *document.Document) (*Encoded, error) {
	return l.Update(nil, doc, model.Everything())
}

// Text writes a document in one piece, as it is published if it fits one ConfigMap. Equal documents give equal bytes.
func Text(doc *document.Document) ([]byte, error) {
	unlimited := Limits{Whole: math.MaxInt, Shard: math.MaxInt, Unpacked: math.MaxInt}
	encoded, err := unlimited.Encode(doc)
	if err != nil {
		return nil, err
	}
	return []byte(encoded.text), nil
}

// Update returns what Encode returns, and writes only what the difference names: that between the document that previous was
// made of, within the same limits, and this one. It leaves previous alone, so that after an error the next document can be
// encoded from it, with the differences of both. Previous may be nil where the difference is everything. The document may lack users
// whom the difference does not name.
func (l Limits) Update(previous *Encoded, doc *document.Document, difference model.Difference) (*Encoded, error) {
	lines, err := l.update(previous, doc, difference)
	if err != nil {
		return nil, err
	}
	encoded := &Encoded{
		Counts:    document.Counts{Units: len(doc.Units), Roles: len(doc.Roles)},
		namespace: doc.Namespace, organization: doc.Organization, lines: lines,
	}
	if users := lines.users; users != nil {
		encoded.Counts.Users, encoded.Counts.Grants = users.count, users.grants
	}
	if lines.wholeSize() <= l.Whole {
		encoded.putInOnePiece()
	} else if err := encoded.putInShards(l); err != nil {
		return nil, err
	}
	encoded.Digest = (&document.Publication{Parts: encoded.parts}).Digest()
	return encoded, nil
}

// update returns the lines of a document, of which it writes what the difference names.
func (l Limits) update(previous *Encoded, doc *document.Document, difference model.Difference) (documentLines, error) {
	if difference.IsEverything() {
		return linesOfDocument(doc, l)
	}
	lines := previous.lines
	if !difference.OnlyUsers() {
		var err error
		if lines, err = lines.withRestOf(doc); err != nil {
			return documentLines{}, err
		}
	}
	return lines.update(doc, difference, l)
}

// Parts returns the parts that the index names. The caller must not change them.
func (e *Encoded) Parts() []document.Part { return e.parts }

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
		Schema:    document.PublicationSchema,
		Namespace: e.namespace, Organization: e.organization, UID: uid,
		Revision: revision, PublishTime: at.UTC().Truncate(time.Second), Counts: e.Counts, Parts: e.parts,
	}, "", "  ")
	return string(index) + "\n", err
}
