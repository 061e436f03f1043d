// SPDX-License-Identifier: Apache-2.0

package publish

import (
	"bytes"
	"compress/flate"
	"io"
	"sync"
)

// kept is a text that is kept from one document to the next, compressed where there is much of it: at most one shard's is needed for the
// change of a user.
type kept struct {
	plain, packed string
}

var packers = sync.Pool{New: func() any {
	packer, err := flate.NewWriter(nil, flate.BestSpeed)
	if err != nil {
		panic(err) // The level is one that there is.
	}
	return packer
}}

// pack returns the text compressed.
func (k kept) pack() kept {
	if k.packed != "" {
		return k
	}
	packer := packers.Get().(*flate.Writer)
	defer packers.Put(packer)
	var packed bytes.Buffer
	packer.Reset(&packed)
	// A buffer takes everything.
	_, _ = io.WriteString(packer, k.plain)
	_ = packer.Close()
	return kept{packed: packed.String()}
}

// text returns the text.
func (k kept) text() string {
	if k.packed == "" {
		return k.plain
	}
	plain, err := io.ReadAll(flate.NewReader(bytes.NewReader([]byte(k.packed))))
	if err != nil {
		panic(err) // It was written by pack, and never left this process.
	}
	return string(plain)
}
