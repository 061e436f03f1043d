// SPDX-License-Identifier: Apache-2.0

package publish

import "github.com/rolewright/rolewright/pkg/permissions"

// EncodeWithin is Encode with other bounds than MaxBytes and ShardBytes, so that a small document makes many shards.
func EncodeWithin(document *permissions.Document, whole, configMap, shard int) (*Encoded, error) {
	return encode(document, limits{whole: whole, configMap: configMap, shard: shard})
}
