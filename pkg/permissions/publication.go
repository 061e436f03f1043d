// SPDX-License-Identifier: Apache-2.0

package permissions

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"
)

const (
	// PublicationSchemaV1 names the format of a Publication.
	PublicationSchemaV1 = "rolewright.dev/publication/v1"
	// PublicationKey is the key of a published ConfigMap that holds the Publication.
	PublicationKey = "index.json"
	// DocumentKey is the key of a published ConfigMap that holds the Document.
	DocumentKey = "document.json"
	// ConfigMapSuffix follows an organization's name in the name of its published ConfigMap.
	ConfigMapSuffix = "-permissions"
)

// Publication is the index of what is published for one organization: which state it is, and what it consists of.
type Publication struct {
	// Schema is PublicationSchemaV1.
	Schema string `json:"schema"`
	// Namespace and Organization name the organization; UID tells it from an earlier one of the same name.
	Namespace    string `json:"namespace"`
	Organization string `json:"organization"`
	UID          string `json:"uid,omitempty"`
	// Revision counts the published states; it only grows.
	Revision int64 `json:"revision"`
	// PublishedAt is when this state was published.
	PublishedAt time.Time `json:"publishedAt"`
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

// Part is one piece of a published document.
type Part struct {
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

// Counts counts what the document holds.
func (d *Document) Counts() Counts {
	counts := Counts{Units: len(d.Units), Roles: len(d.Roles), Users: len(d.Users)}
	for _, user := range d.Users {
		counts.Grants += len(user.Grants)
	}
	return counts
}

// ReadPublication reads the data of a published ConfigMap. It refuses a publication of another schema, and a document
// whose bytes are not those that the publication names.
func ReadPublication(data map[string]string) (*Publication, *Document, error) {
	var publication Publication
	index, present := data[PublicationKey]
	if !present {
		return nil, nil, fmt.Errorf("key %s is missing: this is no publication", PublicationKey)
	}
	if err := json.Unmarshal([]byte(index), &publication); err != nil {
		return nil, nil, fmt.Errorf("key %s is not valid JSON of schema %s: %w", PublicationKey, PublicationSchemaV1, err)
	}
	if publication.Schema != PublicationSchemaV1 {
		return nil, nil, fmt.Errorf("key %s has schema %q; this reader knows %q", PublicationKey, publication.Schema, PublicationSchemaV1)
	}
	text, err := onlyPart(&publication, data)
	if err != nil {
		return nil, nil, err
	}
	document, err := ParseDocument(text)
	if err != nil {
		return nil, nil, err
	}
	if document.Namespace != publication.Namespace || document.Organization != publication.Organization {
		return nil, nil, fmt.Errorf("the document is of organization %s/%s; %s says %s/%s",
			document.Namespace, document.Organization, PublicationKey, publication.Namespace, publication.Organization)
	}
	return &publication, document, nil
}

// onlyPart returns the document's bytes, if they are those that the publication names.
func onlyPart(publication *Publication, data map[string]string) ([]byte, error) {
	if len(publication.Parts) != 1 {
		return nil, fmt.Errorf("key %s names %d parts; this reader knows one, %s", PublicationKey, len(publication.Parts), DocumentKey)
	}
	part := publication.Parts[0]
	if part.Name != DocumentKey {
		return nil, fmt.Errorf("key %s names the part %q; this reader knows %s", PublicationKey, part.Name, DocumentKey)
	}
	text, present := data[DocumentKey]
	if !present {
		return nil, fmt.Errorf("key %s is missing, which %s names", DocumentKey, PublicationKey)
	}
	if digest := Digest([]byte(text)); digest != part.Digest {
		return nil, fmt.Errorf("key %s has digest %s; %s says %s: it is damaged, or of another revision",
			DocumentKey, digest, PublicationKey, part.Digest)
	}
	return []byte(text), nil
}
