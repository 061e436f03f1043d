// SPDX-License-Identifier: Apache-2.0

package validation

import (
	"fmt"
	"time"

	"github.com/rolewright/rolewright/internal/intake"
	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/internal/resolve"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// PlatformDocument is what holders of roles over all organizations may do where no organization is asked about, by one catalog.
type PlatformDocument struct {
	// World is that of the platform organization.
	World      *model.World
	Resolution *resolve.Resolution
}

// PlatformDocuments resolves the platform document of each catalog, by name, as the manager publishes it in a namespace.
func (in *Input) PlatformDocuments(namespace string) []PlatformDocument {
	worlds := intake.PlatformWorlds(&in.Objects, namespace)
	documents := make([]PlatformDocument, len(worlds))
	for i := range worlds {
		documents[i] = PlatformDocument{World: &worlds[i], Resolution: resolve.Organization(&worlds[i])}
	}
	return documents
}

// platformDocumentFindings returns what is found in platform documents at a given time and not elsewhere: a constraint of a catalog that
// people of the platform break is found in each organization too, unless it waives the constraint.
func (in *Input) platformDocumentFindings(elsewhere []resolve.Finding, now time.Time) []resolve.Finding {
	var found []resolve.Finding
	known := make(map[resolve.Finding]struct{}, len(elsewhere))
	for _, f := range elsewhere {
		known[f] = struct{}{}
	}
	incomplete := in.incomplete("")
	for _, doc := range in.PlatformDocuments(document.DefaultPlatformNamespace) {
		for _, f := range resolve.PlatformDocumentFindings(doc.Resolution, now) {
			if _, is := known[f]; is || incomplete && f.Severity != resolve.Error {
				continue
			}
			f.Message = fmt.Sprintf("on the platform itself, by catalog %q, %s", doc.World.Catalog.Name, f.Message)
			found = append(found, f)
		}
	}
	return found
}
