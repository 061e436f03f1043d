// SPDX-License-Identifier: Apache-2.0

package browser

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
)

// violation is what axe-core finds.
type violation struct {
	ID    string `json:"id"`
	Help  string `json:"help"`
	Nodes []struct {
		HTML           string `json:"html"`
		FailureSummary string `json:"failureSummary"`
	} `json:"nodes"`
}

// Axe returns the source of axe-core.
func Axe(tb testing.TB) string {
	tb.Helper()
	source, err := os.ReadFile("../../bin/axe.min.js")
	if err != nil {
		require(tb, "there is no axe-core: make axe")
	}
	return string(source)
}

// IsAccessible fails if axe-core finds anything on the page.
func (b *Tab) IsAccessible(where, axe string) {
	b.Helper()
	b.audit(where, axe, `{resultTypes: ["violations"]}`)
}

// HasContrast fails if axe-core finds colors that are hard to tell apart. It is what remains to be asked of a page that is accessible in
// other colors.
func (b *Tab) HasContrast(where, axe string) {
	b.Helper()
	b.audit(where, axe, `{resultTypes: ["violations"], runOnly: ["color-contrast"]}`)
}

// flat takes the pictures out of the background: of text over one, axe-core does not say whether it can be read.
const flat = `(sheet => {
  sheet.replaceSync("* { background-image: none !important }");
  document.adoptedStyleSheets.push(sheet);
  return true;
})(new CSSStyleSheet())`

func (b *Tab) audit(where, axe, options string) {
	b.Helper()
	if !Eval[bool](b, `"axe" in window`) {
		Eval[bool](b, axe+"; true")
		Eval[bool](b, flat)
	}
	found := Eval[string](b, `axe.run(document, `+options+`).then(r => JSON.stringify(r.violations))`)
	var violations []violation
	if err := json.Unmarshal([]byte(found), &violations); err != nil {
		b.Fatal(err)
	}
	for _, v := range violations {
		b.Errorf("%s: %s: %s", where, v.ID, describe(&v))
	}
}

func describe(v *violation) string {
	texts := []string{v.Help}
	for i, node := range v.Nodes {
		if i == 3 {
			texts = append(texts, fmt.Sprintf("and %d more", len(v.Nodes)-i))
			break
		}
		texts = append(texts, node.HTML+": "+strings.ReplaceAll(node.FailureSummary, "\n", " "))
	}
	return strings.Join(texts, "\n  ")
}
