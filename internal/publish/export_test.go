// SPDX-License-Identifier: Apache-2.0

package publish

import (
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// EncodeWithin is Encode with other bounds than MaxBytes and ShardBytes, so that a small document makes many shards.
func EncodeWithin(doc *document.Document, whole, configMap, shard int) (*Encoded, error) {
	return new(Memory).EncodeWithin(doc, nil, true, whole, configMap, shard)
}

// EncodeWithin is Encode with other bounds.
func (m *Memory) EncodeWithin(
	doc *document.Document, changed []string, fresh bool, whole, configMap, shard int,
) (*Encoded, error) {
	return m.encode(doc, changed, fresh, limits{whole: whole, configMap: configMap, shard: shard})
}
