// SPDX-License-Identifier: Apache-2.0

package fromfiles

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

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
func load(options *Options, now time.Time) (*content, error) {
	input, err := validation.Load(options.Reader, options.Paths...)
	if err != nil {
		return nil, err
	}
	if err := input.Rejection(); err != nil {
		return nil, err
	}
	platform := options.platformOf(input)
	if len(input.Objects.Organizations) == 0 && !slices.ContainsFunc(platform, hasUsers) {
		return nil, fmt.Errorf("%s: no Organization in these manifests: add one, or name another folder", strings.Join(options.Paths, ", "))
	}
	resolved := input.Resolve()
	c := &content{findings: onlyErrors(resolved.Report(now).Findings)}
	for i := range resolved.Organizations {
		world := resolved.Organizations[i].World
		if world.Organization == nil {
			continue
		}
		key := tenants.Key{Namespace: world.Namespace, Organization: world.Name}
		if err := c.add(key, resolved.Organizations[i].Resolution.Document); err != nil {
			return nil, err
		}
	}
	if len(c.unresolved) > 0 && len(c.organizations) == 0 {
		return nil, errors.New("no organization can be resolved:\n" + lines(c.findings))
	}
	for i := range platform {
		key := tenants.Key{Namespace: platform[i].World.Namespace, Organization: platform[i].World.Name}
		if err := c.add(key, platform[i].Resolution.Document); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// add adds an organization with its document, nil if it cannot be resolved.
func (c *content) add(key tenants.Key, doc *document.Document) error {
	if doc == nil {
		c.unresolved = append(c.unresolved, key)
		return nil
	}
	text, err := publish.Text(doc)
	if err != nil {
		return fmt.Errorf("organization %s: %w", key, err)
	}
	c.organizations = append(c.organizations, organization{key: key, document: doc, digest: document.Digest(text)})
	return nil
}

// platformOf returns the platform documents that are served.
func (o *Options) platformOf(input *validation.Input) []validation.PlatformDocument {
	if o.PlatformNamespace == "" {
		return nil
	}
	return input.PlatformDocuments(o.PlatformNamespace)
}

// hasUsers reports whether anybody may do anything on the platform itself.
func hasUsers(platform validation.PlatformDocument) bool {
	return platform.Resolution.Document != nil && len(platform.Resolution.Document.Users) > 0
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
