// SPDX-License-Identifier: Apache-2.0

package apisource

import (
	"bytes"
	"compress/flate"
	"io"
	"maps"

	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// parts are the parts that were read, by digest and compressed, to about a tenth. A source asks for them again when it has
// to build its index from the start, and that should cost the API server nothing.
type parts map[string][]byte

func (p parts) get(digest string) ([]byte, bool) {
	compressed, known := p[digest]
	if !known {
		return nil, false
	}
	text, err := io.ReadAll(flate.NewReader(bytes.NewReader(compressed)))
	return text, err == nil
}

func (p parts) put(digest string, text []byte) {
	var compressed bytes.Buffer
	writer, err := flate.NewWriter(&compressed, flate.BestSpeed)
	if err != nil {
		return
	}
	if _, err := writer.Write(text); err != nil || writer.Close() != nil {
		return
	}
	p[digest] = bytes.Clone(compressed.Bytes())
}

// keep forgets the parts that none of some publications names.
func (p parts) keep(publications ...*document.Publication) {
	named := map[string]struct{}{}
	for _, publication := range publications {
		if publication == nil {
			continue
		}
		for _, part := range publication.Parts {
			named[part.Digest] = struct{}{}
		}
	}
	maps.DeleteFunc(p, func(digest string, _ []byte) bool {
		_, stays := named[digest]
		return !stays
	})
}
