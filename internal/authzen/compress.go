// SPDX-License-Identifier: Apache-2.0

package authzen

import (
	"compress/gzip"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
)

// compressedFrom is the size from which on answers are compressed for clients that take that: a smaller one fits into a packet anyway.
const compressedFrom = 2 << 10

// compressors are reused: one takes more memory than most answers.
var compressors = sync.Pool{New: func() any {
	w, _ := gzip.NewWriterLevel(io.Discard, gzip.BestSpeed) // the level is one
	return w
}}

// Values of headers, which must not be modified.
var (
	gzipHeader = []string{"gzip"}
	varyHeader = []string{"Accept-Encoding"}
)

// writeCompressed writes the answer in gzip.
func (x *exchange) writeCompressed(header http.Header) {
	header["Content-Encoding"] = gzipHeader
	header["Vary"] = append(header["Vary"], varyHeader...)
	compressor := compressors.Get().(*gzip.Writer)
	compressor.Reset(x.w)
	if _, err := compressor.Write(x.answer); err == nil {
		_ = compressor.Close()
	}
	compressors.Put(compressor)
}

// acceptsGzip reports whether a client takes gzip: names it, or anything, and not with a quality of 0.
func acceptsGzip(header http.Header) bool {
	accepts := false
	for _, value := range header["Accept-Encoding"] {
		for coding := range strings.SplitSeq(value, ",") {
			name, parameter, _ := strings.Cut(coding, ";")
			switch name = strings.TrimSpace(name); {
			case strings.EqualFold(name, "gzip") || strings.EqualFold(name, "x-gzip"):
				return hasQuality(parameter)
			case name == "*":
				accepts = hasQuality(parameter)
			}
		}
	}
	return accepts
}

// hasQuality reports whether a parameter, such as q=0.5, is not a quality of 0.
func hasQuality(parameter string) bool {
	name, value, is := strings.Cut(strings.TrimSpace(parameter), "=")
	if !is || !strings.EqualFold(strings.TrimSpace(name), "q") {
		return true
	}
	quality, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	return err == nil && quality > 0
}
