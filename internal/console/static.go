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

// styleSheet is the one of all pages.
func styleSheet() []byte {
	own, err := staticFiles.ReadFile("static/console.css")
	if err != nil {
		panic(err) // It is part of the program.
	}
	return slices.Concat([]byte(matrix.Palette), own, []byte(matrix.Style))
}

// staticContent are the files that pages load, by name.
func staticContent() map[string][]byte {
	content := map[string][]byte{"console.css": styleSheet()}
	for _, name := range []string{htmxFile, "console.js", "favicon.svg"} {
		file, err := staticFiles.ReadFile("static/" + name)
		if err != nil {
			panic(err) // It is part of the program.
		}
		content[name] = file
	}
	return content
}

// digestOf identifies a file, so that browsers may keep it for as long as it is the same.
func digestOf(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:6])
}

var contentTypes = map[string]string{
	"console.css": "text/css; charset=utf-8", htmxFile: "text/javascript; charset=utf-8", "console.js": "text/javascript; charset=utf-8",
	"favicon.svg": "image/svg+xml",
}

// static serves the files that pages load.
func static() http.Handler {
	content := staticContent()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		file, known := content[r.PathValue("file")]
		if !known {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", contentTypes[r.PathValue("file")])
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
		_, _ = w.Write(file)
	})
}
