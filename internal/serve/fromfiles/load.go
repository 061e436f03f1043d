// SPDX-License-Identifier: Apache-2.0

package fromfiles

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/rolewright/rolewright/internal/manifests"
	"github.com/rolewright/rolewright/internal/publish"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/internal/serve/tenants"
	"github.com/rolewright/rolewright/internal/validation"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// maxFindings bounds how many findings are logged.
const maxFindings = 20

// content is what the files contain.
type content struct {
	organizations []organization
	// unresolved are organizations that cannot be resolved because their catalog is missing.
	unresolved []tenants.Key
	// findings are errors; what is wrong has no effect.
	findings []validation.Finding
}

// organization is one that was resolved, with the digest of its document.
type organization struct {
	key      tenants.Key
	document *document.Document
	digest   string
}

// load reads and resolves everything. It fails if anything cannot be read or would not be accepted by an API server, since
// then the result might be wrong.
func load(reader *manifests.Reader, paths []string, now time.Time) (*content, error) {
	input, err := validation.Load(reader, paths...)
	if err != nil {
		return nil, err
	}
	if err := input.Rejection(); err != nil {
		return nil, err
	}
	if len(input.Objects.Organizations) == 0 {
		return nil, fmt.Errorf("%s: no Organization in these manifests: add one, or name another folder", strings.Join(paths, ", "))
	}
	resolved := input.Resolve()
	c := &content{findings: onlyErrors(resolved.Report(now).Findings)}
	for i := range resolved.Organizations {
		world := resolved.Organizations[i].World
		if world.Organization == nil {
			continue
		}
		key := tenants.Key{Namespace: world.Namespace, Organization: world.Name}
		doc := resolved.Organizations[i].Resolution.Document
		if doc == nil {
			c.unresolved = append(c.unresolved, key)
			continue
		}
		text, err := publish.Text(doc)
		if err != nil {
			return nil, fmt.Errorf("organization %s: %w", key, err)
		}
		c.organizations = append(c.organizations, organization{key: key, document: doc, digest: document.Digest(text)})
	}
	if len(c.organizations) == 0 {
		return nil, errors.New("no organization can be resolved:\n" + lines(c.findings))
	}
	return c, nil
}

func onlyErrors(findings []validation.Finding) []validation.Finding {
	return slices.DeleteFunc(slices.Clone(findings), func(f validation.Finding) bool { return f.Severity != resolve.Error })
}

// lines formats findings, a line for each, and says how many it left out.
func lines(findings []validation.Finding) string {
	var text []string
	for i := range findings {
		if i == maxFindings {
			text = append(text, fmt.Sprintf("  and %d more: run validate to see them", len(findings)-maxFindings))
			break
		}
		text = append(text, "  "+findings[i].String())
	}
	return strings.Join(text, "\n")
}
