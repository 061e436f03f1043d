// SPDX-License-Identifier: Apache-2.0

package fromfiles

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/rolewright/rolewright/internal/manifests"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/internal/serve/tenants"
	"github.com/rolewright/rolewright/internal/validation"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// mostFindings bounds how many lines one load says.
const mostFindings = 20

// loaded is what the files hold.
type loaded struct {
	organizations []organization
	// unresolved are organizations of which nothing can be said, since their catalog is missing.
	unresolved []tenants.Key
	// findings are the errors whose objects count for nothing.
	findings []validation.Finding
}

// organization is one that was resolved, with the digest of what it resolved to.
type organization struct {
	key      tenants.Key
	document *document.Document
	digest   string
}

// load reads and resolves everything. It fails where anything cannot be read or would not be accepted by an API server: what
// the rest comes to might be wrong.
func load(reader *manifests.Reader, paths []string, now time.Time) (*loaded, error) {
	input, err := validation.Load(reader, paths...)
	if err != nil {
		return nil, err
	}
	if refused := onlyErrors(input.Rejected); len(refused) > 0 {
		return nil, fmt.Errorf("the manifests would not be accepted:\n%s", lines(refused))
	}
	if len(input.Objects.Organizations) == 0 {
		return nil, fmt.Errorf("%s: no Organization in these manifests: add one, or name another folder", strings.Join(paths, ", "))
	}
	l := &loaded{findings: onlyErrors(input.Validate(now).Findings)}
	for _, world := range input.Worlds() {
		if world.Organization == nil {
			continue
		}
		key := tenants.Key{Namespace: world.Namespace, Organization: world.Name}
		doc := resolve.Organization(&world).Document
		if doc == nil {
			l.unresolved = append(l.unresolved, key)
			continue
		}
		text, err := doc.Encode()
		if err != nil {
			return nil, fmt.Errorf("organization %s: %w", key, err)
		}
		l.organizations = append(l.organizations, organization{key: key, document: doc, digest: document.Digest(text)})
	}
	if len(l.organizations) == 0 {
		return nil, errors.New("no organization can be resolved:\n" + lines(l.findings))
	}
	return l, nil
}

func onlyErrors(findings []validation.Finding) []validation.Finding {
	return slices.DeleteFunc(slices.Clone(findings), func(f validation.Finding) bool { return f.Severity != resolve.Error })
}

// lines writes findings one below the other, and says how many it left out.
func lines(findings []validation.Finding) string {
	var text []string
	for i := range findings {
		if i == mostFindings {
			text = append(text, fmt.Sprintf("  and %d more: run validate to see them", len(findings)-mostFindings))
			break
		}
		text = append(text, "  "+findings[i].String())
	}
	return strings.Join(text, "\n")
}
