// SPDX-License-Identifier: Apache-2.0

package engine

import (
	"fmt"
	"strings"
	"time"

	"github.com/rolewright/rolewright/pkg/permissions/access"
)

// lack is one thing that keeps a grant or an override from giving a permission: why it does not, and with what it would.
type lack struct{ because, with string }

// because joins the reasons of lacks; it is empty when nothing is lacking.
func because(lacks []lack) string { return joined(lacks, func(l lack) string { return l.because }) }

func joined(lacks []lack, text func(lack) string) string {
	texts := make([]string, len(lacks))
	for i, l := range lacks {
		texts[i] = text(l)
	}
	return strings.Join(texts, " and ")
}

// coverageLacks lists what keeps a scope and a window from covering the request.
func (e *explainer) coverageLacks(scopeNumber, windowNumber uint32) []lack {
	x, s := e.index, &e.index.scopes[scopeNumber]
	var lacks []lack
	if !s.coversUnit(e.unit) {
		lacks = append(lacks, lack{"it does not cover unit " + x.unitTable[e.unit].name, "in " + s.written.Places()})
	}
	for i, d := range x.dimensions {
		v := &s.values[i]
		covered := d.name + " " + s.written.Dimensions[d.name].String()
		switch {
		case v.all:
		case e.values[i] == absent:
			lacks = append(lacks, lack{"the resource has no " + d.name, "for " + covered})
		case !v.named.has(uint32(e.values[i])):
			lacks = append(lacks, lack{fmt.Sprintf("it does not cover %s %v", d.name, e.request.Resource.Properties[d.name]), "for " + covered})
		}
	}
	if windowNumber == 0 {
		return lacks
	}
	switch w, now := x.windows[windowNumber], e.moment().UnixMicro(); {
	case now >= w.until:
		ended := time.UnixMicro(w.until).UTC().Format(time.RFC3339)
		lacks = append(lacks, lack{"it ended at " + ended, "before " + ended})
	case now < w.from:
		begins := time.UnixMicro(w.from).UTC().Format(time.RFC3339)
		lacks = append(lacks, lack{"it begins at " + begins, "from " + begins + " on"})
	}
	return lacks
}

// overrideLacks lists what keeps an override from counting for the request.
func (e *explainer) overrideLacks(o *override) []lack {
	lacks := e.coverageLacks(o.scope, o.window)
	if !o.revoke && o.missing != "" {
		lacks = append(lacks, lack{"the organization lacks feature " + o.missing, "with feature " + o.missing})
	}
	return lacks
}

// alternativeLacks lists what keeps an alternative from being met.
func alternativeLacks(a *access.AlternativeResult) []lack {
	var lacks []lack
	for _, feature := range a.Features {
		lacks = append(lacks, lack{with: "with feature " + feature})
	}
	for _, entitlement := range a.Entitlements {
		lacks = append(lacks, lack{with: "with entitlement " + entitlement})
	}
	for _, qualifier := range a.Qualifiers {
		switch {
		case qualifier.Error != "":
			lacks = append(lacks, lack{with: fmt.Sprintf("if qualifier %s could be evaluated and were true", qualifier.Name)})
		case !qualifier.True:
			lacks = append(lacks, lack{with: fmt.Sprintf("if qualifier %s were true", qualifier.Name)})
		}
	}
	return lacks
}
