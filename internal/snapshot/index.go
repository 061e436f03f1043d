// SPDX-License-Identifier: Apache-2.0

package snapshot

import (
	"sync"

	"github.com/rolewright/rolewright/internal/engine"
)

// indexOnce is an index that is compiled when it is first used: most snapshots are only published.
type indexOnce struct {
	once  sync.Once
	index *engine.Index
}

// Index returns the index of the document, nil if there is no document.
func (s *Snapshot) Index() *engine.Index {
	s.index.once.Do(func() {
		if s.Resolution.Document == nil {
			return
		}
		// A document of this release always has its schema and a number of dimensions that an index takes.
		s.index.index, _ = engine.NewIndex(s.Resolution.Document)
	})
	return s.index.index
}
