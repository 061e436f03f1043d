// SPDX-License-Identifier: Apache-2.0

package document

import (
	"encoding/json"
	"fmt"
)

// Parse reads a Document from its JSON. It refuses a document of another schema. Fields that it does not know are
// passed over: later releases may add some.
func Parse(data []byte) (*Document, error) {
	var document Document
	if err := json.Unmarshal(data, &document); err != nil {
		if otherSchema(document.Schema) {
			return nil, document.checkSchema()
		}
		return nil, fmt.Errorf("the document is not valid JSON of schema %s: %w", Schema, err)
	}
	if err := document.checkSchema(); err != nil {
		return nil, err
	}
	return &document, nil
}

func (d *Document) checkSchema() error {
	if !KnownSchema(d.Schema) {
		return fmt.Errorf("the document's schema is %q; this reader knows %q and %q", d.Schema, Schema, TypedSchema)
	}
	return nil
}

// otherSchema reports whether a document names a schema that is not ours. A field of another type in it is no damage then:
// json.Unmarshal decodes all else before it returns that error.
func otherSchema(schema string) bool { return schema != "" && !KnownSchema(schema) }

const (
	// maxConfigMap bounds an index, and a part: the API server takes no larger ConfigMap.
	maxConfigMap = 1 << 20
	// MaxRevision is the largest revision that is believed: greater whole numbers do not survive every reader of JSON.
	MaxRevision = MaxExactInteger
)

// ParsePublication reads a Publication from its JSON, the value of key PublicationKey. It refuses one of another schema,
// and one that names its parts in a way that no ConfigMap could hold. Fields that it does not know are passed over.
func ParsePublication(index []byte) (*Publication, error) {
	if len(index) > maxConfigMap {
		return nil, fmt.Errorf("%s has %d bytes; a ConfigMap holds at most %d", PublicationKey, len(index), maxConfigMap)
	}
	var publication Publication
	if err := json.Unmarshal(index, &publication); err != nil {
		return nil, fmt.Errorf("%s is not valid JSON of schema %s: %w", PublicationKey, PublicationSchema, err)
	}
	switch {
	case publication.Schema != PublicationSchema:
		return nil, fmt.Errorf("%s has schema %q; this reader knows %q", PublicationKey, publication.Schema, PublicationSchema)
	case publication.Organization == "":
		return nil, fmt.Errorf("%s names no organization", PublicationKey)
	case publication.Revision < 1 || publication.Revision > MaxRevision:
		return nil, fmt.Errorf("%s has revision %d; revisions are 1 to %d", PublicationKey, publication.Revision, int64(MaxRevision))
	case len(publication.Parts) == 0:
		return nil, fmt.Errorf("%s names no part; a document has at least one", PublicationKey)
	}
	type place struct{ configMap, key string }
	seen := make(map[place]struct{}, len(publication.Parts))
	for i, part := range publication.Parts {
		if err := part.valid(); err != nil {
			return nil, fmt.Errorf("%s: parts[%d]: %w", PublicationKey, i, err)
		}
		at := place{part.ConfigMap, part.Name}
		if _, twice := seen[at]; twice {
			return nil, fmt.Errorf("%s: parts[%d]: %s is named twice", PublicationKey, i, part)
		}
		seen[at] = struct{}{}
	}
	return &publication, nil
}
