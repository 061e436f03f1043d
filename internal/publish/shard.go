// SPDX-License-Identifier: Apache-2.0

package publish

import (
	"strings"

	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// Shard is one part of a document that is spread over ConfigMaps: its own is named after its content, and never changes.
type Shard struct {
	document.Part
	// Section is the document's section that it has members of; base is that of all the others.
	Section string
	// Text is what key document.PartKey of the ConfigMap holds.
	Text string
}

// nameDigits is how many hexadecimal digits of the digest tell the ConfigMaps of an organization apart.
const nameDigits = 32

func newShard(organization, section, text string) Shard {
	digest := document.Digest([]byte(text))
	return Shard{
		Part: document.Part{
			ConfigMap: ShardName(organization, digest), Name: document.PartKey, Digest: digest, Bytes: len(text),
		},
		Section: section, Text: text,
	}
}

// ShardName is that of the ConfigMap that holds the shard of an organization with this digest.
func ShardName(organization, digest string) string {
	return organization + document.ConfigMapSuffix + "-" + strings.TrimPrefix(digest, "sha256:")[:nameDigits]
}
