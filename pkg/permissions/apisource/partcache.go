// SPDX-License-Identifier: Apache-2.0

package apisource

import (
	"bytes"
	"compress/flate"
	"io"
	"maps"

	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// partCache holds parts by digest, compressed to about a tenth. A source asks for them again when it has to build its index
// from scratch, and that should not cost the API server anything.
type partCache map[string][]byte

func (c partCache) get(digest string) ([]byte, bool) {
	compressed, found := c[digest]
	if !found {
		return nil, false
	}
	text, err := io.ReadAll(flate.NewReader(bytes.NewReader(compressed)))
	return text, err == nil
}

func (c partCache) put(digest string, text []byte) {
	var compressed bytes.Buffer
	writer, err := flate.NewWriter(&compressed, flate.BestSpeed)
	if err != nil {
		return
	}
	if _, err := writer.Write(text); err != nil || writer.Close() != nil {
		return
	}
	c[digest] = bytes.Clone(compressed.Bytes())
}

// keep removes the parts that none of some publications names.
func (c partCache) keep(publications ...*document.Publication) {
	named := map[string]struct{}{}
	for _, publication := range publications {
		if publication == nil {
			continue
		}
		for _, part := range publication.Parts {
			named[part.Digest] = struct{}{}
		}
	}
	maps.DeleteFunc(c, func(digest string, _ []byte) bool {
		_, isNamed := named[digest]
		return !isNamed
	})
}
