// SPDX-License-Identifier: Apache-2.0

package document

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"
)

const (
	// PublicationSchema names the format of a Publication.
	PublicationSchema = "rolewright.dev/publication/v2"
	// PublicationKey is the key of a published ConfigMap that holds the Publication.
	PublicationKey = "index.json"
	// DocumentKey is the key of a published ConfigMap that holds the Document, where that fits beside the index.
	DocumentKey = "document.json"
	// PartKey is the key of a further ConfigMap that holds one part of a larger document.
	PartKey = "part.json"
	// ConfigMapSuffix follows an organization's name in the name of its published ConfigMap.
	ConfigMapSuffix = "-permissions"
)

// Publication is the index of what is published for one organization: which state it is, and what it consists of.
type Publication struct {
	// Schema is the constant PublicationSchema.
	Schema string `json:"schema"`
	// Namespace and Organization name the organization; UID tells it from an earlier one of the same name.
	Namespace    string `json:"namespace"`
	Organization string `json:"organization"`
	UID          string `json:"uid,omitempty"`
	// Revision counts the published states; it only grows.
	Revision int64 `json:"revision"`
	// PublishTime is when this state was published.
	PublishTime time.Time `json:"publishTime"`
	// Counts says how much the document holds.
	Counts Counts `json:"counts"`
	// Parts are what the document consists of.
	Parts []Part `json:"parts"`
}

// Counts says how much a document holds.
type Counts struct {
	Units  int `json:"units"`
	Roles  int `json:"roles"`
	Users  int `json:"users"`
	Grants int `json:"grants"`
}

// Part is one piece of a published document: a JSON object with some members of the document's.
type Part struct {
	// ConfigMap is the one that holds the part, in the organization's namespace. It is empty for a part that lies beside
	// the index, in the same ConfigMap.
	ConfigMap string `json:"configMap,omitempty"`
	// Name is the key that holds the part.
	Name string `json:"name"`
	// Digest is sha256:<hex> of the part's bytes.
	Digest string `json:"digest"`
	// Bytes is the part's size.
	Bytes int `json:"bytes"`
}

// Digest is how parts are told apart: sha256:<hex> of the bytes.
func Digest(data []byte) string {
	sum := sha256.Sum256(data)
	return "sha256:" + hex.EncodeToString(sum[:])
}

// Digest is that of the whole document: the one of its only part, or that of the digests of all parts in their order, each
// with a line feed behind it.
func (p *Publication) Digest() string {
	if len(p.Parts) == 1 {
		return p.Parts[0].Digest
	}
	var all strings.Builder
	for _, part := range p.Parts {
		all.WriteString(part.Digest)
		all.WriteByte('\n')
	}
	return Digest([]byte(all.String()))
}

// Counts counts what the document holds.
func (d *Document) Counts() Counts {
	counts := Counts{Units: len(d.Units), Roles: len(d.Roles), Users: len(d.Users)}
	for _, user := range d.Users {
		counts.Grants += d.CountGrants(&user)
	}
	return counts
}
