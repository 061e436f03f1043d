// SPDX-License-Identifier: Apache-2.0

package publish

// Form says how a document is published.
type Form string

const (
	// Automatic is in one piece if that is small, and otherwise in shards.
	Automatic Form = ""
	// OneConfigMap is in one piece as long as one ConfigMap holds it.
	OneConfigMap Form = "OneConfigMap"
	// InShards is in shards, however small the document is.
	InShards Form = "Shards"
)

// Standing says how the document before is published, as readers see it. The zero value stands for none.
type Standing struct {
	Bytes  int
	Shards bool
}

// In returns the limits within which the next document is published in a form.
//
// An organization whose size varies around the bound does not change from one form to the other each time: from shards, it goes
// back into one piece well below the bound. And what an earlier version of the manager published in one piece, when the bound
// was higher, stays so until it no longer fits: its readers may be pods that mount the ConfigMap, which shows them no shards.
func (l Limits) In(form Form, standing Standing) Limits {
	switch {
	case form == OneConfigMap:
		l.Whole = l.ConfigMap
	case form == InShards:
		l.Whole = 0
	case standing.Shards:
		l.Whole -= l.Whole / 4
	case standing.Bytes > l.Whole:
		l.Whole = l.ConfigMap
	}
	return l
}
