// SPDX-License-Identifier: Apache-2.0

package engine

import (
	"iter"
	"time"

	"github.com/rolewright/rolewright/internal/engine/follow"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// Follower makes the index of one document after another, each at the cost of what differs from the one before. Its zero value is ready;
// it is for one goroutine.
type Follower struct{ documents *follow.Follower }

// Document makes the index of a document of which nothing is known to be the same.
func (f *Follower) Document(doc *document.Document) (*Index, error) {
	f.documents = follow.NewFollower(time.Now)
	tables, err := f.documents.Document(doc)
	return (*Index)(tables), err
}

// Users makes the index of a document that differs from the one before in some users alone, who may be new or gone.
func (f *Follower) Users(doc *document.Document, changed iter.Seq[string]) (*Index, error) {
	if f.documents == nil {
		return f.Document(doc)
	}
	tables, err := f.documents.Users(doc, changed)
	return (*Index)(tables), err
}
