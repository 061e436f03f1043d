// SPDX-License-Identifier: Apache-2.0

package state

import (
	"time"

	"k8s.io/apimachinery/pkg/types"

	"github.com/rolewright/rolewright/internal/resolve"
)

// Baseline is what the organizations of an earlier state resolved to, to compare later states with.
type Baseline struct {
	// ReadTime is when that state was read.
	ReadTime time.Time

	resolutions map[types.NamespacedName]*resolve.Resolution
}

// NewBaseline returns the baseline that a state is for later ones.
func NewBaseline(s *State) *Baseline {
	b := &Baseline{ReadTime: s.ReadTime, resolutions: map[types.NamespacedName]*resolve.Resolution{}}
	for _, o := range s.Organizations {
		b.resolutions[types.NamespacedName{Namespace: o.Namespace, Name: o.Name}] = o.Resolution
	}
	return b
}

// Resolution returns what an organization resolved to, nil if there was none of its name.
func (b *Baseline) Resolution(o *Organization) *resolve.Resolution {
	return b.resolutions[types.NamespacedName{Namespace: o.Namespace, Name: o.Name}]
}
