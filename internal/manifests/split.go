// SPDX-License-Identifier: Apache-2.0

package manifests

import (
	"bytes"
)

// chunk is one document of a stream.
type chunk struct {
	data []byte
	// offset is the number of lines of the stream before the chunk.
	offset int
}

// normalize replaces all line endings by line feeds, so that lines are counted in one way, and removes byte order marks at the
// beginning of lines. It returns the lines of those that are not at the beginning of the stream, where alone they belong.
func normalize(data []byte) (normalized []byte, marks []int) {
	const mark = "\xef\xbb\xbf"
	data = bytes.TrimPrefix(data, []byte(mark))
	data = bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))
	data = bytes.ReplaceAll(data, []byte("\r"), []byte("\n"))
	line := 1
	for rest := data; ; line++ {
		before, after, found := bytes.Cut(rest, []byte("\n"))
		if bytes.HasPrefix(before, []byte(mark)) {
			marks = append(marks, line)
		}
		if !found {
			break
		}
		rest = after
	}
	return bytes.ReplaceAll(data, []byte("\n"+mark), []byte("\n")), marks
}

// split splits a stream where YAML does: at lines that begin with --- or three dots. No YAML scalar can contain such a line,
// so a broken document does not affect the next one.
func split(data []byte) []chunk {
	var chunks []chunk
	start, startLine, line := 0, 0, 0
	// preamble is true while the chunk contains only comments and directives, which belong to the document that follows, and begun
	// while it contains only comments after its marker: a directive there belongs to the next document, as kubectl splits.
	preamble, begun := true, false
	cut := func(at, nextLine int) {
		chunks = append(chunks, chunk{data: data[start:at], offset: startLine})
		start, startLine = at, nextLine
	}
	for at := 0; at < len(data); line++ {
		end := len(data)
		if i := bytes.IndexByte(data[at:], '\n'); i >= 0 {
			end = at + i + 1
		}
		text := bytes.TrimSpace(data[at:end])
		switch {
		case isMarker(data[at:end], "---"):
			if !preamble {
				cut(at, line)
			}
			preamble, begun = false, true
		case isMarker(data[at:end], "..."):
			cut(at, line+1)
			start = end
			preamble, begun = true, false
		case begun && data[at] == '%':
			cut(at, line)
			preamble, begun = true, false
		case len(text) > 0 && text[0] != '#' && data[at] != '%':
			preamble, begun = false, false
		}
		at = end
	}
	cut(len(data), line)
	return chunks
}

// isMarker reports whether a line begins with a marker, alone or followed by white space.
func isMarker(line []byte, marker string) bool {
	rest, ok := bytes.CutPrefix(line, []byte(marker))
	return ok && (len(rest) == 0 || rest[0] == ' ' || rest[0] == '\t' || rest[0] == '\n')
}
