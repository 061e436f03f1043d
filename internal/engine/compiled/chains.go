// SPDX-License-Identifier: Apache-2.0

package compiled

import "github.com/rolewright/rolewright/pkg/permissions/document"

// Chain returns an approval chain of the document, by name.
func (x *Index) Chain(name string) (document.Chain, bool) {
	chain, known := x.Chains[name]
	return chain, known
}
