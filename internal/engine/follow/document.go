// SPDX-License-Identifier: Apache-2.0

package follow

import (
	"iter"

	"github.com/rolewright/rolewright/internal/engine/compiled"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// Document makes the index of a document as a whole. Use a follower either for documents or for publications.
func (f *Follower) Document(doc *document.Document) (*compiled.Index, error) {
	if err := f.build(doc); err != nil {
		return nil, err
	}
	// The document holds its users. They are not needed again, and another one holds them soon.
	f.compiler.Document = f.compiler.Index.Core
	return f.compiler.Index, nil
}

// Users makes the index of a document that differs from the one before in some users alone, who may be new or gone.
func (f *Follower) Users(doc *document.Document, changed iter.Seq[string]) (*compiled.Index, error) {
	if f.compiler == nil || f.wastes() {
		return f.Document(doc)
	}
	users, gone := map[string]document.User{}, []string(nil)
	for id := range changed {
		if user, is := doc.Users[id]; is {
			users[id] = user
		} else if _, was := f.compiler.Index.Users.Get(id); was {
			gone = append(gone, id)
		}
	}
	f.compiler.Index = f.compiler.Index.Next()
	if len(users)+len(gone) > 0 {
		f.compiler.Index.Users = f.compiler.Index.Users.Clone()
		f.replaceUsers(users, gone)
	}
	return f.compiler.Index, nil
}

// build makes the index of a document from the start.
func (f *Follower) build(doc *document.Document) error {
	if err := compiled.Indexable(doc); err != nil {
		return err
	}
	f.compiler = compiled.NewCompiler(doc, f.now)
	x := f.compiler.Compile()
	f.grants, f.built = len(x.Grants), sizesOf(x)
	return nil
}

// wastes reports whether more than half of a table is waste.
func (f *Follower) wastes() bool {
	const spare = 1024
	t, was := sizesOf(f.compiler.Index), f.built
	return len(f.compiler.Index.Grants) > 2*f.grants+spare || t.scopes > 2*was.scopes+spare || t.windows > 2*was.windows+spare ||
		t.effectiveRoles > 2*was.effectiveRoles+spare || t.details > 2*was.details+spare
}
