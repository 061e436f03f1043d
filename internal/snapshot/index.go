// SPDX-License-Identifier: Apache-2.0

package snapshot

import (
	"sync"

	"github.com/rolewright/rolewright/internal/engine"
	"github.com/rolewright/rolewright/internal/model"
)

// indexOnce is an index that is compiled when it is first used: most snapshots are only published.
type indexOnce struct {
	once  sync.Once
	index *engine.Index
}

// Index returns the index of the document, nil if there is no document.
func (s *Snapshot) Index() *engine.Index {
	s.index.once.Do(func() {
		doc := s.Resolution.DocumentWith(model.Everything())
		if doc == nil {
			return
		}
		// A document of this release always has its schema and a number of dimensions that an index takes.
		s.index.index, _ = engine.NewIndex(doc)
	})
	return s.index.index
}
