// SPDX-License-Identifier: Apache-2.0

package console

import (
	"context"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"time"

	"github.com/rolewright/rolewright/internal/console/state"
	"github.com/rolewright/rolewright/internal/console/texts"
	"github.com/rolewright/rolewright/internal/console/view"
)

// comparisonTimeout bounds how long a proposal is resolved and compared.
const comparisonTimeout = 20 * time.Second

// changes shows what manifests are compared with: of a cluster, what is in force, and of files, what they say, beside what has changed
// of them since the console was started.
func (c *console) changes(s *state.State, o *state.Organization, r *http.Request) any {
	proposal, err := c.proposal(r)
	if err != nil {
		return refused(proposal, err)
	}
	if s.Baseline == nil {
		return &view.Changes{Proposal: proposal, InForce: view.NewInForce(o)}
	}
	return c.compared(r, func(context.Context) *view.Changes {
		changes := view.NewChanges(o, s.Baseline, c.Clock())
		changes.Proposal = proposal
		return changes
	})
}

// refused is the page of a proposal that cannot be read: what is left of it is not compared.
func refused(proposal view.Proposal, err error) *view.Changes {
	return &view.Changes{Proposal: proposal, Wrong: err.Error()}
}

// whatIf shows what manifests would change, and whether the person, or the user whom they name, may change it.
func (c *console) whatIf(s *state.State, o *state.Organization, r *http.Request) any {
	proposal, err := c.proposal(r)
	if err != nil {
		return refused(proposal, err)
	}
	if proposal.Manifests == "" {
		return c.changes(s, o, r)
	}
	changes := c.compared(r, func(ctx context.Context) *view.Changes { return view.NewWhatIf(ctx, o, proposal, c.Clock()) })
	if s.Baseline == nil {
		changes.InForce = view.NewInForce(o)
	}
	return changes
}

// removal shows what would change if a role went.
func (c *console) removal(_ *state.State, o *state.Organization, r *http.Request) any {
	proposal, err := c.proposal(r)
	if err != nil {
		return refused(proposal, err)
	}
	p := c.compared(r, func(ctx context.Context) *view.Changes {
		return view.NewRemoval(ctx, o, r.URL.Query().Get("role"), proposal, c.Clock())
	})
	if p == nil {
		return nil
	}
	return p
}

// compared makes a comparison, one at a time: each may take as much memory as the organization itself.
func (c *console) compared(r *http.Request, compare func(context.Context) *view.Changes) *view.Changes {
	ctx, cancel := context.WithTimeout(r.Context(), comparisonTimeout)
	defer cancel()
	select {
	case c.comparing <- struct{}{}:
		defer func() { <-c.comparing }()
		return compare(ctx)
	case <-ctx.Done():
		return &view.Changes{Wrong: ctx.Err().Error()}
	}
}

// proposal reads what a person proposes, whole or not at all. Where people are known, it is they who would make the change.
func (c *console) proposal(r *http.Request) (view.Proposal, error) {
	if err := r.ParseMultipartForm(mostBytes); err != nil && !errors.Is(err, http.ErrNotMultipart) {
		return view.Proposal{}, texts.FormNotRead(err)
	}
	p := view.Proposal{As: strings.TrimSpace(r.FormValue("as")), Whole: r.PostFormValue("whole") != ""}
	if c.People != nil {
		p.As, p.Fixed = "", true
		person, err := c.People.Person(r.Context())
		if err != nil {
			return p, errors.New(texts.UnknownPerson(messageOf(err)))
		}
		p.As = string(person.User)
	}
	parts := []string{r.PostFormValue("manifests")}
	if r.MultipartForm != nil {
		for _, header := range r.MultipartForm.File["files"] {
			content, err := contentOf(header)
			if err != nil {
				return p, texts.FileNotRead(header.Filename, err)
			}
			parts = append(parts, content)
		}
	}
	given := parts[:0]
	for _, part := range parts {
		if strings.TrimSpace(part) != "" {
			given = append(given, part)
		}
	}
	p.Manifests = strings.Join(given, "\n---\n")
	return p, nil
}

// contentOf returns what a file contains that came with a form, whose size is bounded as a whole.
func contentOf(header *multipart.FileHeader) (string, error) {
	file, err := header.Open()
	if err != nil {
		return "", err
	}
	defer func() { _ = file.Close() }()
	content, err := io.ReadAll(file)
	return string(content), err
}
