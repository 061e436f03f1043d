// SPDX-License-Identifier: Apache-2.0

package engine

import (
	"time"

	"github.com/rolewright/rolewright/internal/engine/compiled"
	"github.com/rolewright/rolewright/internal/engine/decide"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// OnDemand answers what is true of users where few of many are asked about: it compiles each user of a document once that is asked
// about. It is for one goroutine.
type OnDemand struct {
	compiler *compiled.Compiler
	userOf   func(id string) (document.User, bool)
}

// NewOnDemand compiles a document without its users: each is asked for, and compiled, once it is asked about. It fails as NewIndex does.
func NewOnDemand(doc *document.Document, userOf func(id string) (document.User, bool), now func() time.Time) (*OnDemand, error) {
	if err := compiled.Indexable(doc); err != nil {
		return nil, err
	}
	core := *doc
	core.Users = nil
	compiler := compiled.NewCompiler(&core, now)
	compiler.Compile()
	return &OnDemand{compiler, userOf}, nil
}

// IsTrueOfUser reports what it does of an Index.
func (o *OnDemand) IsTrueOfUser(qualifier, subject, user string) bool {
	o.load(subject, user)
	return decide.IsTrueOfUser(o.compiler.Index, o, qualifier, subject, user, o.compiler.Index.Now())
}

// IsManager implements condition.Directory.
func (o *OnDemand) IsManager(a, b string) bool {
	o.load(a, b)
	return o.compiler.Index.IsManager(a, b)
}

// IsAbove implements condition.Directory.
func (o *OnDemand) IsAbove(a, b string) bool {
	o.load(a, b)
	return o.compiler.Index.IsAbove(a, b)
}

// load compiles users, and those who stand above them.
func (o *OnDemand) load(ids ...string) {
	for _, id := range ids {
		for id != "" {
			if _, loaded := o.compiler.Index.Users.Get(id); loaded {
				break
			}
			user, known := o.userOf(id)
			if !known {
				break
			}
			o.compiler.Index.Users.Set(id, o.compiler.CompileUser(&user))
			id = user.Manager
		}
	}
}
