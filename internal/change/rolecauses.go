// SPDX-License-Identifier: Apache-2.0

package change

import (
	"slices"
	"strings"

	"github.com/rolewright/rolewright/internal/model"
	"github.com/rolewright/rolewright/pkg/permissions/document"
)

// explainRole says what changed so that a role gives a permission in one state and not, or otherwise, in the other.
func (w *view) explainRole(less, more int, b *box) {
	docs, role := w.comparison.docs, b.grant.Role
	had, has := docs[less].Roles[role].Permissions[w.permission], docs[more].Roles[role].Permissions[w.permission]
	explained := false
	for i := range has {
		if a := &has[i]; !slices.ContainsFunc(had, func(x document.Alternative) bool { return sameConditions(&x, a) }) {
			w.explainAlternative(less, more, role, a)
			explained = true
		}
	}
	for i := range has {
		if !explained {
			w.explainFeatures(less, more, has[i].RequiredFeatures)
		}
	}
	w.explainQualifiers(less, more, had, has)
}

// explainAlternative names the role whose own rule, or whose inheritance, brought an alternative.
func (w *view) explainAlternative(less, more int, role string, a *document.Alternative) {
	line := append([]string{role}, a.Via...)
	changed := role
	for _, inherited := range slices.Backward(line) {
		holds := slices.ContainsFunc(w.comparison.docs[less].Roles[inherited].Permissions[w.permission],
			func(x document.Alternative) bool { return sameConditions(&x, a) })
		if !holds {
			changed = inherited
			break
		}
	}
	happened := Changed
	if _, known := w.comparison.docs[less].Roles[changed]; !known {
		happened = what(more)
	}
	w.add(CauseRole, changed, "", happened)
	if ref := roleRef(changed); w.comparison.errorsIn(more)[ref] == "" {
		w.causes[len(w.causes)-1].Reason = w.comparison.errorsIn(less)[ref]
	}
}

// roleRef writes a key of a role as Kind/name.
func roleRef(key string) string {
	if strings.Contains(key, "/") {
		return key
	}
	return model.KindRole + "/" + key
}

func sameConditions(a, b *document.Alternative) bool {
	return slices.Equal(a.Qualifiers, b.Qualifiers) && slices.Equal(a.RequiredFeatures, b.RequiredFeatures) &&
		slices.Equal(a.RequiredEntitlements, b.RequiredEntitlements)
}

// explainFeatures names the features that only one state has.
func (w *view) explainFeatures(less, more int, required []string) {
	for _, feature := range required {
		if !slices.Contains(w.comparison.docs[less].Features, feature) {
			w.add(CauseFeature, feature, "", what(more))
		}
	}
}

// explainQualifiers names the qualifiers of the same alternatives that say something else.
func (w *view) explainQualifiers(less, more int, had, has []document.Alternative) {
	for _, alternatives := range [][]document.Alternative{had, has} {
		for i := range alternatives {
			for _, name := range alternatives[i].Qualifiers {
				a, was := w.comparison.docs[less].Qualifiers[name]
				b, is := w.comparison.docs[more].Qualifiers[name]
				if was && is && a.Expression != b.Expression {
					w.add(CauseQualifier, name, "", Changed)
				}
			}
		}
	}
}
