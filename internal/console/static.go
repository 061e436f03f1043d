// SPDX-License-Identifier: Apache-2.0

package console

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"net/http"
	"slices"

	"github.com/rolewright/rolewright/internal/matrix"
)

// htmxFile is htmx as it was published, whose digest the test of this package knows.
const htmxFile = "htmx-4.0.1.min.js"

//go:embed static
var staticFiles embed.FS

// styleSheet is the name of the style sheet of all pages.
const styleSheet = "console.css"

// staticFile returns a file that pages load, one of contentTypes.
func staticFile(name string) []byte {
	file, err := staticFiles.ReadFile("static/" + name)
	if err != nil {
		panic(err) // It is part of the program.
	}
	if name == styleSheet {
		return slices.Concat([]byte(matrix.Palette), file, []byte(matrix.Style))
	}
	return file
}

// digestOf identifies a file, so that browsers may keep it for as long as it is the same.
func digestOf(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:6])
}

// contentTypes are those of the files that pages load, by name.
var contentTypes = map[string]string{
	styleSheet: "text/css; charset=utf-8", htmxFile: "text/javascript; charset=utf-8", "console.js": "text/javascript; charset=utf-8",
	"favicon.svg": "image/svg+xml",
}

// static serves the files that pages load. They are part of the program, and browsers keep them: nothing is kept besides.
func static(w http.ResponseWriter, r *http.Request) {
	contentType, known := contentTypes[r.PathValue("file")]
	if !known {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	_, _ = w.Write(staticFile(r.PathValue("file")))
}
